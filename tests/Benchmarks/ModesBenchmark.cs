using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>100 thousand deltas into 10 million rows, in the modes that keep what was.</summary>
internal sealed class ModesBenchmark : Benchmark
{
    private const int Runs = 5;

    public override string Name => "merge-modes";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable plain = await Employees.ReportAsync(workspace, "employee_v2", 10_000_000, 1);
        IcebergTable raw = await Employees.RawAsync(workspace, "deltas", 100_000, 0, 10_000_000, 10_000_000);
        foreach (MergeMode mode in (MergeMode[])[MergeMode.SoftDelete, MergeMode.Scd2])
        {
            IcebergTable table = await Employees.HistoryAsync(workspace, mode, 10_000_000);
            (Timing upsert, Timing ours) = await Timing.PairAsync(
                Runs,
                () => Employees.MergeAsync(workspace, plain, raw),
                () => Employees.MergeAsync(workspace, table, raw, mode),
                async () =>
                {
                    await Employees.RollBackAsync(plain);
                    await Employees.RollBackAsync(table);
                });
            report.Add(
                $"merge of 100 k deltas into 10 M rows, {mode}",
                $"{ours}; upsert {upsert}; processor {Report.Ratio(ours.Processor, upsert.Processor)}",
                "");
        }
    }
}
