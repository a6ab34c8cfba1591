using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Embedded;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>A table and a plain model of it: what the model holds after each commit is what readers must see.</summary>
internal sealed class InteropTable(DuckSession session, string folder, string name, IcebergTable table)
{
    private readonly List<InteropState> _states = [];
    private List<object?[]> _rows = [];

    public IcebergTable Table { get; private set; } = table;

    public static async Task<InteropTable> CreateAsync(SqliteCatalog catalog, DuckSession session, string folder, string name, NewTable table) =>
        new(session, folder, name, await IcebergTable.CreateAsync(catalog, TableIdentifier.Parse("interop." + name), table, null, default));

    public async Task AppendAsync(params object?[][] rows)
    {
        TableMetadata metadata = Table.Metadata;
        ImmutableArray<DataFile> files = await DataFileWriter.WriteAsync(
            session, Table.Store, WriteTarget.Of(metadata), RandomTables.Select(metadata.CurrentSchema, rows), default);
        await CommitAsync(new AppendFiles(files));
        _rows.AddRange(rows);
        Note();
    }

    /// <summary>Deletes rows by their value in a column of type int.</summary>
    public async Task DeleteAsync(string column, params int[] values)
    {
        TableMetadata metadata = Table.Metadata;
        Schema schema = metadata.CurrentSchema;
        NestedField field = schema.FindField(column)!;
        ScanPlan plan = await ScanPlanner.PlanAsync(Table.Store, metadata, metadata.CurrentSnapshot, schema, ScanOptions.All, default);
        await using PreparedScan scan = await PreparedScan.OpenAsync(session, Table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = [field],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
            WithRowKey = true,
        }, default);
        string keys = $"SELECT {Sql.RowKey} AS k FROM ({scan.Sql}) WHERE {Sql.Column(field)} IN ({string.Join(',', values)})";
        RowDeletes deletes = await RowDeletes.WriteAsync(session, Table.Store, DeleteTarget.Of(metadata), plan.Tasks, keys, default);
        await CommitAsync(new RowDelta(metadata.CurrentSnapshot!.SnapshotId) { AddedDeletes = deletes.Added, RemovedDeletes = deletes.Replaced });
        int index = schema.Fields.IndexOf(field);
        _rows = [.. _rows.Where(r => r[index] is not int value || !values.Contains(value))];
        Note();
    }

    /// <summary>Changes the schema; <paramref name="row"/> says how rows look under it.</summary>
    public async Task EvolveAsync(Func<object?[], object?[]> row, params ImmutableArray<SchemaChange> changes)
    {
        await CommitAsync(new UpdateSchema(changes));
        _rows = [.. _rows.Select(row)];
    }

    public Task RepartitionAsync(params ImmutableArray<PartitionChange> changes) => CommitAsync(new UpdatePartitionSpec(changes));

    /// <summary>Takes over what another part of the library committed.</summary>
    public async Task AdvanceAsync(IEnumerable<object?[]> rows)
    {
        Table = await Table.RefreshAsync(default);
        _rows = [.. rows];
        Note();
    }

    public Task SaveAsync() =>
        File.WriteAllTextAsync(Path.Combine(folder, "expected", name + ".json"), ExpectedJson.Of(Table.MetadataLocation, _states));

    private void Note()
    {
        Snapshot snapshot = Table.Metadata.CurrentSnapshot!;
        _states.Add(new(snapshot.SnapshotId, Table.Metadata.CurrentSchema, [.. _rows]));
    }

    private async Task CommitAsync(TableAction action) => Table = (await Table.CommitAsync(action, default)).Table;
}

/// <param name="Rows">In the order of the schema's columns, values in physical form.</param>
internal sealed record InteropState(long SnapshotId, Schema Schema, ImmutableArray<object?[]> Rows);
