using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Scan;

public sealed class ScanPlannerTests : IDisposable
{
    private static readonly Schema _schema = Schema.Of(
        new NestedField(1, "id", IcebergType.Long), new NestedField(2, "day", IcebergType.Date), new NestedField(3, "name", IcebergType.String));

    private readonly GeneratedTable _table = new(_schema, new PartitionSpec(0, [PartitionField.Of(2, 1000, "day", Transform.Identity)]), new PartitionSpec(1, []));

    public void Dispose() => _table.Dispose();

    [Fact]
    public async Task Plan_LeavesOutManifestsAndFilesThatCannotMatch()
    {
        // Days 0 to 9 in manifests of two days each; ten files a day, with ids 100 * day + 10 * n to + 9.
        for (int day = 0; day < 10; day += 2) _table.Add(0, ManifestContent.Data, Days(day, day + 1));
        _table.Commit();

        ScanPlan plan = await PlanAsync("day >= DATE '1970-01-04' AND day < DATE '1970-01-06' AND id BETWEEN 325 AND 405");

        Assert.Equal(["3-2", "3-3", "3-4", "3-5", "3-6", "3-7", "3-8", "3-9", "4-0"], Names(plan));
        Assert.Equal((5, 3), (plan.Statistics.DataManifests, plan.Statistics.SkippedDataManifests));
        Assert.Equal((20, 11), (plan.Statistics.FilesSkippedByPartition, plan.Statistics.FilesSkippedByMetrics));
        Assert.Equal((9, 90L, 900L), (plan.Statistics.Files, plan.Statistics.Rows, plan.Statistics.Bytes));
    }

    [Fact]
    public async Task Plan_KeepsMetricsOfTheColumnsThatAreAskedFor()
    {
        _table.Add(0, ManifestContent.Data, Days(0));
        _table.Commit();

        ScanPlan plain = await PlanAsync("TRUE");
        ScanPlan filtered = await PlanAsync("id >= 0");
        ScanPlan asked = await PlanAsync("TRUE", new ScanOptions { MetricFields = [3] });

        Assert.All(plain.Tasks, t => Assert.Empty(t.File.Metrics.LowerBounds));
        Assert.All(filtered.Tasks, t => Assert.Equal([1], t.File.Metrics.LowerBounds.Keys));
        Assert.All(asked.Tasks, t => Assert.Equal([3], t.File.Metrics.LowerBounds.Keys));
    }

    [Fact]
    public async Task Plan_AppliesDeletesOfTheWantedPartitionsAndKeys()
    {
        _table.Add(0, ManifestContent.Data, Days(0, 1));
        _table.Add(0, ManifestContent.Deletes, [(Delete("pos-0", 0, DataFileContent.PositionDeletes), 5), (Delete("pos-1", 1, DataFileContent.PositionDeletes), 5)]);
        _table.Add(0, ManifestContent.Deletes, [(Delete("pos-7", 7, DataFileContent.PositionDeletes), 5)]);
        _table.Add(1, ManifestContent.Deletes, [(Delete("eq-25", null, DataFileContent.EqualityDeletes, 25), 5), (Delete("eq-5", null, DataFileContent.EqualityDeletes, 5), 5)]);
        _table.Commit();

        ScanPlan plan = await PlanAsync("day = DATE '1970-01-01' AND id < 20");

        Assert.Equal(["0-0", "0-1"], Names(plan));
        Assert.Equal(["pos-0", "eq-5"], plan.Tasks[0].Deletes.Select(d => d.File.FilePath));
        Assert.Equal(["pos-0"], plan.Tasks[1].Deletes.Select(d => d.File.FilePath));
        Assert.Equal((3, 1), (plan.Statistics.DeleteManifests, plan.Statistics.SkippedDeleteManifests));
        Assert.Equal((2, 2), (plan.Statistics.DeleteFiles, plan.Statistics.AppliedDeleteFiles));
    }

    [Fact]
    public async Task Plan_OfNothingReadsNothing()
    {
        _table.Add(0, ManifestContent.Data, Days(0));
        _table.Commit();

        Assert.Empty((await PlanAsync("id = 1.5")).Tasks);
        Assert.Empty((await ScanPlanner.PlanAsync(_table.Store, _table.Metadata, null, _schema, ScanOptions.All, CancellationToken.None)).Tasks);
    }

    [Fact]
    public async Task Plan_RefusesAFileThatIsListedTwice()
    {
        _table.Add(0, ManifestContent.Data, Days(0));
        _table.Add(0, ManifestContent.Data, Days(0));
        _table.Commit();

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => PlanAsync("TRUE"));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains("0-0 is listed twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_RefusesAMissingManifest()
    {
        _table.Add(0, ManifestContent.Data, Days(0));
        File.Delete(new Uri(_table.Add(0, ManifestContent.Data, Days(1)).ManifestPath).LocalPath);
        _table.Commit();

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => PlanAsync("TRUE"));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains("m1.avro", error.Message, StringComparison.Ordinal);
        Assert.Single((await PlanAsync("day = DATE '1970-01-01' AND id = 1")).Tasks);
    }

    [Fact]
    public async Task Plan_StopsWhenCancelled()
    {
        _table.Add(0, ManifestContent.Data, Days(0));
        _table.Commit();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ScanPlanner.PlanAsync(_table.Store, _table.Metadata, _table.Snapshot, _schema, ScanOptions.All, new CancellationToken(canceled: true)));
    }

    private Task<ScanPlan> PlanAsync(string filter, ScanOptions? options = null) => ScanPlanner.PlanAsync(
        _table.Store, _table.Metadata, _table.Snapshot, _schema, (options ?? ScanOptions.All) with { Filter = FilterParser.Parse(filter) }, CancellationToken.None);

    private static IEnumerable<string> Names(ScanPlan plan) => plan.Tasks.Select(t => t.File.FilePath[(t.File.FilePath.LastIndexOf('/') + 1)..]);

    private static IEnumerable<(DataFile, long)> Days(params int[] days) => days.SelectMany(day => Enumerable.Range(0, 10).Select(n => (new DataFile
    {
        FilePath = $"file:///data/{day}-{n}",
        RecordCount = 10,
        FileSizeInBytes = 100,
        Partition = PartitionTuple.Of(day),
        Metrics = Metrics((day * 100) + (n * 10), 10),
    }, 1L)));

    private static DataFile Delete(string name, int? day, DataFileContent content, long? id = null) => new()
    {
        FilePath = name,
        Content = content,
        RecordCount = 1,
        FileSizeInBytes = 10,
        SpecId = day is null ? 1 : 0,
        Partition = day is null ? PartitionTuple.Empty : PartitionTuple.Of(day),
        EqualityIds = id is null ? [] : [1],
        Metrics = id is { } key ? Metrics(key, 1) : ColumnMetrics.None,
    };

    private static ColumnMetrics Metrics(long firstId, int rows) => new()
    {
        ValueCounts = Map(1, (long)rows).SetItem(3, rows),
        NullValueCounts = Map(1, 0L),
        LowerBounds = Map(1, SingleValue.ToBytes(IcebergType.Long, firstId)).SetItem(3, [65]),
        UpperBounds = Map(1, SingleValue.ToBytes(IcebergType.Long, firstId + rows - 1)).SetItem(3, [66]),
    };

    private static FieldMap<T> Map<T>(int id, T value) => new[] { KeyValuePair.Create(id, value) }.ToFieldMap();
}
