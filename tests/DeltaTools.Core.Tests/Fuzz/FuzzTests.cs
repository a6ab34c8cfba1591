using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Tests.Fuzz;

public sealed partial class FuzzTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Damaged metadata, manifests, Puffin and Parquet files give rows or a clear error: no crash, no hang, no more than 512 MB.</summary>
    [Fact]
    public async Task Read_OfDamagedTablesIsRefusedOrRight()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(FuzzTests).Assembly.Location);
        start.ArgumentList.Add("fuzz");
        // Whoever believes a damaged length runs into this.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x10000000";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        string text = await output;
        Assert.True(process.ExitCode == 0, $"{text}{await errors}");
        Match result = Result().Match(text);
        Assert.InRange(int.Parse(result.Groups["cases"].Value, CultureInfo.InvariantCulture), 10_000, int.MaxValue);
        Assert.InRange(int.Parse(result.Groups["peak"].Value, CultureInfo.InvariantCulture), 1, 511);
    }

    [GeneratedRegex(@"(?<cases>\d+) cases, [\d.]+ s, peak (?<peak>\d+) MB")]
    private static partial Regex Result();
}
