using System.Collections.Immutable;
using System.Text;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>Imports, merges and maintenance in processes of their own: killed at every place, and two at once.</summary>
public class ProcessTests
{
    /// <summary>Of each process; every one is a commit of the raw table, and most are one of the report table.</summary>
    public const int Deltas = 50;

    /// <summary>What users can see of both tables.</summary>
    private sealed record State(string Raw, string Report, int Imports, DateOnly? ReportDate);

    /// <summary>kill -9 before and after each file and each swap, one after the other, until the work gets through.</summary>
    [Theory]
    [InlineData("import", 2, 12)]
    [InlineData("merge", 2, 15)]
    [InlineData("merge", 3, 15)]
    [InlineData("audit", 2, 20)]
    [InlineData("optimize", 2, 15)]
    [InlineData("expire", 2, 12)]
    public async Task KilledAnywhere_LeavesTheOldOrTheNewState(string what, int version, int places)
    {
        await using Warehouse warehouse = await CreateAsync(version);
        HashSet<string> left = [];
        await OtherWarehouse.DoAsync(warehouse, "import", 1);
        await OtherWarehouse.DoAsync(warehouse, "merge", 1);
        bool sawOld = false, sawNew = false;
        int point = 0, exit = -1;
        while (exit != 0)
        {
            int day = ++point + 1;
            if (what != "import") await OtherWarehouse.DoAsync(warehouse, "import", day);
            if (what is "optimize" or "expire") await OtherWarehouse.DoAsync(warehouse, "merge", day);
            if (what == "expire") await OtherWarehouse.DoAsync(warehouse, "optimize", day);
            State before = await StateAsync(warehouse);
            string[] files = Files(warehouse);

            (exit, string output) = await OtherWarehouse.StartAsync(point, warehouse, what, $"{day}");

            State killed = await StateAsync(warehouse);
            left.Add($"{(killed == before ? "old" : "new")} {string.Join(' ', Files(warehouse).Except(files).Select(Kind).Distinct().Order(StringComparer.Ordinal))}");
            await AssertWholeAsync(warehouse);
            await OtherWarehouse.DoAsync(warehouse, what, day);
            State after = await StateAsync(warehouse);
            Assert.True(killed == before || killed == after, $"killed at {point}: {before} -> {killed}, not {after}");
            sawOld |= killed == before;
            sawNew |= killed == after;
            if (exit == 0) Assert.Equal((after, ""), (killed, output));
            await OtherWarehouse.DoAsync(warehouse, "merge", day);
            Assert.Equal(OtherWarehouse.Expected(day), await warehouse.RowsAsync());
        }
        Assert.True(sawOld && sawNew && point > places, $"Only {point} places to kill it at.");
        if (what == "merge") AssertDiedBetweenAllWrites(left, version);
        await AssertOnlyOrphansAreLeftAsync(warehouse);
    }

    /// <summary>It was killed before the first write and after each kind of file, before the swap and after it.</summary>
    private static void AssertDiedBetweenAllWrites(IReadOnlySet<string> left, int version)
    {
        string deletes = version == 3 ? "puffin" : "deletes";
        string[][] written = [[], ["data"], ["data", deletes], ["data", deletes, "manifest"], ["data", deletes, "manifest", "manifest-list"], ["data", deletes, "manifest", "manifest-list", "metadata"]];
        foreach (string[] kinds in written) Assert.Contains($"old {string.Join(' ', kinds.Order(StringComparer.Ordinal))}", left);
        Assert.Contains($"new {string.Join(' ', written[^1].Order(StringComparer.Ordinal))}", left);
    }

    private static string[] Files(Warehouse warehouse) => Directory.GetFiles(Path.Combine(warehouse.Folder, "hr", "employee"), "*", SearchOption.AllDirectories);

    private static string Kind(string path) => Path.GetFileName(path) switch
    {
        var name when name.EndsWith(".metadata.json", StringComparison.Ordinal) => "metadata",
        var name when name.StartsWith("snap-", StringComparison.Ordinal) => "manifest-list",
        var name when name.EndsWith(".avro", StringComparison.Ordinal) => "manifest",
        var name when name.EndsWith(".puffin", StringComparison.Ordinal) => "puffin",
        var name when name.EndsWith(".parquet", StringComparison.Ordinal) => File.ReadAllText(path, Encoding.Latin1).Contains("file_path", StringComparison.Ordinal) ? "deletes" : "data",
        var name => name,
    };

