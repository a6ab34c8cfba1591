using DeltaTools.Benchmarks;

Benchmark[] all =
[
    new ModuleBenchmark(), new PlanningBenchmark(), new ScanBenchmark(), new ImportBenchmark(), new MergeBenchmark(), new NoOpMergeBenchmark(),
    new ClusteredMergeBenchmark(), new MergeMemoryBenchmark(), new ModesBenchmark(), new ChangesBenchmark(), new FullExtractBenchmark(),
];

if (args is [ChildProcess.Argument, .. string[] rest])
{
    await ChildProcess.RunChildAsync(rest);
    return 0;
}
string? folder = null;
List<string> names = [];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--folder" && i + 1 < args.Length) folder = Path.GetFullPath(args[++i]);
    else names.Add(args[i]);
}
Benchmark[] chosen = [.. all.Where(b => names.Count == 0 || names.Contains(b.Name))];
if (names.Except(all.Select(b => b.Name)).Any())
{
    Console.Error.WriteLine($"Benchmarks are: {string.Join(", ", all.Select(b => b.Name))}. Option: --folder <folder that keeps the tables>.");
    return 1;
}
await using Workspace workspace = await Workspace.OpenAsync(folder);
var report = new Report();
foreach (Benchmark benchmark in chosen) await benchmark.RunAsync(workspace, report);
return 0;
