using System.Collections.Immutable;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DuckSql = DeltaTools.Core.Embedded.Sql;

namespace DeltaTools.TestServers.Athena;

/// <summary>CREATE TABLE, with and without AS, DROP TABLE, OPTIMIZE and VACUUM.</summary>
internal sealed class AthenaDdl(DuckSession session, StoreCatalog catalog, TableReferences tables, string? database, AthenaTroubles troubles)
{
    /// <summary>The table properties that Athena takes, and no others.</summary>
    private static readonly string[] s_properties =
    [
        "table_type", "format", "write_compression", "compression_level", "write_target_data_file_size_bytes", "optimize_rewrite_min_data_file_size_bytes",
        "optimize_rewrite_max_data_file_size_bytes", "optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold",
        "vacuum_min_snapshots_to_keep", "vacuum_max_snapshot_age_seconds", "vacuum_max_metadata_files_to_keep",
    ];

    private static readonly TypeId[] s_types =
    [
        TypeId.Boolean, TypeId.Int, TypeId.Long, TypeId.Float, TypeId.Double, TypeId.Decimal, TypeId.Date, TypeId.Timestamp, TypeId.String,
        TypeId.Binary, TypeId.Struct, TypeId.List, TypeId.Map,
    ];

    public async Task<AthenaResult> CreateAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        bool ifNotExists = tokens[2].Is("if");
        (TableIdentifier? name, int open) = TableReferences.Name(tokens, ifNotExists ? 5 : 2, database);
        if (name is null || !tokens[open].Is("(")) throw AthenaFailure.User("SYNTAX_ERROR", "mismatched input in CREATE TABLE");
        int close = Close(tokens, open);
        Schema schema = SchemaText.Parse(SqlText.Join(tokens[(open + 1)..close]).Replace(" :", ":", StringComparison.Ordinal));
        if (schema.AllFields.FirstOrDefault(f => !s_types.Contains(f.Type.Id)) is { } odd)
            throw AthenaFailure.User("FAILED", $"ParseException: type {odd.Type} of column {odd.Name} is not supported");
        if (schema.AllFields.Any(f => f.Required && !IsInMap(schema, f))) throw AthenaFailure.User("FAILED", "ParseException: missing EOF at 'not'");
        PartitionSpec spec = PartitionSpec.Unpartitioned;
        int at = close + 1;
        if (at < tokens.Count && tokens[at].Is("partitioned"))
        {
            int end = Close(tokens, at + 2);
            spec = PartitionText.Parse([.. Items(tokens[(at + 3)..end]).Select(SqlText.Join)], schema);
            at = end + 1;
        }
        if (!tokens[at].Is("location")) throw AthenaFailure.User("INVALID_TABLE_PROPERTY", "Iceberg tables need a LOCATION");
        string location = tokens[at + 1].Text.Trim('\'');
        Dictionary<string, string> properties = Properties(tokens, at + 2);
        if (properties.GetValueOrDefault("table_type") != "ICEBERG") throw AthenaFailure.User("NOT_SUPPORTED", "only Iceberg tables are written here");
        await CreateAsync(name, schema, spec, location, ifNotExists, cancel);
        return new AthenaResult("DDL", "CREATE_TABLE");
    }

    public async Task<AthenaResult> CreateAsAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        (TableIdentifier? name, int with) = TableReferences.Name(tokens, 2, database);
        int end = Close(tokens, with + 1);
        Dictionary<string, string> options = Items(tokens[(with + 2)..end]).ToDictionary(o => o[0].Text.ToLowerInvariant(), o => o[2].Text.Trim('\''));
        if (name is null || options.GetValueOrDefault("table_type") != "ICEBERG" || options.GetValueOrDefault("is_external") != "false" || !options.TryGetValue("location", out string? location))
            throw AthenaFailure.User("INVALID_TABLE_PROPERTY", "Iceberg CTAS needs table_type, is_external = false and location");
        string source = session.NewName("ctas");
        string select = SqlText.ToDuck(await tables.ReplaceAsync(tokens[(end + 2)..], cancel));
        await session.ExecuteAsync($"CREATE TABLE {source} AS {select}", cancel);
        List<object?[]> columns = await RowReader.ReadAllAsync(session, $"DESCRIBE {source}", [], ValueForm.User, cancel);
        string text = string.Join(", ", columns.Select(c => $"{DuckSql.Name((string)c[0]!)} {TypeText((string)c[1]!)}"));
        IcebergTable table = await CreateAsync(name, SchemaText.Parse(text), PartitionSpec.Unpartitioned, location, false, cancel)
            ?? throw AthenaFailure.User("TABLE_ALREADY_EXISTS", $"Table '{name}' already exists");
        string items = string.Join(", ", table.Metadata.CurrentSchema.Fields.Select(f => $"{DuckSql.Name(f.Name)} AS {DuckSql.Column(f)}"));
        ImmutableArray<DataFile> added = await DataFileWriter.WriteAsync(
            session, table.Store, WriteTarget.Of(table.Metadata), $"SELECT {items} FROM {source}", cancel);
        if (!added.IsEmpty) await table.CommitAsync(new RowDelta(null) { AddedData = added }, cancel);
        return new AthenaResult("DML", "CREATE_TABLE_AS_SELECT") { UpdateCount = added.Sum(f => f.RecordCount), BytesScanned = tables.Loaded.Sum(t => t.Bytes) };
    }

    public async Task<AthenaResult> DropAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        bool ifExists = tokens[2].Is("if");
        (TableIdentifier? name, _) = TableReferences.Name(tokens, ifExists ? 4 : 2, database);
        IcebergTable table;
        try
        {
            table = await tables.OpenAsync(name!, cancel);
        }
        catch (AthenaFailure) when (ifExists)
        {
            return new AthenaResult("DDL", "DROP_TABLE");
        }
        List<string> files = [];
        await foreach (ObjectInfo file in table.Store.ListAsync(table.Metadata.Location + "/", cancel)) files.Add(file.Location);
        await catalog.DropTableAsync(name!, cancel);
        await table.Store.DeleteAsync(files, cancel);
        return new AthenaResult("DDL", "DROP_TABLE");
    }

    /// <summary>OPTIMIZE table REWRITE DATA USING BIN_PACK [WHERE condition over partition columns].</summary>
    public async Task<AthenaResult> OptimizeAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        (TableIdentifier? name, int next) = TableReferences.Name(tokens, 1, database);
        if (next + 4 > tokens.Count || !tokens[next].Is("rewrite") || !tokens[next + 1].Is("data") || !tokens[next + 2].Is("using") || !tokens[next + 3].Is("bin_pack"))
            throw AthenaFailure.User("SYNTAX_ERROR", "mismatched input in OPTIMIZE; expecting REWRITE DATA USING BIN_PACK");
        IcebergTable table = await tables.OpenAsync(name!, cancel);
        HashSet<string> partitioned = [.. table.Metadata.DefaultSpec.Fields.Select(f => table.Metadata.CurrentSchema.FindField(f.SourceId)!.Name)];
        if (tokens.Skip(next + 5).FirstOrDefault(t => table.Metadata.CurrentSchema.FindFieldIgnoreCase(t.Text) is { } f && !partitioned.Contains(f.Name)) is { } other)
            throw AthenaFailure.User("NOT_SUPPORTED", $"Column {other.Text} is not a partition column");
        WorkingTable all = await WorkingTable.LoadAsync(session, table, table.Metadata.CurrentSnapshot, false, false, cancel);
        if (all.Tasks.Length > 1 || all.Tasks.Any(t => !t.Deletes.IsEmpty))
        {
            string items = string.Join(", ", all.Schema.Fields.Select(f => $"{DuckSql.Name(f.Name)} AS {DuckSql.Column(f)}"));
            ImmutableArray<DataFile> added = await DataFileWriter.WriteAsync(
                session, table.Store, WriteTarget.Of(table.Metadata), $"SELECT {items} FROM {all.Sql}", cancel);
            await troubles.InterfereAsync();
            try
            {
                await table.CommitAsync(new RewriteFiles(all.Snapshot!.SnapshotId)
                {
                    RemovedData = [.. all.Tasks.Select(t => t.File)],
                    RemovedDeletes = [.. all.Tasks.SelectMany(t => t.Deletes).Select(d => d.File).DistinctBy(f => f.FilePath)],
                    AddedData = added,
                    DataSequenceNumber = all.Snapshot.SequenceNumber,
                }, cancel);
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict)
            {
                throw AthenaFailure.CommitError(table.Name);
            }
        }
        troubles.CheckMoreRuns("OPTIMIZE");
        return new AthenaResult("DML", "OPTIMIZE") { BytesScanned = all.Bytes };
    }

    public async Task<AthenaResult> VacuumAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        (TableIdentifier? name, _) = TableReferences.Name(tokens, 1, database);
        IcebergTable table = await tables.OpenAsync(name!, cancel);
        int keep = TableProperties.Int(table.Metadata.Properties, "vacuum_min_snapshots_to_keep", 1);
        long age = TableProperties.Long(table.Metadata.Properties, "vacuum_max_snapshot_age_seconds", 432_000);
        var expiry = new ExpireSnapshots { OlderThan = DateTimeOffset.UtcNow.AddSeconds(-age), RetainLast = keep };
        await table.CommitAsync(expiry, cancel);
        troubles.CheckMoreRuns("VACUUM");
        return new AthenaResult("UTILITY", "VACUUM");
    }

    private async Task<IcebergTable?> CreateAsync(
        TableIdentifier name, Schema schema, PartitionSpec spec, string location, bool ifNotExists, CancellationToken cancel)
    {
        try
        {
            return IcebergTable.Of(catalog, await catalog.CreateTableAsync(name, location.TrimEnd('/'), place => TableMetadataFactory.Create(
                schema, spec, SortOrder.Unsorted, place, StringMap.Empty, 2, Guid.NewGuid(), DateTimeOffset.UtcNow), cancel));
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableExists)
        {
            if (ifNotExists) return null;
            throw AthenaFailure.User("FAILED", "Iceberg table to be created already exists");
        }
    }

    private static Dictionary<string, string> Properties(List<SqlToken> tokens, int at)
    {
        if (at >= tokens.Count) return [];
        int end = Close(tokens, at + 1);
        Dictionary<string, string> given = Items(tokens[(at + 2)..end]).ToDictionary(p => p[0].Text.Trim('\''), p => p[2].Text.Trim('\''));
        return given.Keys.FirstOrDefault(k => !s_properties.Contains(k)) is { } odd
            ? throw AthenaFailure.User("INVALID_TABLE_PROPERTY", $"Unsupported table property key: {odd}") : given;
    }

    private static bool IsInMap(Schema schema, NestedField field) => schema.AllFields.Any(f => f.Type is MapType m && m.Key.Id == field.Id);

    private static string TypeText(string duck) => duck switch
    {
        "HUGEINT" => "long",
        "FLOAT" => "float",
        "BLOB" => "binary",
        "TIMESTAMP WITH TIME ZONE" => "timestamptz",
        _ when duck.EndsWith("[]", StringComparison.Ordinal) => $"list<{TypeText(duck[..^2])}>",
        _ => duck,
    };

    private static List<List<SqlToken>> Items(List<SqlToken> tokens)
    {
        List<List<SqlToken>> items = [];
        for (int i = 0; i < tokens.Count;)
        {
            int end = SqlText.Find(tokens, i, ",");
            items.Add(tokens[i..end]);
            i = end + 1;
        }
        return items;
    }

    private static int Close(List<SqlToken> tokens, int open)
    {
        int depth = 0;
        for (int i = open; i < tokens.Count; i++)
        {
            if (tokens[i].Is("(")) depth++;
            if (tokens[i].Is(")") && --depth == 0) return i;
        }
        throw AthenaFailure.User("SYNTAX_ERROR", "a parenthesis is not closed");
    }
}