    [Fact]
    public async Task ImportAndMerge_TwoProcessesLoseNothingAndDoubleNothing()
    {
        await using Warehouse warehouse = await CreateAsync();
        await warehouse.CreateRawAsync("employee_id int, surname string, date_received date");

        (int ExitCode, string Output)[] ends = await Task.WhenAll(new[] { "x", "y" }.Select(w => OtherWarehouse.StartAsync(0, warehouse, "race", w)));

        Assert.All(ends, e => Assert.Equal((0, ""), e));
        IcebergTable raw = await warehouse.RawAsync(), report = await warehouse.ReportAsync();
        Assert.Equal(2 * Deltas, Ledger.Of(raw.Metadata).Count());
        Assert.Equal(2 * Deltas, Ancestry.Of(raw.Metadata, raw.Metadata.CurrentSnapshotId).Count());
        List<string> arrived = await ArrivedAsync(warehouse, raw);
        Assert.Equal(4 * Deltas, arrived.Count);
        Dictionary<string, string> newest = [];
        foreach (string row in arrived) newest[row.Split('|')[0]] = row[..row.LastIndexOf('|')];
        Assert.Equal((2 * Deltas) + 1, newest.Count);
        Assert.Equal(newest.Values.Order(StringComparer.Ordinal), await warehouse.RowsAsync());
        Assert.Null((await warehouse.MergeAsync("2024-01-01")).SnapshotId);
        // Both took part all along; neither had to wait for the other's end.
        string writers = string.Concat(arrived.Where(r => !r.StartsWith("0|", StringComparison.Ordinal)).Select(r => r.Split('|')[1]));
        Assert.Contains("xy", writers, StringComparison.Ordinal);
        Assert.Contains("yx", writers, StringComparison.Ordinal);
        Assert.InRange(report.Metadata.Snapshots.Length, 1, 2 * Deltas);
        await AssertOnlyOrphansAreLeftAsync(warehouse);
    }

    private static async Task<Warehouse> CreateAsync(int version = 2)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, surname string", version, ("write.merge.mode", "merge-on-read"));
        Directory.CreateDirectory(Path.Combine(warehouse.Folder, "meet"));
        return warehouse;
    }

    private static async Task<State> StateAsync(Warehouse warehouse)
    {
        IcebergTable raw = await warehouse.RawAsync(), report = await warehouse.ReportAsync();
        return new(
            string.Join(' ', await warehouse.RowsAsync(raw)), string.Join(' ', await warehouse.RowsAsync(report)),
            Ledger.Of(raw.Metadata).Count(), MergeState.Of(report.Metadata, SnapshotRef.Main)?.Watermark);
    }

    private static async Task AssertWholeAsync(Warehouse warehouse)
    {
        foreach (IcebergTable table in await OtherWarehouse.TablesAsync(warehouse))
        {
            IReadOnlySet<string> needed = await TableFiles.OfAsync(table.Metadata, table.MetadataLocation, table.Store, default);
            Assert.All(needed, f => Assert.True(File.Exists(new Uri(f).LocalPath), $"{f} is gone."));
        }
    }

    /// <summary>What the dead left behind goes, and the tables stay as they are.</summary>
    private static async Task AssertOnlyOrphansAreLeftAsync(Warehouse warehouse)
    {
        State before = await StateAsync(warehouse);
        foreach (IcebergTable table in await OtherWarehouse.TablesAsync(warehouse))
        {
            var orphans = new OrphanFiles(table);
            IReadOnlyList<ObjectInfo> found = await orphans.FindAsync(DateTimeOffset.UtcNow.AddDays(1), default);
            await orphans.DeleteAsync(found, default);
            IReadOnlySet<string> needed = await TableFiles.OfAsync(table.Metadata, table.MetadataLocation, table.Store, default);
            string folder = new Uri(table.Metadata.Location).LocalPath;
            Assert.Equal(needed.Order(StringComparer.Ordinal), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => "file://" + f).Order(StringComparer.Ordinal));
        }
        Assert.Equal(before, await StateAsync(warehouse));
    }

    /// <summary>The rows in the order in which they arrived.</summary>
    private static async Task<List<string>> ArrivedAsync(Warehouse warehouse, IcebergTable table)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(
            table.Store, table.Metadata, table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema, ScanOptions.All, default);
        ImmutableArray<FileScanTask> files = [.. plan.Tasks.OrderBy(t => t.SequenceNumber).ThenBy(t => t.File.FilePath, StringComparer.Ordinal)];
        List<string> rows = [];
        foreach (FileScanTask file in files) rows.AddRange(await warehouse.RowsInOrderAsync(table, [file]));
        return rows;
    }
}
