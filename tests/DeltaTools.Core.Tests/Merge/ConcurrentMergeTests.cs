using System.Globalization;
using CsCheck;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Merges and imports at the same time: every snapshot of the report is the replay of the rows that it says it has seen.</summary>
public sealed class ConcurrentMergeTests
{
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "2", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.InsertOnly)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.Scd2)]
    public void Merges_AtOnceGiveAReplayInEverySnapshot(MergeMode mode) =>
        Scenarios.Sample(s => RunAsync(s, mode).GetAwaiter().GetResult(), iter: s_iterations, threads: 1);

    [Theory]
    [InlineData("1,a,f\n", "1,a,f\n", "1,b,f\n")]
    [InlineData("1,a,f\n", "1,b,f\n", "1,b,f\n")]
    [InlineData("1,a,f\n", "1,a,f\n", "1,a,f\n")]
    public async Task Merges_OfAnEarlierDateDoNotComeLast(params string[] days)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string");
        for (int i = 0; i < days.Length; i++) await warehouse.ImportAsync("employee_id,name,record_deleted\n" + days[i], ReplayModes.Day(i + 1));
        await warehouse.MergeAsync(ReplayModes.Day(1));
        using DuckSession session = DuckSession.Open();
        var options = new MergeOptions { ReportDate = Warehouse.Date(ReplayModes.Day(2)), Key = ["employee_id"] };
        await using var earlier = new EmbeddedMerge(session, await warehouse.ReportAsync(), await warehouse.RawAsync(), options);
        await earlier.PlanAsync(default);
        await warehouse.MergeAsync(ReplayModes.Day(3));

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => earlier.ApplyAsync(default));

        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        Assert.Equal(Warehouse.Date(ReplayModes.Day(3)), MergeState.Of((await warehouse.ReportAsync()).Metadata, "main")!.Watermark);
        Assert.Equal($"1|{days[2][2]}", Assert.Single(await warehouse.RowsAsync()));
    }

    [Fact]
    public async Task Merges_ReadARawTableAnewThatTheReportIsPast()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string");
        await warehouse.ImportAsync("employee_id,name,record_deleted\n1,a,f\n", ReplayModes.Day(1));
        IcebergTable older = await warehouse.RawAsync();
        await warehouse.ImportAsync("employee_id,name,record_deleted\n1,b,f\n", ReplayModes.Day(2));
        await warehouse.MergeAsync(ReplayModes.Day(1));
        var options = new MergeOptions { ReportDate = Warehouse.Date(ReplayModes.Day(2)), Key = ["employee_id"] };
        await using var merge = new EmbeddedMerge(warehouse.Session, await warehouse.ReportAsync(), older, options);

        await merge.ApplyAsync(default);

        Assert.Equal("1|b", Assert.Single(await warehouse.RowsAsync()));
        Assert.Equal((await warehouse.RawAsync()).Metadata.LastSequenceNumber, MergeState.Of((await warehouse.ReportAsync()).Metadata, "main")!.SourceSequenceNumber);
    }

    private static readonly Gen<(List<List<DeltaRow>> Deltas, List<List<int>> Mergers, int Version, string Mode, bool Partitioned)> Scenarios =
        from deltas in (
            from day in Gen.Int[1, 4]
            from rows in Gen.Select(Gen.Int[1, 4], Gen.Int[0, 9], Gen.Int[0, 3], (id, deleted, value) =>
                new DeltaRow(id.ToString(CultureInfo.InvariantCulture), 0, deleted < 3, [value == 0 ? null : $"v{value}"], [])).List[1, 4]
            select rows.ConvertAll(r => r with { Day = day })).List[2, 6]
        from mergers in Gen.Int[1, 4].List[1, 3].List[2, 3]
        from version in Gen.Int[2, 3]
        from write in Gen.Int[0, 2]
        from partitioned in Gen.Bool
        select (deltas, mergers, version, new[] { "", "copy-on-write", "merge-on-read" }[write], partitioned);

    private static async Task RunAsync((List<List<DeltaRow>> Deltas, List<List<int>> Mergers, int Version, string Mode, bool Partitioned) scenario, MergeMode mode)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync("p.raw", "p.report");
        await warehouse.CreateRawAsync("employee_id int, name string, record_deleted boolean, date_received date");
        string history = mode switch { MergeMode.SoftDelete => "deleted_at date, ", MergeMode.Scd2 => "valid_from date, valid_to date, is_current boolean, ", _ => "" };
        string schema = $"employee_id int, name string, {history}record_created date, record_last_updated date";
        (string, string)[] properties = [(TableProperties.RetryCount, "50"), .. scenario.Mode.Length == 0 ? [] : new[] { (TableProperties.MergeMode, scenario.Mode) }];
        if (scenario.Partitioned) await warehouse.CreatePartitionedReportAsync(schema, "bucket(2, employee_id)", scenario.Version, properties);
        else await warehouse.CreateReportAsync(schema, scenario.Version, properties);
        var options = new MergeOptions { ReportDate = default, Key = ["employee_id"], AuditDate = AuditDate.DateReceived, Mode = mode };

        var arrived = new List<(long Snapshot, List<DeltaRow> Rows)>();
        Task[] mergers = [.. scenario.Mergers.Select(days => Task.Run(() => MergeAllAsync(warehouse, days, options)))];
        foreach (List<DeltaRow> delta in scenario.Deltas)
        {
            string csv = "employee_id,name,record_deleted\n" + string.Concat(delta.Select(r => $"{r.Key},{r.Values[0]},{(r.IsDeleted ? "t" : "f")}\n"));
            if ((await warehouse.ImportAsync(csv, ReplayModes.Day(delta[0].Day))) is { Status: DeltaImportStatus.Imported, SnapshotId: { } made })
                arrived.Add((made, delta));
        }
        await Task.WhenAll(mergers);
        await warehouse.MergeAsync(ReplayModes.Day(4), options);

        TableMetadata raw = (await warehouse.RawAsync()).Metadata;
        IcebergTable report = await warehouse.ReportAsync();
        foreach (Snapshot snapshot in report.Metadata.Snapshots)
        {
            long seen = long.Parse(snapshot.Summary[MergeSummaryKeys.SourceSequenceNumber], CultureInfo.InvariantCulture);
            List<DeltaRow> rows = [.. arrived.Where(a => raw.Snapshot(a.Snapshot)!.SequenceNumber <= seen).SelectMany(a => a.Rows)];
            int day = ReportDates.Of(snapshot)!.Value.Day;
            Assert.Equal(
                ReplayModes.Of(mode, rows, day, 1, null).Select(r => r.ToString()).Order(StringComparer.Ordinal),
                await warehouse.RowsAsync(report, snapshot));
        }
        List<DeltaRow> all = [.. arrived.SelectMany(a => a.Rows)];
        Assert.Equal(ReplayModes.Of(mode, all, 4, 1, null).Select(r => r.ToString()).Order(StringComparer.Ordinal), await warehouse.RowsAsync());
    }

    /// <summary>Merges day by day; a day that another merger is past already is refused, which is right.</summary>
    private static async Task MergeAllAsync(Warehouse warehouse, List<int> days, MergeOptions options)
    {
        using DuckSession session = DuckSession.Open();
        foreach (int day in days)
        {
            try
            {
                await using var merge = new EmbeddedMerge(
                    session, await warehouse.ReportAsync(), await warehouse.RawAsync(), options with { ReportDate = Warehouse.Date(ReplayModes.Day(day)) });
                await merge.ApplyAsync(default);
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.ReportDateRefused)
            {
                Assert.Contains("lies before", e.Message, StringComparison.Ordinal);
            }
        }
    }
}
