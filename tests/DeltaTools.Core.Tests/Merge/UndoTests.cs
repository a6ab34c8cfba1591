using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Taking merges back, proving reports, tracing rows.</summary>
public sealed class UndoTests
{
    private static readonly int Iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "6", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Undo_TheLastMergesOneByOne(int version)
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(version);

        await UndoAsync(warehouse);
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
        Assert.Equal(new DateOnly(2021, 1, 2), (await StateAsync(warehouse))!.Watermark);
        await UndoAsync(warehouse);
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());
        await UndoAsync(warehouse);
        Assert.Empty(await warehouse.RowsAsync());
        Assert.Null(await StateAsync(warehouse));
        Assert.Equal(0, RowTotals.Of((await warehouse.ReportAsync()).Metadata.CurrentSnapshot));
        Assert.Equal(IcebergErrorKind.SnapshotNotFound, (await Assert.ThrowsAsync<IcebergException>(() => UndoAsync(warehouse))).Kind);

        foreach ((string date, string[] rows) in new[] { ("2021-01-01", Tutorial.Report1), ("2021-01-02", Tutorial.Report2), ("2021-01-03", Tutorial.Report3) })
        {
            await warehouse.MergeAsync(date);
            Assert.Equal(rows, await warehouse.RowsAsync());
        }
    }

    /// <summary>The rows of a merge that was taken back from between others are missing until the next merge brings them again.</summary>
    [Fact]
    public async Task ReportTest_KnowsWhatOfTheRawTableItReplays()
    {
        await using Warehouse warehouse = await WithDaysAsync(2, MergeMode.Upsert, ["1,a,f\n", "2,b,f\n", "3,c,f\n"]);
        IcebergTable report = await warehouse.ReportAsync();

        await UndoAsync(warehouse);
        Assert.Equal((ReplayScope.AsMerged, true), await TestAsync());
        await MergeAsync(warehouse, 3, MergeMode.Upsert);
        await UndoAsync(warehouse, report.Metadata.Snapshots[1].SnapshotId);
        Assert.Equal((ReplayScope.TakenBack, false), await TestAsync());
        await MergeAsync(warehouse, 3, MergeMode.Upsert);
        Assert.Equal((ReplayScope.AsMerged, true), await TestAsync());
        await warehouse.ImportAsync("id,name,record_deleted\n4,d,f\n", Day(3));
        Assert.Equal((ReplayScope.AsMerged, true), await TestAsync());

        IcebergTable raw = await warehouse.RawAsync();
        raw = raw.With(raw.Metadata with { Snapshots = [raw.Metadata.Snapshots[^1]] });
        ReportTestResult expired = await new ReportTest(warehouse.Session, await warehouse.ReportAsync(), raw).RunAsync(default);
        Assert.Equal((ReplayScope.Expired, 1), (expired.Scope, expired.Missing));

        async Task<(ReplayScope, bool)> TestAsync() => await ReportTestAsync(warehouse) is var result ? (result.Scope, result.Passed) : default;
    }

    [Fact]
    public async Task ReportTest_ReplaysNothing_WhenTheRawTableWasEmpty()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("id int, name string, date_received date");
        await warehouse.CreateReportAsync("id int, name string");
        await MergeAsync(warehouse, 1, MergeMode.Upsert);
        await warehouse.ImportAsync("id,name\n1,a\n", Day(1));

        ReportTestResult result = await ReportTestAsync(warehouse);

        Assert.Equal((ReplayScope.AsMerged, true), (result.Scope, result.Passed));
    }

    [Fact]
    public async Task Undo_IsRefusedWhenLaterCommitsTouchedTheKeys()
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(2);
        IcebergTable before = await warehouse.ReportAsync();

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => UndoAsync(warehouse, before.Metadata.Snapshots[1].SnapshotId));

        Assert.Equal(IcebergErrorKind.MergeRefused, error.Kind);
        Assert.Contains("later commits changed 1 of its keys: (employee_id = 7)", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.MetadataLocation, (await warehouse.ReportAsync()).MetadataLocation);
    }

    [Fact]
    public async Task Undo_ReadsOnlyFilesThatMayHoldItsRows()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id int, name string", 2, (TableProperties.MergeMode, "merge-on-read"));
        MergeOptions options = new() { ReportDate = default, Key = ["id"] };
        await warehouse.ImportAsync("id,name\n1,a\n2,b\n", Day(1));
        await warehouse.MergeAsync(Day(1), options);
        string first = Directory.GetFiles(Path.Combine(warehouse.Folder, "hr", "employee", "data")).Single();
        await warehouse.ImportAsync("id,name\n7,x\n8,y\n", Day(2));
        await warehouse.MergeAsync(Day(2), options);
        File.Move(first, first + ".away");

        await UndoAsync(warehouse);

        File.Move(first + ".away", first);
        Assert.Equal(["1|a", "2|b"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Undo_KeepsLaterMergesOfOtherKeysAndCompactions()
    {
        await using Warehouse warehouse = await WithDaysAsync(2, MergeMode.Upsert, ["1,a,f\n2,b,f\n", "2,c,f\n3,d,f\n", "1,e,f\n"]);
        long second = (await warehouse.ReportAsync()).Metadata.Snapshots[1].SnapshotId;
        await new Compaction(warehouse.Session, await warehouse.ReportAsync(), new() { MinInputFiles = 1, Sort = [] }).RunAsync(default);

        await UndoAsync(warehouse, second);

        Assert.Equal(["1|e", "2|b"], await ValuesAsync(warehouse));
        Assert.Contains("taken back already", (await Assert.ThrowsAsync<IcebergException>(() => UndoAsync(warehouse, second))).Message, StringComparison.Ordinal);
        Assert.Equal(IcebergErrorKind.ReportDateRefused, (await Assert.ThrowsAsync<IcebergException>(() => MergeAsync(warehouse, 2, MergeMode.Upsert))).Kind);
        await MergeAsync(warehouse, 3, MergeMode.Upsert);
        Assert.Equal(["1|e", "2|c", "3|d"], await ValuesAsync(warehouse));
    }

    [Fact]
    public void Undo_AndMergingAgainEqualsMergingOnce() => Histories.Sample(h => UndoAndMergeAsync(h).GetAwaiter().GetResult(), iter: Iterations, threads: 1, print: h => h.ToString());

    [Fact]
    public void Test_PassesForEveryReport() => Histories.Sample(h => TestAsync(h).GetAwaiter().GetResult(), iter: Iterations, threads: 1, print: h => h.ToString());

    [Fact]
    public async Task Test_FindsWhatIsNotOfTheRawTable()
    {
        await using Warehouse warehouse = await WithDaysAsync(2, MergeMode.Upsert, ["1,a,f\n2,b,f\n3,c,f\n"]);
        IcebergTable report = await warehouse.ReportAsync();
        ScanPlan plan = await ScanPlanner.PlanAsync(report.Store, report.Metadata, report.Metadata.CurrentSnapshot, report.Metadata.CurrentSchema, ScanOptions.All, default);
        // The report as somebody else left it: a row changed, one gone, one of his own.
        await report.CommitAsync(new RowDelta(report.Metadata.CurrentSnapshotId)
        {
            RemovedData = [.. plan.Tasks.Select(t => t.File)],
            AddedData = await RowsOfAsync(warehouse, report, "(1, 'A'), (3, 'c'), (4, 'd')"),
        }, default);

        ReportTestResult result = await ReportTestAsync(warehouse);

        Assert.False(result.Passed);
        Assert.Equal((1, 1, 1, 1), (result.Missing, result.Surplus, result.Different, result.Same));
        Assert.Equal(["Update id 1: name A -> a", "Insert id 2: name NULL -> b", "Delete id 4: name d -> NULL"], result.Differences.Select(d => d.ToString()));
    }

    [Fact]
    public async Task Test_ReadsTheRawTableAsTheMergeSawIt()
    {
        await using Warehouse warehouse = await WithDaysAsync(2, MergeMode.Upsert, ["1,a,f\n"]);
        await warehouse.ImportAsync("id,name,record_deleted\n1,late,f\n", "2024-01-01");

        Assert.True((await ReportTestAsync(warehouse)).Passed);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Row_HasEveryVersionWithItsDelta(int version)
    {
        await using Warehouse warehouse = await WithDaysAsync(version, MergeMode.Upsert, ["1,a,f\n2,b,f\n", "2,c,f\n", "1,x,f\n2,c,t\n", "2,d,f\n"]);
        await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 1, Sort = [] }).RunAsync(default);
        await new Compaction(warehouse.Session, await warehouse.ReportAsync(), new() { MinInputFiles = 1, Sort = [] }).RunAsync(default);

        List<RowVersion> versions = await VersionsAsync(warehouse, 2);

        Assert.Equal(["Insert b", "UpdateAfter c", "Delete c", "Insert d"], versions.Select(v => $"{v.Change} {v.Row[0, 2]}"));
        Assert.Equal([1, 2, 3, 4], versions.Select(v => v.Delta!.DateReceived.Day));
        Assert.Equal([1, 2, 3, 4], versions.Select(v => ReportDates.Of(v.Snapshot)!.Value.Day));
        Assert.Equal(4, versions.Select(v => v.Delta!.Source).Distinct().Count());
        IcebergTable raw = await warehouse.RawAsync();
        Assert.Equal(raw.Metadata.Snapshots.Take(4).Select(s => (long?)s.SnapshotId), versions.Select(v => v.Delta!.SnapshotId));
        Assert.Empty(await VersionsAsync(warehouse, 99));
    }

    [Fact]
    public async Task Row_OfSeveralDeltasInOneCommitNamesTheRightOne()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id int, name string");
        await warehouse.ImportFilesAsync(["id,name\n1,a\n", "id,name\n", "id,name\n2,b\n"], ".csv", "2024-01-01");
        await MergeAsync(warehouse, 1, MergeMode.Upsert);

        Assert.EndsWith("-3.csv", Assert.Single(await VersionsAsync(warehouse, 2)).Delta!.Source, StringComparison.Ordinal);
    }

    private static readonly Gen<string> Row =
        from id in Gen.Int[1, 6]
        from name in Gen.Int[0, 3]
        from deleted in Gen.Int[0, 9]
        select $"{id},{(name == 0 ? "" : $"n{name}")},{(deleted < 3 ? "t" : "f")}\n";

    private static readonly Gen<History> Histories =
        from days in (from rows in Row.List[1, 3] select string.Concat(rows)).List[2, 5]
        from version in Gen.Int[2, 3]
        from mode in Gen.Int[0, 3]
        from undone in Gen.Int[0, 4]
        from compacts in Gen.Bool
        select new History([.. days], version, (MergeMode)mode, undone, compacts);

    private static async Task UndoAndMergeAsync(History history)
    {
        await using Warehouse warehouse = await WithDaysAsync(history.Version, history.Mode, history.Days);
        List<string> wanted = await ValuesAsync(warehouse);
        if (history.Compacts) await new Compaction(warehouse.Session, await warehouse.ReportAsync(), new() { MinInputFiles = 1, Sort = [] }).RunAsync(default);
        IcebergTable report = await warehouse.ReportAsync();
        Snapshot[] merges = [.. report.Metadata.Snapshots.Where(s => ReportDates.Of(s) is not null)];
        if (merges.Length == 0) return;
        try
        {
            await UndoAsync(warehouse, merges[history.Undone % merges.Length].SnapshotId);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.MergeRefused)
        {
            Assert.Equal(report.MetadataLocation, (await warehouse.ReportAsync()).MetadataLocation);
            return;
        }
        await MergeAsync(warehouse, history.Days.Length, history.Mode);
        Assert.Equal(wanted, await ValuesAsync(warehouse));
        Assert.True((await ReportTestAsync(warehouse)).Passed);
    }

    private static async Task TestAsync(History history)
    {
        await using Warehouse warehouse = await WithDaysAsync(history.Version, history.Mode, history.Days);
        ReportTestResult result = await ReportTestAsync(warehouse);
        Assert.True(result.Passed, string.Join("\n", result.Differences));
        Assert.Equal((await warehouse.RowsAsync()).Count, result.Same);
    }

    private static async Task<Warehouse> WithDaysAsync(int version, MergeMode mode, string[] days)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        string history = mode switch
        {
            MergeMode.SoftDelete => ", deleted_at date",
            MergeMode.Scd2 => ", valid_from date, valid_to date, is_current boolean",
            _ => "",
        };
        await warehouse.CreateReportAsync("id int, name string" + history, version);
        for (int i = 0; i < days.Length; i++)
        {
            await warehouse.ImportAsync("id,name,record_deleted\n" + days[i], Day(i + 1));
            await MergeAsync(warehouse, i + 1, mode);
        }
        return warehouse;
    }

    private static Task MergeAsync(Warehouse warehouse, int day, MergeMode mode) =>
        warehouse.MergeAsync(Day(day), new MergeOptions { ReportDate = default, Key = ["id"], Mode = mode });

    private static async Task UndoAsync(Warehouse warehouse, long? snapshot = null)
    {
        var undo = new MergeUndo(warehouse.Session, await warehouse.ReportAsync());
        await using UndoPlan plan = await undo.PlanAsync(snapshot, default);
        await undo.ApplyAsync(plan, default);
    }

    private static async Task<ReportTestResult> ReportTestAsync(Warehouse warehouse) =>
        await new ReportTest(warehouse.Session, await warehouse.ReportAsync(), await warehouse.RawAsync()).RunAsync(default);

    private static async Task<List<RowVersion>> VersionsAsync(Warehouse warehouse, int id)
    {
        IcebergTable raw = await warehouse.RawAsync();
        var history = new RowHistory(warehouse.Session, await warehouse.ReportAsync(), (_, _) => Task.FromResult<IcebergTable?>(raw));
        var versions = new List<RowVersion>();
        await foreach (RowVersion version in history.ReadAsync(FilterParser.Parse($"id = {id}"), default)) versions.Add(version);
        return versions;
    }

    private static async Task<MergeState?> StateAsync(Warehouse warehouse) => MergeState.Of((await warehouse.ReportAsync()).Metadata, SnapshotRef.Main);

    /// <summary>Rows without the dates on which they were marked as deleted, which follow the merges.</summary>
    private static async Task<List<string>> ValuesAsync(Warehouse warehouse) =>
        (await warehouse.ReportAsync()).Metadata.CurrentSchema.FindField("deleted_at") is null ? await warehouse.RowsAsync()
            : [.. (await warehouse.RowsAsync()).Select(r => r.EndsWith("|NULL", StringComparison.Ordinal) ? r : string.Join('|', r.Split('|')[..^1]) + "|deleted").Order(StringComparer.Ordinal)];

    private static Task<ImmutableArray<DataFile>> RowsOfAsync(Warehouse warehouse, IcebergTable table, string values)
    {
        WriteTarget target = WriteTarget.Of(table.Metadata, table.Name);
        string columns = string.Join(", ", target.Columns.Select(c => Sql.Column(c)));
        return DataFileWriter.WriteAsync(warehouse.Session, table.Store, target, $"SELECT * FROM (VALUES {values}) r({columns})", default);
    }

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2024-01-{day:00}");

    private sealed record History(string[] Days, int Version, MergeMode Mode, int Undone, bool Compacts)
    {
        public override string ToString() => $"v{Version} {Mode}{(Compacts ? " compacted" : "")} undo {Undone}\n"
            + string.Join("\n", Days.Select((d, i) => $"day {i + 1}: {d.Replace("\n", "; ", StringComparison.Ordinal)}"));
    }
}
