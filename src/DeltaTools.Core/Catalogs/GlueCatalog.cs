using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Aws.Glue;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>The AWS Glue data catalog: databases are namespaces; the pointer is a parameter of the Glue table, swapped by its version.</summary>
/// <remarks>
/// The swap is an UpdateTable that names the version it replaces, the one lock that Athena, Spark and PyIceberg share. Sent twice, at
/// most one of the two can land, so that a lost answer is settled by sending it again. Tables of other kinds are left alone.
/// </remarks>
public sealed partial class GlueCatalog : PointerCatalog
{
    /// <summary>Highest format version that Athena reads and writes.</summary>
    public const int AthenaFormatVersion = 2;

    private const int MostDatabasesForHints = 50;

    private readonly GlueClient _glue;

    private GlueCatalog(string name, string warehouse, ObjectStores stores, AwsSettings settings, GlueClient glue) : base(name, warehouse, stores)
    {
        Settings = settings;
        _glue = glue;
    }

    /// <summary>As whom and where it is called; Athena is called likewise.</summary>
    public AwsSettings Settings { get; }

    /// <summary>Connects, which asks for one database to see whether credentials and region are good.</summary>
    /// <param name="warehouse">URI below which new databases lie; null: new tables need databases with a location, or a location of their own.</param>
    /// <exception cref="IcebergException">AccessDenied, InvalidArgument, StorageFailed.</exception>
    public static Task<GlueCatalog> OpenAsync(string name, string? warehouse, AwsSettings settings, ObjectStores stores, CancellationToken cancel) =>
        OpenAsync(name, warehouse, settings, stores, null, cancel);

    internal static async Task<GlueCatalog> OpenAsync(
        string name, string? warehouse, AwsSettings settings, ObjectStores stores, AwsHttpOptions? options, CancellationToken cancel)
    {
        var glue = new GlueClient(settings, options);
        try
        {
            await glue.GetDatabasesAsync(new GetDatabasesRequest { MaxResults = 1 }, cancel).ConfigureAwait(false);
            return new(name, warehouse?.TrimEnd('/') ?? "", stores, settings, glue);
        }
        catch
        {
            glue.Dispose();
            throw;
        }
    }

