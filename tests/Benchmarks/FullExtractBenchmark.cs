using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>Deltas derived from a CSV that holds every row there is: 1 % of its rows are changed, 0.1 % are missing and 0.1 % are new. Beside it,
/// DuckDB finding the same rows with a join of both files.</summary>
internal sealed class FullExtractBenchmark : Benchmark
{
    private const int Runs = 3;

    public override string Name => "full-extract";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        foreach (long rows in (long[])[1_000_000, 10_000_000])
        {
            IcebergTable raw = await Employees.ReceivedAsync(workspace, $"received_{rows}", rows);
            string csv = workspace.PathOf($"extract_{rows}.csv");
            using (DuckSession session = Workspace.Session())
            {
                await session.ExecuteAsync(
                    $"""
                    COPY (SELECT f1 AS employee_id, f2 AS sex, f3 AS forename, f4 AS surname, CASE WHEN f1 % 100 = 7 THEN 501 ELSE f5 END AS department_id, f6 AS manager_id
                    FROM (SELECT {Employees.Values("i")} FROM range({rows + rows / 1000}) t(i) WHERE i % 1000 <> 3)) TO {Sql.Text(csv)} (FORMAT csv, HEADER)
                    """, default);
            }
            string file = (await Employees.FilesAsync(raw)).Single();
            (Timing bare, Timing ours) = await Timing.PairAsync(
                Runs, () => BareAsync(workspace, file, csv), () => ImportAsync(workspace, raw, csv), () => Employees.RollBackAsync(raw));
            double[] child = await ChildProcess.RunAsync("full-extract", workspace.Folder, raw.Name, csv);
            await Employees.RollBackAsync(raw);
            report.Add(
                $"full extract of {rows / 1_000_000} M rows",
                $"{ours}; bare DuckDB {bare}; {Report.Ratio(ours.Median, bare.Median)} (least {Report.Ratio(ours.Least, bare.Least)}, "
                + $"processor {Report.Ratio(ours.Processor, bare.Processor)}); peak memory {Report.Megabytes((long)child[0])}",
                "");
            File.Delete(csv);
        }
    }

    /// <summary>Imports once in this process; peak of the resident memory.</summary>
    public static async Task<double[]> ChildAsync(string folder, string table, string csv)
    {
        await using Workspace workspace = await Workspace.OpenAsync(folder);
        await ImportAsync(workspace, await IcebergTable.LoadAsync(workspace.Catalog, TableIdentifier.Parse(table), default), csv);
        return [System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64];
    }

    private static async Task ImportAsync(Workspace workspace, IcebergTable raw, string csv)
    {
        using DuckSession session = Workspace.Session();
        DeltaSource delta = await DeltaFile.OpenAsync(session, csv, csv, new DeltaReadOptions(), default);
        var options = new DeltaImportOptions { DateReceived = new DateOnly(2024, 1, 2), Key = ["employee_id"] };
        var extract = new FullExtract(session, options.Key, FullExtract.DefaultMaxDeletePercent);
        var importer = new DeltaImporter(session, workspace.Catalog, raw.Identifier!, options) { Derive = extract.DeriveAsync };
        DeltaOutcome outcome = (await importer.ImportAsync([delta], default)).Single();
        if (outcome.Import is not { Status: DeltaImportStatus.Imported }) throw new InvalidOperationException($"The extract was not imported: {outcome.Refused?.Message}", outcome.Refused);
    }

    private static async Task BareAsync(Workspace workspace, string file, string csv)
    {
        using DuckSession session = Workspace.Session();
        await session.ExecuteAsync(
            $"""
            COPY (SELECT * FROM read_csv({Sql.Path(csv)}) e FULL JOIN read_parquet({Sql.Path(file)}) s ON e.employee_id = s.employee_id
              WHERE e.employee_id IS NULL OR s.employee_id IS NULL OR e.sex IS DISTINCT FROM s.sex OR e.forename IS DISTINCT FROM s.forename
                OR e.surname IS DISTINCT FROM s.surname OR e.department_id IS DISTINCT FROM s.department_id OR e.manager_id IS DISTINCT FROM s.manager_id)
            TO {Sql.Text(workspace.PathOf("bare.parquet"))} (FORMAT parquet, COMPRESSION zstd)
            """, default);
    }
}
