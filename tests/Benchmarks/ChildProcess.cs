using System.Diagnostics;
using System.Globalization;

namespace DeltaTools.Benchmarks;

/// <summary>Measures in a process of its own: peak memory, and what is only paid once in a process.</summary>
internal static class ChildProcess
{
    public const string Argument = "--child";

    /// <returns>The numbers that the child printed.</returns>
    public static async Task<double[]> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, Argument, .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The process for {string.Join(' ', arguments)} failed.");
        return [.. output.Trim().Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }

    /// <summary>What the child does.</summary>
    public static async Task RunChildAsync(string[] arguments)
    {
        double[] numbers = arguments switch
        {
            ["merge", string folder, string report, string raw] => await MergeMemoryBenchmark.ChildAsync(folder, report, raw),
            ["full-extract", string folder, string table, string csv] => await FullExtractBenchmark.ChildAsync(folder, table, csv),
            ["import-module", string manifest] => ModuleBenchmark.ImportChild(manifest),
            ["get-data", string manifest, string warehouse, string table] => ModuleBenchmark.ReadChild(manifest, warehouse, table),
            _ => throw new ArgumentException($"No child does {string.Join(' ', arguments)}."),
        };
        Console.WriteLine(string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))));
    }
}
