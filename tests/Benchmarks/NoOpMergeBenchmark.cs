using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>Merges that find nothing new.</summary>
internal sealed class NoOpMergeBenchmark : Benchmark
{
    private const int Runs = 10;

    public override string Name => "merge-nothing";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable raw = await Employees.RawAsync(workspace, "deltas_clustered", 100_000, 5_000_000, 100_000, 100_000_000);
        foreach ((string rows, int files) in new[] { ("10 M", 100), ("100 M", 1000) })
        {
            IcebergTable table = await Employees.ReportAsync(workspace, $"employee_{files}_files", files * 100_000L, files);
            await Employees.MergeAsync(workspace, table, raw);
            Timing timing = await Timing.OfAsync(Runs, () => Employees.MergeAsync(workspace, table, raw));
            await Employees.RollBackAsync(table);
            report.Add($"merge with nothing to do, {rows} rows", $"{timing}", "< 0.2 s");
        }
    }
}
