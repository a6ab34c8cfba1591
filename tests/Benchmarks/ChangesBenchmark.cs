using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>What a merge of 100 thousand deltas changed in 10 million rows, read and taken back, beside DuckDB finding the same changes in
/// the same files.</summary>
internal sealed class ChangesBenchmark : Benchmark
{
    private const int Runs = 5;

    public override string Name => "changes";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable table = await Employees.ReportAsync(workspace, "employee_v2", 10_000_000, 1);
        IcebergTable raw = await Employees.RawAsync(workspace, "deltas", 100_000, 0, 10_000_000, 10_000_000);
        await Employees.MergeAsync(workspace, table, raw);
        IcebergTable merged = await table.RefreshAsync(default);
        string bare = await BareAsync(merged);
        (Timing duck, Timing feed) = await Timing.PairAsync(Runs, () => QueryAsync(bare), () => FeedAsync(merged));
        report.Add(
            "change feed of a merge of 100 k deltas into 10 M rows",
            $"{feed}; bare DuckDB {duck}; {Report.Ratio(feed.Median, duck.Median)} (least {Report.Ratio(feed.Least, duck.Least)}, processor {Report.Ratio(feed.Processor, duck.Processor)})",
            "");
        Timing undo = await Timing.OfAsync(Runs, () => UndoAsync(merged), () => Employees.RollBackAsync(merged));
        report.Add("undoing that merge", $"{undo}", "");
        await Employees.RollBackAsync(table);
    }

    private static async Task FeedAsync(IcebergTable table)
    {
        TableMetadata metadata = table.Metadata;
        Snapshot after = metadata.CurrentSnapshot!;
        using DuckSession session = Workspace.Session();
        RowIdentity identity = RowIdentity.Of(metadata.CurrentSchema, ["employee_id"], prefersLineage: false);
        var feed = new ChangeFeed(session, table.Store, metadata, metadata.CurrentSchema, identity);
        await using ChangeSet changes = await feed.OpenAsync(metadata.Snapshot(after.ParentSnapshotId!.Value), after, default);
        long rows = 0;
        await foreach (RowBatch batch in changes.ReadAsync(default)) rows += batch.Count;
        if (rows < 100_000) throw new InvalidOperationException($"The feed has {rows} rows.");
    }

    private static async Task UndoAsync(IcebergTable table)
    {
        table = await table.RefreshAsync(default);
        using DuckSession session = Workspace.Session();
        var undo = new MergeUndo(session, table);
        await using UndoPlan plan = await undo.PlanAsync(null, default);
        await undo.ApplyAsync(plan, default);
    }

    /// <summary>The rows at the positions that were deleted, beside the rows of the file that was added.</summary>
    private static async Task<string> BareAsync(IcebergTable merged)
    {
        TableMetadata metadata = merged.Metadata;
        ScanPlan plan = await ScanPlanner.PlanAsync(merged.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, ScanOptions.All, default);
        FileScanTask old = plan.Tasks.Single(t => !t.Deletes.IsEmpty), added = plan.Tasks.Single(t => t.Deletes.IsEmpty);
        string Path(DataFile file) => Sql.Path(merged.Store.Resolve(file.FilePath));
        return $"""
            CREATE TABLE changes AS SELECT g.*, c.* FROM
              (SELECT * FROM read_parquet({Path(old.File)}, file_row_number = true) WHERE file_row_number IN (SELECT pos FROM read_parquet({Path(old.Deletes.Single().File)}))) g
              FULL JOIN read_parquet({Path(added.File)}) c USING (employee_id)
            """;
    }

    private static async Task QueryAsync(string sql)
    {
        using DuckSession session = Workspace.Session();
        await session.ExecuteAsync(sql, default);
    }
}
