using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>What imports and merges remember follows the snapshots of a table.</summary>
public class RestoreTests
{
    [Fact]
    public async Task RunAsync_TheReportDateFollows()
    {
        await using Warehouse warehouse = await WithDaysAsync(3);
        List<string> wanted = await warehouse.RowsAsync();
        long second = (await warehouse.ReportAsync()).Metadata.Snapshots[1].SnapshotId;

        await RestoreTo.RunAsync(await warehouse.ReportAsync(), second, SnapshotRef.Main, default);

        IcebergTable report = await warehouse.ReportAsync();
        Assert.Equal(second, report.Metadata.CurrentSnapshotId);
        Assert.Equal(new DateOnly(2024, 1, 2), MergeState.Of(report.Metadata, SnapshotRef.Main)!.Watermark);
        Assert.Equal(3, report.Metadata.Snapshots.Length);
        MergeSummary again = await warehouse.MergeAsync("2024-01-03");
        Assert.Equal((1, 1), (again.Plan.Inserted, again.Plan.Updated));
        Assert.Equal(wanted, await warehouse.RowsAsync());
    }

    [Fact]
    public async Task RunAsync_ToBeforeTheFirstMergeStartsAnew()
    {
        await using Warehouse warehouse = await WithDaysAsync(0);
        IcebergTable report = await warehouse.ReportAsync();
        WriteTarget target = WriteTarget.Of(report.Metadata);
        string columns = string.Join(", ", target.Columns.Select(c => Sql.Name(Sql.Column(c))));
        var files = await DataFileWriter.WriteAsync(warehouse.Session, report.Store, target, $"SELECT * FROM (SELECT 77::INT, 'x') r({columns})", default);
        CommitResult loaded = await report.CommitAsync(new AppendFiles(files), default);
        await ImportAndMergeAsync(warehouse, 1);

        await RestoreTo.RunAsync(await warehouse.ReportAsync(), loaded.Snapshot!.SnapshotId, SnapshotRef.Main, default);

        Assert.Null(MergeState.Of((await warehouse.ReportAsync()).Metadata, SnapshotRef.Main));
        Assert.Equal(["77|x"], await warehouse.RowsAsync());
        Assert.Equal(1, (await warehouse.MergeAsync("2024-01-01")).Plan.Inserted);
    }

    [Fact]
    public async Task RunAsync_WhatWasTakenBackFromARawTableCanBeImportedAgain()
    {
        await using Warehouse warehouse = await WithDaysAsync(2);
        IcebergTable raw = await warehouse.RawAsync();
        long first = raw.Metadata.Snapshots[0].SnapshotId, second = raw.Metadata.Snapshots[1].SnapshotId;

        raw = (await RestoreTo.RunAsync(raw, first, SnapshotRef.Main, default)).Table;
        Assert.Equal([new DateOnly(2024, 1, 1)], Ledger.Of(raw.Metadata).Select(e => e.DateReceived));
        raw = (await RestoreTo.RunAsync(raw, second, SnapshotRef.Main, default)).Table;
        Assert.Equal(2, Ledger.Of(raw.Metadata).Count());
        Assert.Equal(DeltaImportStatus.AlreadyImported, (await ImportAsync(warehouse, 2)).Status);
        await RestoreTo.RunAsync(await warehouse.RawAsync(), first, SnapshotRef.Main, default);

        Assert.Equal(DeltaImportStatus.Imported, (await ImportAsync(warehouse, 2)).Status);
        Assert.Equal(DeltaImportStatus.AlreadyImported, (await ImportAsync(warehouse, 1)).Status);
        Assert.Equal(3, (await warehouse.RowsAsync(await warehouse.RawAsync())).Count);
    }

    [Fact]
    public async Task Expiry_ImportsAndMergesOutliveTheirSnapshots()
    {
        await using Warehouse warehouse = await WithDaysAsync(3);
        foreach (IcebergTable table in new[] { await warehouse.RawAsync(), await warehouse.ReportAsync() })
        {
            await new Compaction(warehouse.Session, table, new() { MinInputFiles = 1, Sort = [] }).RunAsync(default);
            await new ManifestCompaction(await table.RefreshAsync(default), SnapshotRef.Main).RunAsync(default);
            await new SnapshotExpiry(await table.RefreshAsync(default), new() { OlderThan = DateTimeOffset.UtcNow.AddDays(1) }).RunAsync(default);
            Assert.Single((await table.RefreshAsync(default)).Metadata.Snapshots);
        }
        List<string> rows = await warehouse.RowsAsync();

        Assert.Equal(DeltaImportStatus.AlreadyImported, (await ImportAsync(warehouse, 1)).Status);
        Assert.Null((await warehouse.MergeAsync("2024-01-03")).SnapshotId);
        IcebergException refused = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2024-01-02"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, refused.Kind);
        IcebergTable report = await warehouse.ReportAsync();
        Assert.Equal(report.Metadata.CurrentSnapshotId, ReportDates.At(report.Metadata, new DateOnly(2024, 1, 5)).SnapshotId);
        Assert.Throws<IcebergException>(() => ReportDates.At(report.Metadata, new DateOnly(2024, 1, 2)));
        MergePlan next = await NextAsync(warehouse);
        Assert.Equal((1, 1), (next.Inserted, next.Updated));
        Assert.Equal(rows.Count + 1, (await warehouse.RowsAsync()).Count);
    }

    private static async Task<MergePlan> NextAsync(Warehouse warehouse)
    {
        await ImportAsync(warehouse, 4);
        return (await warehouse.MergeAsync("2024-01-04")).Plan;
    }

    /// <summary>Each day brings a key and changes the one before.</summary>
    private static async Task<Warehouse> WithDaysAsync(int days)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, surname string");
        for (int day = 1; day <= days; day++) await ImportAndMergeAsync(warehouse, day);
        return warehouse;
    }

    private static async Task ImportAndMergeAsync(Warehouse warehouse, int day)
    {
        await ImportAsync(warehouse, day);
        await warehouse.MergeAsync($"2024-01-0{day}");
    }

    private static Task<DeltaImport> ImportAsync(Warehouse warehouse, int day) => warehouse.ImportAsync(
        FormattableString.Invariant($"employee_id,surname\n{day},a{day}\n{(day == 1 ? "" : $"{day - 1},b{day}\n")}"), $"2024-01-0{day}");
}
