using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>A warehouse whose report had 5 rows, tagged month-end, and has 7 now; also under names that try the engine.</summary>
public sealed class QueryWarehouse : IAsyncLifetime
{
    private Warehouse _warehouse = null!;

    /// <summary>The snapshot with 5 rows.</summary>
    public long First { get; private set; }

    /// <summary>A time when it was current.</summary>
    public DateTimeOffset FirstTime { get; private set; }

    public async Task InitializeAsync()
    {
        _warehouse = await Warehouse.OpenAsync();
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        First = (await _warehouse.MergeAsync("2021-01-01")).SnapshotId!.Value;
        await _warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await Task.Delay(20);
        await _warehouse.MergeAsync("2021-01-02");
        IcebergTable report = await _warehouse.ReportAsync();
        FirstTime = report.Metadata.Snapshot(First)!.Timestamp;
        await report.CommitAsync(new SetRef("month-end", new SnapshotRef(First, SnapshotRefType.Tag)), default);
    }

    public Task DisposeAsync() => _warehouse.DisposeAsync().AsTask();

    /// <summary>Gives the report another name too.</summary>
    public async Task NameAsync(params string[] name) =>
        await _warehouse.Catalog.RegisterTableAsync(new([.. name[..^1]], name[^1]), (await _warehouse.ReportAsync()).MetadataLocation, default);

    /// <summary>Makes a table without rows.</summary>
    public async Task CreateAsync(string name, string schema) => await _warehouse.Catalog.CreateTableAsync(TableIdentifier.Parse(name), null, location => TableMetadataFactory.Create(
        SchemaText.Parse(schema), PartitionSpec.Unpartitioned, SortOrder.Unsorted, location, StringMap.Empty, 2, Guid.NewGuid(), DateTimeOffset.UtcNow), default);

    public async Task<List<object?[]>> ValuesAsync(string sql, params object?[] values)
    {
        var query = new TableQuery(_warehouse.Catalog, new DuckOptions { Threads = 1 });
        List<object?[]> rows = [];
        await foreach (RowBatch batch in query.RunAsync(sql, values, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(batch.Row(i));
        }
        return rows;
    }

    public async Task<List<string>> RowsAsync(string sql, params object?[] values) =>
        [.. (await ValuesAsync(sql, values)).Select(r => string.Join('|', r.Select(Warehouse.Text)))];

    public async Task<IcebergException> ErrorAsync(string sql, params object?[] values) => await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(sql, values));
}
