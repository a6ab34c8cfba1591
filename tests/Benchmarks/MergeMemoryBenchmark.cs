using System.Diagnostics;
using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>Time and peak memory of whole processes that merge: 100 thousand and 1 million deltas into 10 million rows, and 100 thousand
/// into 100 million, of keys in a tenth of its files and in all of them.</summary>
internal sealed class MergeMemoryBenchmark : Benchmark
{
    private const int Runs = 3;

    public override string Name => "merge-memory";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        (double Seconds, double Bytes, double Processor) small = await MeasureAsync(workspace, 10_000_000, 100, "deltas_scattered", 100_000);
        (double Seconds, double Bytes, double Processor) large = await MeasureAsync(workspace, 100_000_000, 1000, "deltas_scattered", 100_000);
        (double Seconds, double Bytes, double Processor) random = await MeasureAsync(workspace, 100_000_000, 1000, "deltas_random", 100_000, 100_000_000);
        (double Seconds, double Bytes, double Processor) million = await MeasureAsync(workspace, 10_000_000, 100, "million_deltas", 1_000_000);
        report.Add("peak memory of the process that merges 100 k deltas into 10 M rows", Megabytes(small), "<= 1 GB");
        report.Add("the same, 100 M rows", $"{Megabytes(large)}, {Number(large.Bytes / small.Bytes)} x", "<= 1.1 x");
        report.Add("the same, time", $"{Time(small)}; 100 M rows {Time(large)}", "");
        report.Add("merge of 100 k deltas of random keys into 1,000 files, 100 M rows", $"{Time(random)}, {Megabytes(random)}", "");
        report.Add("merge of 1 M deltas into 10 M rows", $"{Time(million)}, {Megabytes(million)}", "<= 20 s, < 1 GB");
    }

    /// <summary>Merges once in this process; seconds, peak of the resident memory, seconds of processor time.</summary>
    public static async Task<double[]> ChildAsync(string folder, string report, string raw)
    {
        await using Workspace workspace = await Workspace.OpenAsync(folder);
        IcebergTable table = await IcebergTable.LoadAsync(workspace.Catalog, TableIdentifier.Parse(report), default);
        IcebergTable deltas = await IcebergTable.LoadAsync(workspace.Catalog, TableIdentifier.Parse(raw), default);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Employees.MergeAsync(workspace, table, deltas);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [seconds, Process.GetCurrentProcess().PeakWorkingSet64, (Environment.CpuUsage.TotalTime - processor).TotalSeconds];
    }

    private static async Task<(double Seconds, double Bytes, double Processor)> MeasureAsync(Workspace workspace, long rows, int files, string rawName, int deltas, long keys = 10_000_000)
    {
        IcebergTable table = await Employees.ReportAsync(workspace, $"employee_{files}_files", rows, files);
        await Employees.RawAsync(workspace, rawName, deltas, 0, keys, 100_000_000);
        List<double[]> runs = [];
        for (int i = 0; i < Runs; i++)
        {
            runs.Add(await ChildProcess.RunAsync("merge", workspace.Folder, $"bench.employee_{files}_files", "bench." + rawName));
            await Employees.RollBackAsync(table);
        }
        return (runs.Min(r => r[0]), runs.Max(r => r[1]), runs.Min(r => r[2]));
    }

    private static string Megabytes((double Seconds, double Bytes, double Processor) run) => Report.Megabytes((long)run.Bytes);

    private static string Time((double Seconds, double Bytes, double Processor) run) => $"{Number(run.Seconds)} s (processor {Number(run.Processor)} s)";

    private static string Number(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
