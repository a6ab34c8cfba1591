using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DeltaTools.Benchmarks;

/// <summary>Import-Module in a new process; the engine loads on first use.</summary>
internal sealed class ModuleBenchmark : Benchmark
{
    private const int Runs = 5;

    public override string Name => "module";

    /// <summary>The manifest at the top of the repository, where the build stages the module.</summary>
    public static string Manifest
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string path = Path.Combine(folder.FullName, "DeltaTools.psd1");
                if (File.Exists(path)) return path;
            }
            throw new InvalidOperationException("This program must be run from the repository that built it.");
        }
    }

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        List<double> runs = [];
        for (int i = 0; i <= Runs; i++) runs.Add((await ChildProcess.RunAsync("import-module", Manifest))[0]);
        runs = [.. runs.Skip(1).Order()];
        report.Add("Import-Module", string.Create(CultureInfo.InvariantCulture, $"{runs[Runs / 2]:0.000} s (least {runs[0]:0.000} s)"), "< 0.3 s");
    }

    public static double[] ImportChild(string manifest)
    {
        using Runspace runspace = Open();
        return [Run(runspace, $"Import-Module '{manifest}'")];
    }

    public static double[] ReadChild(string manifest, string warehouse, string table)
    {
        using Runspace runspace = Open();
        Run(runspace, $"Import-Module '{manifest}'; Connect-IcebergCatalog -Warehouse '{warehouse}'; $null = Get-IcebergData {table} -First 10");
        return [Run(runspace, $"Get-IcebergData {table} | Out-Null")];
    }

    private static Runspace Open()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        return runspace;
    }

    private static double Run(Runspace runspace, string script)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script);
        long start = Stopwatch.GetTimestamp();
        shell.Invoke();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return shell.HadErrors ? throw new InvalidOperationException(string.Join('\n', shell.Streams.Error)) : seconds;
    }
}
