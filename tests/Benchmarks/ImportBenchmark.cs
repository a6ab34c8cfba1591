using System.Globalization;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Benchmarks;

/// <summary>Import of a CSV of 1 million rows with strict typing, beside DuckDB making a Parquet file of it.</summary>
internal sealed class ImportBenchmark : Benchmark
{
    private const int Runs = 15;
    private int _imports;

    public override string Name => "import";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        string csv = workspace.PathOf("employees.csv");
        using (DuckSession session = DuckSession.Open())
        {
            await session.ExecuteAsync(
                $"""
                COPY (SELECT i AS employee_id, CASE WHEN i % 2 = 0 THEN 'M' ELSE 'F' END AS sex, 'fore' || (hash(i) % 50000) AS forename,
                  'sur' || (hash(i * 7) % 200000) AS surname, hash(i * 3) % 500 AS department_id, hash(i * 5) % 10000 AS manager_id,
                  DATE '2021-01-01' + (hash(i * 11) % 1000)::INT AS born, CASE WHEN i % 20 = 0 THEN 't' ELSE 'f' END AS record_deleted
                FROM range(1000000) t(i)) TO {Sql.Text(csv)} (FORMAT csv, HEADER)
                """, default);
        }
        // The first import makes the raw table, for which it looks at all values; then every import is as on every day.
        await ImportAsync(workspace, csv);
        (Timing bare, Timing ours) = await Timing.PairAsync(Runs, () => BareAsync(workspace, csv), () => ImportAsync(workspace, csv));
        report.Add(
            "import of a CSV of 1 M rows",
            $"{ours}; bare DuckDB {bare}; {Report.Ratio(ours.Median, bare.Median)} (least {Report.Ratio(ours.Least, bare.Least)}, "
            + $"processor {Report.Ratio(ours.Processor, bare.Processor)})",
            "<= 1.3 x");
    }

    private async Task ImportAsync(Workspace workspace, string csv)
    {
        using DuckSession session = Workspace.Session();
        DeltaSource delta = await DeltaFile.OpenAsync(session, csv, csv, new DeltaReadOptions(), default);
        var options = new DeltaImportOptions { DateReceived = new DateOnly(2000, 1, 1).AddDays(_imports++) };
        string name = string.Create(CultureInfo.InvariantCulture, $"bench.imported_{Environment.ProcessId}");
        await new DeltaImporter(session, workspace.Catalog, TableIdentifier.Parse(name), options).ImportAsync([delta], default);
    }

    private static async Task BareAsync(Workspace workspace, string csv)
    {
        using DuckSession session = Workspace.Session();
        await session.ExecuteAsync(
            $"COPY (SELECT * FROM read_csv({Sql.Path(csv)})) TO {Sql.Text(workspace.PathOf("bare.parquet"))} (FORMAT parquet, COMPRESSION zstd)", default);
    }
}
