using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>Reading rows: as SQL of the engine, as arrays of values in this process, and as objects of the pipeline.</summary>
internal sealed class ScanBenchmark : Benchmark
{
    private const int Rows = 1_000_000;
    private const int Runs = 5;

    public override string Name => "scan";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable table = await Employees.ReportAsync(workspace, "employee_scan", Rows, 1);
        string files = Sql.Paths(await Employees.FilesAsync(table));
        (Timing bare, Timing scan) = await Timing.PairAsync(
            Runs,
            () => QueryAsync($"SELECT bit_xor(hash(r)) FROM (SELECT * FROM read_parquet({files})) r"),
            () => ScanAsync(table));
        report.Add(
            "scan of 1 M rows by the engine",
            $"{Report.Rate(Rows / scan.Median.TotalSeconds, "rows")}; {Report.Ratio(scan.Median, bare.Median)} of read_parquet alone", "");
        Timing arrays = await Timing.OfAsync(Runs, () => ArraysAsync(table));
        report.Add("scan of 1 M rows to arrays of values", Report.Rate(Rows / arrays.Median.TotalSeconds, "rows"), "");
        List<double[]> runs = [];
        for (int i = 0; i < Runs; i++)
            runs.Add(await ChildProcess.RunAsync("get-data", ModuleBenchmark.Manifest, workspace.PathOf("warehouse"), "bench.employee_scan"));
        report.Add("Get-IcebergData of 1 M rows into the pipeline", Report.Rate(Rows / runs.Min(r => r[0]), "rows"), "");
    }

    private static async Task QueryAsync(string sql)
    {
        using DuckSession session = Workspace.Session();
        await session.ExecuteAsync(sql, default);
    }

    private static async Task ScanAsync(IcebergTable table)
    {
        using DuckSession session = Workspace.Session();
        TableMetadata metadata = table.Metadata;
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, ScanOptions.All, default);
        var input = new ScanInput { Tasks = plan.Tasks, Columns = metadata.CurrentSchema.Fields, Schemas = metadata.Schemas };
        await using PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, input, default);
        await session.ExecuteAsync($"SELECT bit_xor(hash(r)) FROM ({scan.Sql}) r", default);
    }

    private static async Task ArraysAsync(IcebergTable table)
    {
        long rows = 0;
        var read = new TableRead(table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema);
        await foreach (RowBatch batch in TableReader.ReadAsync(table.Store, table.Metadata, read, DuckOptions.Default, default))
        {
            for (int i = 0; i < batch.Count; i++) rows += batch.Row(i).Length / 8;
        }
        if (rows != Rows) throw new InvalidOperationException($"{rows} rows were read.");
    }
}
