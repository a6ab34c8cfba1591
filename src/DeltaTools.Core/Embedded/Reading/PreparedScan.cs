using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>A scan that the engine can run: data files found and looked at, deletes loaded. Valid until it is disposed.</summary>
public sealed class PreparedScan : IAsyncDisposable
{
    private readonly ScanContext _context;
    private readonly ImmutableArray<ScanFile> _files;

    private PreparedScan(ScanContext context, ScanInput input, ImmutableArray<ScanFile> files, string sql)
    {
        _context = context;
        _files = files;
        Input = input;
        Sql = sql;
    }

    public ScanInput Input { get; }

    /// <summary>A SELECT whose columns are called as <see cref="Embedded.Sql.Column(NestedField)"/> says; put it in parentheses to use it as a table.</summary>
    public string Sql { get; }

    /// <summary>Local paths of the files that <see cref="Sql"/> reads.</summary>
    internal IEnumerable<string> Paths => _files.Select(f => f.Path);

    public static async Task<PreparedScan> OpenAsync(DuckSession session, IObjectStore store, ScanInput input, CancellationToken cancel)
    {
        var context = new ScanContext(session, store, input.NameMapping);
        try
        {
            ImmutableArray<ScanFile> files =
                await ScanFiles.OpenAsync(context, input.Tasks, input.NameMapping, input.Columns, cancel).ConfigureAwait(false);
            ImmutableArray<OrdinalTask> withPositions = [.. files.Where(f => f.HasPositionDeletes).Select(f => new OrdinalTask(f.Ordinal, f.Task))];
            string? deleted = withPositions.IsEmpty ? null : await DeleteKeys.LoadAsync(context, withPositions, cancel).ConfigureAwait(false);
            EqualityDeletes equality = files.Any(f => f.HasEqualityDeletes)
                ? await EqualityDeletes.LoadAsync(context, input.Tasks, input.Schemas, cancel).ConfigureAwait(false)
                : EqualityDeletes.None;
            return new(context, input, files, Build(input, files, deleted, equality));
        }
        catch
        {
            await context.CleanUpAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Streams the rows. A file that cannot be read is named by the error.</summary>
    public IAsyncEnumerable<RowBatch> ReadAsync(ValueForm form, CancellationToken cancel) => ReadAsync(form, Input.Columns, null, cancel);

    /// <param name="columns">Those of the input that are wanted; the rest may serve its filter only.</param>
    /// <param name="limit">Rows to stop after; null reads all.</param>
    /// <inheritdoc cref="ReadAsync(ValueForm, CancellationToken)"/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(
        ValueForm form, ImmutableArray<NestedField> columns, long? limit,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string names = string.Join(", ", columns.Select(c => Embedded.Sql.Name(Embedded.Sql.Column(c))));
        string sql = columns == Input.Columns && limit is null ? Sql
            : $"SELECT {names} FROM ({Sql}){(limit is { } most ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" LIMIT {most}") : "")}";
        IAsyncEnumerator<RowBatch> rows = RowReader.ReadAsync(_context.Session, sql, columns, form, cancel).GetAsyncEnumerator(cancel);
        await using (rows.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await rows.MoveNextAsync().ConfigureAwait(false)) yield break;
                }
                catch (IcebergException e)
                {
                    throw await ExplainAsync(e, cancel).ConfigureAwait(false);
                }
                yield return rows.Current;
            }
        }
    }

    /// <summary>For an error of a statement that used <see cref="Sql"/>: the same with the name of the broken file, when a file is the cause.</summary>
    public async Task<IcebergException> ExplainAsync(IcebergException error, CancellationToken cancel)
    {
        if (!DuckErrors.MayBeOfFile(error)) return error;
        foreach (ScanFile file in _files)
        {
            string probe = GroupSql.Select(new FileGroup(file.Schema, [file]), Input.Columns, [], []);
            try
            {
                // A hash of every row makes the engine read and convert every value.
                await _context.Session.ExecuteAsync($"SELECT count(*), bit_xor(hash(r)) FROM ({probe}) r", cancel).ConfigureAwait(false);
            }
            catch (IcebergException cause)
            {
                return IcebergException.Corrupt($"The data file {file.Task.File.FilePath} cannot be read: {cause.Message}", cause);
            }
        }
        return error;
    }

    public async ValueTask DisposeAsync() => await _context.CleanUpAsync().ConfigureAwait(false);

    private static string Build(ScanInput input, ImmutableArray<ScanFile> files, string? deleted, EqualityDeletes equality)
    {
        Arrival? arrival = input.NumberedBy is { } number ? new Arrival(number, input.Tasks) : null;
        string sql = files.IsEmpty ? Empty(input) : string.Join(" UNION ALL ", FileGroup.Group(files).Select(group =>
        {
            IEnumerable<string> joins = group.HasPositionDeletes ? [$"ANTI JOIN {deleted} ON {deleted}.k = {group.RowKey}"] : [];
            if (group.HasEqualityDeletes) joins = joins.Concat(equality.Joins(group));
            IEnumerable<string> extra = input.WithRowKey ? [$"{group.RowKey} AS {Embedded.Sql.RowKey}"] : [];
            if (arrival is not null) extra = extra.Append($"{arrival.Expression(group)} AS {Embedded.Sql.Arrival}");
            return GroupSql.Select(group, input.Columns, extra, joins, input);
        }));
        return string.IsNullOrEmpty(input.FilterSql) ? sql : $"SELECT * FROM ({sql}) WHERE {input.FilterSql}";
    }

    private static string Empty(ScanInput input)
    {
        IEnumerable<string> items = input.Columns.Select(c => $"{Embedded.Sql.Literal(null, c.Type)} AS {Embedded.Sql.Name(Embedded.Sql.Column(c))}");
        if (input.WithRowKey) items = items.Append($"0::BIGINT AS {Embedded.Sql.RowKey}");
        if (input.NumberedBy is not null) items = items.Append($"0::BIGINT AS {Embedded.Sql.Arrival}");
        string list = string.Join(", ", items);
        return $"SELECT {(list.Length == 0 ? "1" : list)} WHERE false";
    }
}