    public override async Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) =>
        [.. (await DatabasesAsync(cancel).ConfigureAwait(false)).Select(d => ImmutableArray.Create(d))];

    /// <inheritdoc/>
    /// <remarks>All namespaces means all whose tables may be listed: in a shared catalog hardly anybody may see everything.</remarks>
    public override async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel)
    {
        if (ns is { } one) return one.Length == 1 ? await TablesAsync(one[0], cancel).ConfigureAwait(false) : [];
        return await TablesAsync(await DatabasesAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    public override async Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        if (await FindPointerAsync(table, cancel).ConfigureAwait(false) is null) throw await NotFoundAsync(table, cancel).ConfigureAwait(false);
        try
        {
            await _glue.DeleteTableAsync(new DeleteTableRequest { DatabaseName = table.NamespaceText, Name = table.Name }, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e)?.Code == AwsErrorCodes.NotFound)
        {
            // Gone: by an attempt whose answer was lost, or by somebody else.
        }
    }

    /// <summary>Where a new table goes when nothing else is said; its database is made when absent.</summary>
    public async Task<string> LocationOfNewAsync(TableIdentifier table, CancellationToken cancel)
    {
        CheckName(table);
        await CreateDatabaseAsync(table.Namespace, cancel).ConfigureAwait(false);
        return await FreeLocationAsync(table, cancel).ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync()
    {
        _glue.Dispose();
        Stores.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>Removes an entry without asking what it is; absent is as good. For tables that we made ourselves.</summary>
    internal async Task ForgetAsync(TableIdentifier table, CancellationToken cancel)
    {
        try
        {
            await _glue.DeleteTableAsync(new DeleteTableRequest { DatabaseName = table.NamespaceText, Name = table.Name }, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e)?.Code == AwsErrorCodes.NotFound)
        {
        }
    }

    protected internal override bool SwapMayLandLate => true;

    protected override async Task<string> NamespaceLocationAsync(ImmutableArray<string> ns, CancellationToken cancel)
    {
        try
        {
            GetDatabaseResponse found = await _glue.GetDatabaseAsync(new GetDatabaseRequest { Name = ns[0] }, cancel).ConfigureAwait(false);
            if (found.Database?.LocationUri is { Length: > 0 } own) return own.TrimEnd('/');
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e)?.Code == AwsErrorCodes.NotFound)
        {
        }
        if (Warehouse.Length > 0) return await base.NamespaceLocationAsync(ns, cancel).ConfigureAwait(false);
        throw IcebergException.Invalid(
            $"Where to put tables of database {ns[0]} is not known: it has no location in Glue. Give the table a -Location, or connect with -Warehouse s3://bucket/folder.");
    }

    protected internal override async Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel) =>
        await FindAsync(table, cancel).ConfigureAwait(false) is { } found ? PointerOf(found, table) : null;

    protected internal override async Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel)
    {
        CheckName(created.Identifier);
        var request = new CreateTableRequest { DatabaseName = created.Identifier.NamespaceText, TableInput = GlueTables.New(created) };
        try
        {
            await CreateAsync(request, created, cancel).ConfigureAwait(false);
            return true;
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { Code: AwsErrorCodes.Exists } error)
        {
            // An attempt before this one may have made it.
            return error.MayHaveHappened && await FindPointerAsync(created.Identifier, cancel).ConfigureAwait(false) == created.MetadataLocation;
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { MayHaveHappened: true })
        {
            throw new IcebergException(IcebergErrorKind.CommitUnknown, e.Message, e);
        }
    }

    protected internal override async Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel)
    {
        if (await FindAsync(next.Identifier, cancel).ConfigureAwait(false) is not { } current || PointerOf(current, next.Identifier) != expected) return false;
        var request = new UpdateTableRequest
        {
            DatabaseName = next.Identifier.NamespaceText,
            TableInput = GlueTables.Next(current, next, expected),
            SkipArchive = true,
            VersionId = current.VersionId,
        };
        try
        {
            await _glue.UpdateTableAsync(request, cancel).ConfigureAwait(false);
            return true;
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { Code: AwsErrorCodes.ConcurrentModification or AwsErrorCodes.NotFound } error)
        {
            return error.MayHaveHappened && await HasLandedAsync(next, expected, e, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { MayHaveHappened: true })
        {
            throw new IcebergException(IcebergErrorKind.CommitUnknown, e.Message, e);
        }
    }

    /// <summary>After the version moved on: by an attempt of ours whose answer was lost, or by another writer.</summary>
    private async Task<bool> HasLandedAsync(LoadedTable next, string expected, IcebergException error, CancellationToken cancel)
    {
        string? pointer = await FindPointerAsync(next.Identifier, cancel).ConfigureAwait(false);
        if (pointer == next.MetadataLocation) return true;
        // The version we named is over, so no attempt of ours can land any more.
        if (pointer == expected) return false;
        throw new IcebergException(IcebergErrorKind.CommitUnknown, error.Message, error);
    }

    private async Task CreateAsync(CreateTableRequest request, LoadedTable created, CancellationToken cancel)
    {
        try
        {
            await _glue.CreateTableAsync(request, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { Code: AwsErrorCodes.NotFound })
        {
            await CreateDatabaseAsync(created.Identifier.Namespace, cancel).ConfigureAwait(false);
            await _glue.CreateTableAsync(request, cancel).ConfigureAwait(false);
        }
    }

    private async Task CreateDatabaseAsync(ImmutableArray<string> ns, CancellationToken cancel)
    {
        string? location = Warehouse.Length == 0 ? null : await base.NamespaceLocationAsync(ns, cancel).ConfigureAwait(false);
        try
        {
            await _glue.CreateDatabaseAsync(
                new CreateDatabaseRequest { DatabaseInput = new DatabaseInput { Name = ns[0], LocationUri = location } }, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e) is { Code: AwsErrorCodes.Exists or AwsErrorCodes.ConcurrentModification })
        {
            // Another was faster.
        }
    }

    /// <summary>The entry of a name, of whatever kind. Glue spells names in lower case, so others are not there.</summary>
    private async Task<Table?> FindAsync(TableIdentifier table, CancellationToken cancel)
    {
        if (table.Namespace.Length != 1 || table.ToString().Any(char.IsUpper)) return null;
        try
        {
            var request = new GetTableRequest { DatabaseName = table.Namespace[0], Name = table.Name };
            return (await _glue.GetTableAsync(request, cancel).ConfigureAwait(false)).Table;
        }
        catch (IcebergException e) when (AwsServiceException.Behind(e)?.Code == AwsErrorCodes.NotFound)
        {
            return null;
        }
    }

    private static string PointerOf(Table table, TableIdentifier name)
    {
        if (!GlueTables.IsIceberg(table))
            throw IcebergException.Unsupported($"{name} is in Glue, but it is no Iceberg table ({table.TableType ?? "of no type"}).");
        return table.Parameters?.GetValueOrDefault(GlueTables.MetadataLocation)
            ?? throw IcebergException.Corrupt($"Glue has no {GlueTables.MetadataLocation} for the Iceberg table {name}.");
    }

    private async Task<List<string>> DatabasesAsync(CancellationToken cancel)
    {
        List<string> names = [];
        string? token = null;
        do
        {
            GetDatabasesResponse page = await _glue.GetDatabasesAsync(new GetDatabasesRequest { NextToken = token }, cancel).ConfigureAwait(false);
            names.AddRange((page.DatabaseList ?? []).Select(d => d.Name));
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private async Task<List<TableIdentifier>> TablesAsync(IEnumerable<string> databases, CancellationToken cancel)
    {
        List<TableIdentifier> tables = [];
        foreach (string database in databases)
        {
            try
            {
                tables.AddRange(await TablesAsync(database, cancel).ConfigureAwait(false));
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.AccessDenied)
            {
            }
        }
        return tables;
    }

    /// <summary>The Iceberg tables of a database, sorted; none when there is no such database.</summary>
    private async Task<List<TableIdentifier>> TablesAsync(string database, CancellationToken cancel)
    {
        List<TableIdentifier> tables = [];
        string? token = null;
        do
        {
            GetTablesResponse page;
            try
            {
                page = await _glue.GetTablesAsync(new GetTablesRequest { DatabaseName = database, NextToken = token }, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e) when (AwsServiceException.Behind(e)?.Code == AwsErrorCodes.NotFound)
            {
                return [];
            }
            tables.AddRange((page.TableList ?? []).Where(GlueTables.IsIceberg).Select(t => new TableIdentifier([database], t.Name)));
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
        tables.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return tables;
    }

    protected internal override async Task<IcebergException> NotFoundAsync(TableIdentifier table, CancellationToken cancel)
    {
        List<string> databases = await DatabasesAsync(cancel).ConfigureAwait(false);
        IEnumerable<string> near = databases.OrderBy(d => d.Equals(table.NamespaceText, StringComparison.OrdinalIgnoreCase) ? 0 : 1).Take(MostDatabasesForHints);
        return TableNotFound.Error(table, await TablesAsync(near, cancel).ConfigureAwait(false));
    }

    /// <summary>Athena and Spark want such names, and Glue folds others.</summary>
    private static void CheckName(TableIdentifier table)
    {
        if (table.Namespace.Length != 1)
            throw IcebergException.Invalid($"{table}: Glue has one level of databases. Write database.table, such as hr.employee.");
        if (!PlainName().IsMatch(table.Name) || !PlainName().IsMatch(table.Namespace[0]))
            throw IcebergException.Invalid($"{table}: names in Glue are made of lower-case letters, digits and underscores, 255 at most.");
    }

    [GeneratedRegex("^[a-z0-9_]{1,255}$")]
    private static partial Regex PlainName();
}
