using DeltaTools.Core.Embedded;
using DeltaTools.Core.Tables;

namespace DeltaTools.Benchmarks;

/// <summary>100 thousand deltas into 10 million rows, beside DuckDB doing the bare work on the same files: find the rows, write the new
/// rows and the positions of the old ones.</summary>
internal sealed class MergeBenchmark : Benchmark
{
    private const int Runs = 7;

    public override string Name => "merge";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        foreach (int version in (int[])[2, 3])
        {
            IcebergTable table = await Employees.ReportAsync(workspace, $"employee_v{version}", 10_000_000, 1, version);
            IcebergTable raw = await Employees.RawAsync(workspace, "deltas", 100_000, 0, 10_000_000, 10_000_000);
            string target = Sql.Paths(await Employees.FilesAsync(table)), delta = Sql.Paths(await Employees.FilesAsync(raw));
            (Timing bare, Timing ours) = await Timing.PairAsync(
                Runs, () => BareAsync(workspace, target, delta), () => Employees.MergeAsync(workspace, table, raw), () => Employees.RollBackAsync(table));
            report.Add(
                $"merge of 100 k deltas into 10 M rows, format {version}",
                $"{ours}; bare DuckDB {bare}; {Report.Ratio(ours.Median, bare.Median)} (least {Report.Ratio(ours.Least, bare.Least)}, processor {Report.Ratio(ours.Processor, bare.Processor)})",
                "<= 1.5 x");
        }
    }

    private static async Task BareAsync(Workspace workspace, string target, string delta)
    {
        using DuckSession session = Workspace.Session();
        string positions = workspace.PathOf("positions.parquet"), rows = workspace.PathOf("rows.parquet");
        await session.ExecuteAsync(
            $"""
            CREATE TABLE matched AS
            SELECT t.file_row_number AS pos, t.record_created AS target_created, s.*, t.employee_id IS NOT NULL AS found,
              (t.department_id IS DISTINCT FROM s.department_id OR t.manager_id IS DISTINCT FROM s.manager_id
               OR t.forename IS DISTINCT FROM s.forename OR t.surname IS DISTINCT FROM s.surname OR t.sex IS DISTINCT FROM s.sex) AS changed
            FROM read_parquet({delta}) s LEFT JOIN (SELECT *, file_row_number FROM read_parquet({target})) t ON t.employee_id = s.employee_id;
            COPY (SELECT pos FROM matched WHERE found AND (record_deleted OR changed) ORDER BY pos) TO {Sql.Text(positions)} (FORMAT parquet, COMPRESSION zstd);
            COPY (SELECT employee_id, sex, forename, surname, department_id, manager_id, coalesce(target_created, date_received) AS record_created,
                    date_received AS record_last_updated
                  FROM matched WHERE NOT record_deleted AND (NOT found OR changed)) TO {Sql.Text(rows)} (FORMAT parquet, COMPRESSION zstd)
            """, default);
    }
}
