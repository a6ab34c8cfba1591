using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>Tables of deltas: the place of a row among the files says when it arrived.</summary>
public class RawTableCompactionTests
{
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "4", CultureInfo.InvariantCulture);

    /// <param name="Rows">Key, value and flag of each row of each delta; a delta of the same commit follows the one before.</param>
    private sealed record Import(int Day, List<List<(int Key, int Value, bool Deleted)>> Rows, int TargetFiles, bool Merges);

    private static readonly Gen<Import> s_imports = Gen.Select(
        Gen.Int[1, 3],
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 99], Gen.Int[0, 4], (k, v, d) => (k, v, d == 0)).List[1, 5].List[1, 3],
        Gen.Int[0, 4],
        Gen.Bool,
        (day, rows, files, merges) => new Import(day, rows, files, merges));

    [Theory]
    [InlineData("")]
    [InlineData("date_received")]
    [InlineData("value")]
    public void RunAsync_KeepsTheOrderOfArrivalAndWhatMergesMake(string partition) => s_imports.List[2, 8].Sample(
        imports => CheckAsync(imports, partition).GetAwaiter().GetResult(), iter: s_iterations, threads: 1,
        print: all => string.Join("\n", all.Select(i => $"day {i.Day} target {i.TargetFiles} merges {i.Merges}: {string.Join(" / ", i.Rows.Select(r => string.Join(' ', r)))}")));

    private static async Task CheckAsync(List<Import> imports, string partition)
    {
        await using Warehouse optimized = await OpenAsync(partition), plain = await OpenAsync(partition);
        int reported = 0;
        foreach (Import import in imports)
        {
            await ImportAsync(plain, import);
            await ImportAsync(optimized, import);
            if (import.TargetFiles > 0) await OptimizeAsync(optimized, import.TargetFiles);
            if (!import.Merges || import.Day < reported) continue;
            reported = import.Day;
            await MergeAsync(plain, reported);
            await MergeAsync(optimized, reported);
        }
        await MergeAsync(plain, 3);
        await OptimizeAsync(optimized, 2);
        await MergeAsync(optimized, 3);
        Assert.Equal(await plain.RowsAsync(), await optimized.RowsAsync());
        Assert.Equal(0, (await optimized.MergeAsync("2024-01-03")).FilesAdded);
    }

    private static async Task OptimizeAsync(Warehouse warehouse, int files)
    {
        IcebergTable before = await warehouse.RawAsync();
        List<string> arrived = await ArrivedAsync(warehouse, before);
        long bytes = (await PlanAsync(before)).Tasks.Sum(t => t.File.FileSizeInBytes);
        CompactionResult result = await new Compaction(
            warehouse.Session, before, new() { TargetFileSize = Math.Max(1, bytes / files), MinInputFiles = 2 }).RunAsync(default);
        IcebergTable after = await warehouse.RawAsync();
        Assert.Equal(arrived, await ArrivedAsync(warehouse, after));
        if (result.SnapshotId is null) return;
        long newest = (await PlanAsync(before)).Tasks.Max(t => t.SequenceNumber);
        Assert.All((await PlanAsync(after)).Tasks, t => Assert.True(t.SequenceNumber <= newest));
    }

    [Fact]
    public async Task RunAsync_NotesWhichRowsCameBeforeAColumn()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string, city string");
        await warehouse.ImportAsync("employee_id,name\n1,b\n", "2024-01-02");
        await (await warehouse.RawAsync()).CommitAsync(
            new ChangeTable { Columns = [new AddColumn(null, new NestedField(0, "city", IcebergType.String))] }, default);
        await warehouse.ImportAsync("employee_id,name,city\n1,a,Bonn\n", "2024-01-01");

        await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 2 }).RunAsync(default);

        Assert.Single((await PlanAsync(await warehouse.RawAsync())).Tasks);
        await warehouse.MergeAsync("2024-01-02", new MergeOptions { ReportDate = default, Key = ["employee_id"] });
        // The newest row did not carry the city, so the city of the row before stands.
        Assert.Equal("1|b|Bonn", Assert.Single(await warehouse.RowsAsync()));
    }

    /// <summary>The rows of a commit lie in all partitions, so only its files together keep their place among the other commits.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_PacksCommitsOverPartitions(int version)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedRawAsync("employee_id int, region string, record_deleted boolean, date_received date", "region", version);
        for (int i = 0; i < 6; i++) await warehouse.ImportAsync($"employee_id,region\n{i},c\n2,b\n1,a\n3,c\n", "2024-01-01");
        List<string> arrived = await ArrivedAsync(warehouse, await warehouse.RawAsync());

        CompactionResult result = await new Compaction(warehouse.Session, await warehouse.RawAsync(), new()).RunAsync(default);

        Assert.Equal((18, 3, 3), (result.FilesRemoved, result.FilesAdded, result.Plan.ExpectedFiles));
        Assert.Equal(arrived, await ArrivedAsync(warehouse, await warehouse.RawAsync()));
        // What was packed is not packed again before there are enough new files.
        await warehouse.ImportAsync("employee_id,region\n4,c\n4,b\n", "2024-01-02");
        Assert.NotNull((await new Compaction(warehouse.Session, await warehouse.RawAsync(), new()).PlanAsync(default)).NothingToDo);
    }

    /// <summary>A partition that is full ends a group; the others go on in the next.</summary>
    [Fact]
    public async Task RunAsync_FillsNoPartitionBeyondTheTarget()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedRawAsync("employee_id int, region string, record_deleted boolean, date_received date", "region", 2);
        for (int i = 0; i < 6; i++) await warehouse.ImportAsync($"employee_id,region\n{i},c\n2,b\n", "2024-01-01");
        IcebergTable raw = await warehouse.RawAsync();
        List<string> arrived = await ArrivedAsync(warehouse, raw);
        long file = (await PlanAsync(raw)).Tasks.Max(t => t.File.FileSizeInBytes);

        CompactionResult result = await new Compaction(warehouse.Session, raw, new() { TargetFileSize = file * 7 / 2, MinInputFiles = 3 }).RunAsync(default);

        Assert.Equal((12, 4), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal(2, result.Plan.Groups.Length);
        Assert.Equal(arrived, await ArrivedAsync(warehouse, await warehouse.RawAsync()));
    }

    [Fact]
    public async Task RunAsync_RefusesToSort()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync("employee_id\n1\n", "2024-01-01");

        foreach (CompactionOptions options in new CompactionOptions[] { new() { Sort = ["employee_id"] }, new() { ZOrder = ["employee_id"] } })
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(
                async () => await new Compaction(warehouse.Session, await warehouse.RawAsync(), options).PlanAsync(default));
            Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
            Assert.StartsWith("hr.raw_deltas holds deltas, and the order of their rows decides", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RunAsync_NeverTakesAFileFromTheMiddle()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        for (int i = 0; i < 6; i++) await warehouse.ImportAsync($"employee_id\n{i}\n{i}\n", $"2024-01-0{i + 1}");
        IcebergTable raw = await warehouse.RawAsync();
        List<string> arrived = await ArrivedAsync(warehouse, raw);
        var options = new CompactionOptions { MinInputFiles = 2, Filter = Core.Expressions.FilterParser.Parse("employee_id <> 2 and employee_id < 5") };

        CompactionResult result = await new Compaction(warehouse.Session, raw, options).RunAsync(default);

        Assert.Equal((4, 2), (result.FilesRemoved, result.FilesAdded));
        raw = await warehouse.RawAsync();
        Assert.Equal(arrived, await ArrivedAsync(warehouse, raw));
        Assert.Equal([2L, 3, 5, 6], (await PlanAsync(raw)).Tasks.Select(t => t.SequenceNumber).Order());
    }

    [Fact]
    public async Task RunAsync_AppliesDeletesInTheOrderOfArrival()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        for (int i = 0; i < 3; i++) await warehouse.ImportAsync($"employee_id\n{i}\n{i + 10}\n", $"2024-01-0{i + 1}");
        IcebergTable raw = await warehouse.RawAsync();
        ImmutableArray<FileScanTask> files = (await PlanAsync(raw)).Tasks;
        var deletes = await Core.Embedded.Writing.RowDeletes.WriteAsync(
            warehouse.Session, raw.Store, Core.Embedded.Writing.DeleteTarget.Of(raw.Metadata), files, $"SELECT (1::BIGINT << {Sql.PositionBits}) AS k", default);
        raw = (await raw.CommitAsync(new RowDelta(raw.Metadata.CurrentSnapshotId) { AddedDeletes = deletes.Added }, default)).Table;
        List<string> arrived = await ArrivedAsync(warehouse, raw);
        Assert.Equal(5, arrived.Count);

        CompactionResult result = await new Compaction(warehouse.Session, raw, new()).RunAsync(default);

        Assert.Equal((3, 1, 1), (result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Equal(arrived, await ArrivedAsync(warehouse, await warehouse.RawAsync()));
    }

    [Fact]
    public async Task RunAsync_KeepsTheOrderOfManyRows()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        for (int day = 1; day <= 3; day++)
        {
            string rows = string.Concat(Enumerable.Range(0, 150_000).Select(i => FormattableString.Invariant($"{day * 1_000_000 + i}\n")));
            await warehouse.ImportAsync("employee_id\n" + rows, $"2024-01-0{day}");
        }
        IcebergTable raw = await warehouse.RawAsync();
        List<string> arrived = await ArrivedAsync(warehouse, raw);

        CompactionResult result = await new Compaction(warehouse.Session, raw, new() { MinInputFiles = 2 }).RunAsync(default);

        Assert.Equal((3, 1), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal(arrived, await ArrivedAsync(warehouse, await warehouse.RawAsync()));
        Assert.Equal(arrived.Order(StringComparer.Ordinal), arrived);
    }

    /// <summary>Rows whose order says when they arrived stay in it over many files and threads.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("date_received")]
    public async Task ImportAsync_KeepsTheOrderOfRowsOverFiles(string partition)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("employee_id int, date_received date", partition, (TableProperties.TargetFileSize, "200000"));
        await warehouse.ImportAsync("employee_id\n" + string.Concat(Enumerable.Range(1_000_000, 400_000).Select(i => FormattableString.Invariant($"{i}\n"))), "2024-01-01");

        IcebergTable raw = await warehouse.RawAsync();
        List<string> arrived = await ArrivedAsync(warehouse, raw);

        Assert.True((await PlanAsync(raw)).Tasks.Length > 2);
        Assert.Equal(arrived.Order(StringComparer.Ordinal), arrived);
    }

    private static async Task<Warehouse> OpenAsync(string partition)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("employee_id int, value int, record_deleted boolean, date_received date", partition);
        await warehouse.CreateReportAsync("employee_id int, value int, record_created date, record_last_updated date");
        return warehouse;
    }

    private static async Task ImportAsync(Warehouse warehouse, Import import)
    {
        string day = Day(import.Day);
        await warehouse.ImportFilesAsync(
            [.. import.Rows.Select(rows => "employee_id,value,record_deleted\n" + string.Concat(rows.Select(r => FormattableString.Invariant($"{r.Key},{r.Value},{r.Deleted}\n"))))],
            ".csv", day);
    }

    private static Task<MergeSummary> MergeAsync(Warehouse warehouse, int day) => warehouse.MergeAsync(Day(day));

    private static string Day(int day) => FormattableString.Invariant($"2024-01-{day:00}");

    private static Task<ScanPlan> PlanAsync(IcebergTable table) => ScanPlanner.PlanAsync(
        table.Store, table.Metadata, table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema, ScanOptions.All, default);

    /// <summary>The rows in the order in which merges take them to have arrived: by date, then commit, file and position.</summary>
    private static async Task<List<string>> ArrivedAsync(Warehouse warehouse, IcebergTable table)
    {
        ImmutableArray<NestedField> fields = table.Metadata.CurrentSchema.Fields;
        int date = fields.Select(f => f.Name).ToList().IndexOf("date_received"), number = fields.Select(f => f.Name).ToList().IndexOf("delta_row");
        List<string[]> rows = [];
        foreach (IGrouping<long, FileScanTask> commit in (await PlanAsync(table)).Tasks.GroupBy(t => t.SequenceNumber).OrderBy(c => c.Key))
        {
            List<string[]> own = [];
            foreach (FileScanTask file in commit.OrderBy(t => t.File.FilePath, StringComparer.Ordinal))
                own.AddRange((await warehouse.RowsInOrderAsync(table, [file])).Select(r => r.Split('|')));
            bool isSpread = commit.Select(t => t.File.Partition).Distinct().Count() > 1;
            rows.AddRange(isSpread && number >= 0 ? own.OrderBy(r => long.Parse(r[number], CultureInfo.InvariantCulture)) : own);
        }
        return [.. rows.OrderBy(r => r[date], StringComparer.Ordinal).Select(r => string.Join('|', r.Where((_, i) => i != number)))];
    }
}
