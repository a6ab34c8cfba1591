using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Embedded.Changes;

/// <summary>Random histories of merges and compactions: the feed of A to B, applied to A, gives B, for every pair of snapshots.</summary>
public sealed class ChangeFeedPropertyTests
{
    private static readonly int Iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "6", CultureInfo.InvariantCulture);

    private static readonly Gen<string> Row =
        from id in Gen.Int[1, 8]
        from name in Gen.Int[0, 4]
        from deleted in Gen.Int[0, 9]
        select $"{id},{(name == 0 ? "" : $"n{name}")},{(deleted < 3 ? "t" : "f")}\n";

    private static readonly Gen<History> Histories =
        from days in (from rows in Row.List[1, 6] from compacts in Gen.Bool from undoes in Gen.Int[0, 3] select new Day(string.Concat(rows), compacts, undoes == 0)).List[2, 5]
        from version in Gen.Int[2, 3]
        from mode in Gen.Int[0, 2]
        from partitioned in Gen.Bool
        from byKey in Gen.Bool
        from rows in Gen.Int[0, 3]
        select new History(days, version, new[] { "", "copy-on-write", "merge-on-read" }[mode], partitioned, byKey, (MergeMode)rows);

    [Fact]
    public void Feed_LeadsFromEverySnapshotToEveryOther() =>
        Histories.Sample(h => RunAsync(h).GetAwaiter().GetResult(), iter: Iterations, threads: 1, print: h => h.ToString());

    private static async Task RunAsync(History history)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        const string schema = "id int, name string, deleted_at date, valid_from date, valid_to date, is_current boolean, record_created date, record_last_updated date";
        (string, string)[] properties = history.Mode.Length == 0 ? [] : [(TableProperties.MergeMode, history.Mode)];
        if (history.Partitioned) await warehouse.CreatePartitionedReportAsync(schema, "bucket(2, id)", history.Version, properties);
        else await warehouse.CreateReportAsync(schema, history.Version, properties);
        for (int i = 0; i < history.Days.Count; i++)
        {
            string date = string.Create(CultureInfo.InvariantCulture, $"2024-01-{i + 1:00}");
            await warehouse.ImportAsync("id,name,record_deleted\n" + history.Days[i].Rows, date);
            await warehouse.MergeAsync(date, new MergeOptions { ReportDate = default, Key = ["id"], Mode = history.Rows });
            if (history.Days[i].Undoes) await UndoAsync(warehouse);
            if (history.Days[i].Compacts) await CompactAsync(warehouse.Session, await warehouse.ReportAsync());
        }

        IcebergTable table = await warehouse.ReportAsync();
        var identity = RowIdentity.Of(table.Metadata.CurrentSchema, ["id"], prefersLineage: !history.ByKey);
        var check = new FeedCheck(warehouse.Session, table.Store, table.Metadata, table.Metadata.CurrentSchema, identity);
        foreach (Snapshot from in table.Metadata.Snapshots)
        {
            foreach (Snapshot to in table.Metadata.Snapshots)
            {
                await check.NetAsync(from, to);
                await check.StepsAsync(from, to);
                if (to.Operation == SnapshotSummary.Replace && to.ParentSnapshotId == from.SnapshotId) Assert.Empty(await check.FeedAsync(from, to));
            }
            await check.StepsAsync(null, from);
        }
    }

    private static async Task UndoAsync(Warehouse warehouse)
    {
        IcebergTable table = await warehouse.ReportAsync();
        if (!MergeLine.Of(table.Metadata).Standing.Any()) return;
        var undo = new MergeUndo(warehouse.Session, table);
        await using UndoPlan plan = await undo.PlanAsync(null, default);
        await undo.ApplyAsync(plan, default);
    }

    /// <summary>Writes all rows anew, in one commit.</summary>
    private static async Task CompactAsync(DuckSession session, IcebergTable table)
    {
        TableMetadata metadata = table.Metadata;
        if (metadata.CurrentSnapshot is not { } head) return;
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, metadata, head, metadata.CurrentSchema, ScanOptions.All, default);
        if (plan.Tasks.IsEmpty) return;
        WriteTarget target = WriteTarget.Of(metadata, table.Name) with { KeepsRowLineage = metadata.FormatVersion >= 3 };
        ImmutableArray<DataFile> files;
        await using (PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput { Tasks = plan.Tasks, Columns = target.Columns, Schemas = metadata.Schemas }, default))
            files = await DataFileWriter.WriteAsync(session, table.Store, target, scan.Sql, default);
        await table.CommitAsync(new RewriteFiles(head.SnapshotId)
        {
            RemovedData = [.. plan.Tasks.Select(t => t.File)],
            RemovedDeletes = [.. plan.Tasks.SelectMany(t => t.Deletes).Select(d => d.File).DistinctBy(f => (f.FilePath, f.ContentOffset))],
            AddedData = files,
            DataSequenceNumber = head.SequenceNumber,
        }, default);
    }

    private sealed record Day(string Rows, bool Compacts, bool Undoes);

    private sealed record History(List<Day> Days, int Version, string Mode, bool Partitioned, bool ByKey, MergeMode Rows)
    {
        public override string ToString() => $"{Rows} v{Version} {Mode}{(Partitioned ? " partitioned" : "")}{(ByKey ? " by key" : "")}\n"
            + string.Join("\n", Days.Select((d, i) => $"day {i + 1}{(d.Undoes ? ", undone" : "")}{(d.Compacts ? ", compacted" : "")}: {d.Rows.Replace("\n", "; ", StringComparison.Ordinal)}"));
    }
}
