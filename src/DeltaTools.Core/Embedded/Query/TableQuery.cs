using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Runs a SELECT over the tables of a catalog on the embedded engine.</summary>
/// <remarks>
/// Tables stand in the query as <c>namespace.table</c>, with <c>FOR VERSION AS OF</c> and <c>FOR TIMESTAMP AS OF</c>, and their metadata tables as
/// <c>namespace."table$history"</c>. Only those that are named are opened. The engine looks the query over before it runs (<see cref="QueryGuard"/>),
/// and is shut in then (<see cref="QueryFence"/>): it can read nothing else, and write nothing at all.
/// </remarks>
public sealed partial class TableQuery(ICatalog catalog, DuckOptions engine)
{
    /// <summary>Names that the engine keeps for itself, as databases or schemas.</summary>
    private static readonly ImmutableHashSet<string> s_engines =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "memory", "temp", "system", "main", "pg_catalog", "information_schema");

    /// <summary>Lets the query read files and call all functions of the engine.</summary>
    public bool AllowFileAccess { get; init; }

    public Action<string> Log { get; init; } = _ => { };

    /// <summary>The tables that a query names, those of which it wants the metadata too.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<ImmutableArray<TableIdentifier>> TablesAsync(string sql, IReadOnlyList<object?> values, CancellationToken cancel)
    {
        QueryText text = QueryText.Of(sql, values);
        using DuckSession session = DuckSession.Open(new DuckOptions { Threads = 1 });
        using var parser = new QueryParser(session);
        QueryNames names = await QueryNames.ReadAsync(text, parser, cancel).ConfigureAwait(false);
        Dictionary<QueryTable, string> stands = Stands(names);
        if (await UnknownAsync(parser, names.Rewrite(stands), stands.Values, cancel).ConfigureAwait(false) is { } unknown) throw NoTable(unknown, []);
        return [.. names.Tables.Select(t => OpenTables.Identifier(t.Name) is var id && MetadataTable.Split(id.Name) is { } special ? id with { Name = special.Table } : id).Distinct()];
    }

    /// <param name="values">Values of a script for the parameters of the query.</param>
    /// <exception cref="IcebergException">InvalidArgument: the SQL is wrong; TableNotFound; Unsupported: it reaches for files; QueryFailed.</exception>
    public async IAsyncEnumerable<RowBatch> RunAsync(string sql, IReadOnlyList<object?> values, [EnumeratorCancellation] CancellationToken cancel)
    {
        QueryText text = QueryText.Of(sql, values);
        using DuckSession session = DuckSession.Open(engine);
        using var parser = new QueryParser(session);
        QueryNames names = await QueryNames.ReadAsync(text, parser, cancel).ConfigureAwait(false);
        Dictionary<QueryTable, string> stands = Stands(names);
        string rewritten = names.Rewrite(stands);
        if (!AllowFileAccess && await UnknownAsync(parser, rewritten, stands.Values, cancel).ConfigureAwait(false) is { } unknown)
            throw NoTable(unknown, await catalog.ListTablesAsync(null, cancel).ConfigureAwait(false));
        await using var tables = new OpenTables(catalog, session, Log);
        foreach ((QueryTable table, string stand) in stands)
        {
            // The engine may know what it is.
            if (!await tables.TryOpenAsync(table, stand, isOptional: AllowFileAccess && table.Travel is null, cancel).ConfigureAwait(false)) stands.Remove(table);
        }
        if (AllowFileAccess)
        {
            rewritten = names.Rewrite(stands);
            await parser.ParseAsync(rewritten, cancel).ConfigureAwait(false);
        }
        else
        {
            await QueryFence.CloseAsync(session, tables.Paths, cancel).ConfigureAwait(false);
        }
        using DuckResult result = await StartAsync(session, text.Explain, rewritten, tables, cancel).ConfigureAwait(false);
        await foreach (RowBatch batch in RowReader.ReadAsync(result, [], ValueForm.User, cancel).ConfigureAwait(false)) yield return batch;
    }

    private static async Task<DuckResult> StartAsync(DuckSession session, string explain, string sql, OpenTables tables, CancellationToken cancel)
    {
        try
        {
            return await ReadableResult.StartAsync(session, explain, sql, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.InvalidArgument && UnknownColumn().Match(e.Message) is { Success: true } column)
        {
            // Of columns that are written with their table the engine names no others.
            string hint = NearestNames.Of(column.Groups[1].Value, tables.Columns) is { Count: > 0 } near ? $" Did you mean {string.Join(" or ", near)}?" : "";
            throw new IcebergException(e.Kind, $"{e.Message.TrimEnd('.')}.{hint}", e);
        }
    }

    /// <summary>Looks over what will run.</summary>
    /// <returns>The first name that is no table's.</returns>
    private static async Task<string?> UnknownAsync(QueryParser parser, string rewritten, IEnumerable<string> stands, CancellationToken cancel) =>
        QueryGuard.Check(await parser.ParseAsync(rewritten, cancel).ConfigureAwait(false), stands.ToHashSet(StringComparer.Ordinal));

    /// <summary>A view of the engine for each table: of its name, so that columns can be called by it, and in the schema of its namespace unless another state is there.</summary>
    private static Dictionary<QueryTable, string> Stands(QueryNames names)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<QueryTable, string> stands = [];
        foreach (QueryTable table in names.Tables)
        {
            string schema = table.Name.Namespace;
            for (int n = 1; s_engines.Contains(schema) || !taken.Add(QueryGuard.FullName(schema, table.Name.Name)); n++)
                schema = FormattableString.Invariant($"{table.Name.Namespace}@{n}");
            stands.Add(table, QueryGuard.FullName(schema, table.Name.Name));
        }
        return stands;
    }

    [GeneratedRegex("does not have a column named \"(.*?)\"")]
    private static partial Regex UnknownColumn();

    private static IcebergException NoTable(string name, IReadOnlyCollection<TableIdentifier> known)
    {
        string[] near = [.. known.Where(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(t => t.ToString())
            .Concat(NearestNames.Of(name, known.Select(t => t.ToString()))).Distinct().Take(3)];
        string hint = near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}?" : "Write namespace.table, such as hr.employee.";
        return new(IcebergErrorKind.TableNotFound, $"The query names '{name}', which is no table of the catalog. {hint} -AllowFileAccess lets queries read files.");
    }
}
