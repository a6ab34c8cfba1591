using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DeltaTools.Benchmarks;

/// <summary>Import-Module in a new process, beside that of a module with nothing in it; the engine loads on first use.</summary>
/// <remarks>It is the first command of the process, so most of the time goes to PowerShell itself, whose package is compiled while it runs; pwsh comes
/// compiled.</remarks>
internal sealed class ModuleBenchmark : Benchmark
{
    private const int Runs = 11;

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
        string empty = workspace.PathOf("Empty.psd1");
        await File.WriteAllTextAsync(empty, "@{ ModuleVersion = '0.1.0' }");
        List<double[]> ours = [], bare = [];
        for (int i = 0; i <= Runs; i++)
        {
            ours.Add(await ChildProcess.RunAsync("import-module", Manifest));
            bare.Add(await ChildProcess.RunAsync("import-module", empty));
        }
        report.Add("Import-Module", $"{Text(ours)}; of an empty module {Text(bare)}", "< 0.3 s");
    }

    public static double[] ImportChild(string manifest)
    {
        using Runspace runspace = Open();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        double seconds = Run(runspace, $"Import-Module '{manifest}'");
        return [seconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds];
    }

    /// <param name="runs">Time and processor time of each; the first is a warm-up of the disk's cache.</param>
    private static string Text(List<double[]> runs)
    {
        double[] times = [.. runs.Skip(1).Select(r => r[0]).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{times[times.Length / 2]:0.000} s (least {times[0]:0.000} s, processor {runs.Skip(1).Min(r => r[1]):0.000} s)");
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
