using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>Deltas whose keys lie in 1 % of the files of a table, and the same deltas into a table of ten times the files.</summary>
internal sealed class ClusteredMergeBenchmark : Benchmark
{
    private const int Runs = 5;

    public override string Name => "merge-clustered";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable table = await Employees.ReportAsync(workspace, "employee_100_files", 10_000_000, 100);
        IcebergTable tenfold = await Employees.ReportAsync(workspace, "employee_1000_files", 100_000_000, 1000);
        IcebergTable raw = await Employees.RawAsync(workspace, "deltas_clustered", 100_000, 5_000_000, 100_000, 100_000_000);
        (Timing small, Timing large) = await Timing.PairAsync(
            Runs,
            () => Employees.MergeAsync(workspace, table, raw),
            () => Employees.MergeAsync(workspace, tenfold, raw),
            async () =>
            {
                await Employees.RollBackAsync(table);
                await Employees.RollBackAsync(tenfold);
            });
        report.Add("merge of 100 k deltas into 1 of 100 files, 10 M rows", $"{small}", "");
        report.Add(
            "the same into 1 of 1,000 files, 100 M rows",
            $"{large}; {Report.Ratio(large.Median, small.Median)} (least {Report.Ratio(large.Least, small.Least)}, processor {Report.Ratio(large.Processor, small.Processor)})",
            "<= 1.3 x");
    }
}
