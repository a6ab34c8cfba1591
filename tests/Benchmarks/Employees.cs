using System.Collections.Immutable;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Benchmarks;

/// <summary>Report tables of employees and raw tables of their deltas. All values are hashes of the key: the same in every run.</summary>
internal static class Employees
{
    private const string Columns =
        "employee_id int, sex string, forename string, surname string, department_id int, manager_id int";

    public static readonly DateOnly ReportDate = new(2024, 1, 1);

    private static readonly Schema Report = SchemaText.Parse(Columns + ", record_created date, record_last_updated date");
    private static readonly Schema Raw = SchemaText.Parse(Columns + ", record_deleted boolean, date_received date");

    /// <summary>A report table with the keys from 0, in data files of equal ranges of keys.</summary>
    public static Task<IcebergTable> ReportAsync(Workspace workspace, string name, long rows, int files, int version = 2) =>
        TableAsync(workspace, name, Report, version, files, i => $"""
            SELECT {Values("i")}, {Date("i * 11")} AS f7, {Date("i * 13")} AS f8 FROM range({rows * i / files}, {rows * (i + 1) / files}) t(i)
            """);

    /// <summary>A raw table of deltas: 5 % tombstones and 60 % changed rows of keys from <paramref name="least"/>, 35 % new keys.</summary>
    /// <param name="keys">Number of keys that changes are drawn from.</param>
    /// <param name="newKeys">The first new key.</param>
    public static Task<IcebergTable> RawAsync(Workspace workspace, string name, int deltas, long least, long keys, long newKeys) =>
        TableAsync(workspace, name, Raw, 2, 1, _ => $"""
            SELECT DISTINCT ON (f1) * FROM (
              SELECT CASE WHEN i < {deltas * 65L / 100} THEN ({least} + hash(i) % {keys})::INT ELSE ({newKeys} + i)::INT END AS f1, 'M' AS f2, 'x' || i AS f3,
                'y' || i AS f4, (i % 500)::INT AS f5, (i % 9000)::INT AS f6, i < {deltas * 5L / 100} AS f7, DATE '2024-01-01' AS f8
              FROM range({deltas}) t(i))
            """);

    /// <summary>A report table that keeps deleted rows, or all versions of rows; each row is there and has one version.</summary>
    public static Task<IcebergTable> HistoryAsync(Workspace workspace, MergeMode mode, long rows)
    {
        bool versions = mode == MergeMode.Scd2;
        string columns = versions ? ", valid_from date, valid_to date, is_current boolean" : ", record_created date, record_last_updated date, deleted_at date";
        string values = versions ? $"{Date("i * 11")} AS f7, NULL::DATE AS f8, true AS f9" : $"{Date("i * 11")} AS f7, {Date("i * 13")} AS f8, NULL::DATE AS f9";
        return TableAsync(workspace, $"employee_{mode}", SchemaText.Parse(Columns + columns), 2, 1, _ => $"SELECT {Values("i")}, {values} FROM range({rows}) t(i)");
    }

    /// <summary>A raw table in which every key from 0 was received once.</summary>
    public static Task<IcebergTable> ReceivedAsync(Workspace workspace, string name, long rows) =>
        TableAsync(workspace, name, Raw, 2, 1, _ => $"SELECT {Values("i")}, false AS f7, DATE '2024-01-01' AS f8 FROM range({rows}) t(i)");

    /// <summary>SQL of the columns that all tables of employees have, as they are before any delta.</summary>
    public static string Values(string i) =>
        $"{i}::INT AS f1, CASE WHEN {i} % 2 = 0 THEN 'M' ELSE 'F' END AS f2, 'fore' || (hash({i}) % 50000) AS f3, 'sur' || (hash({i} * 7) % 200000) AS f4, "
        + $"(hash({i} * 3) % 500)::INT AS f5, (hash({i} * 5) % 10000)::INT AS f6";

    /// <summary>Loads both tables and merges, in a new session, as the cmdlet does.</summary>
    public static async Task<MergeSummary> MergeAsync(Workspace workspace, IcebergTable report, IcebergTable raw, MergeMode? mode = null)
    {
        report = await report.RefreshAsync(default);
        raw = await raw.RefreshAsync(default);
        using DuckSession session = Workspace.Session();
        var options = new MergeOptions { ReportDate = ReportDate, Key = ["employee_id"], Mode = mode };
        await using EmbeddedMerge merge = new(session, report, raw, options);
        return await merge.ApplyAsync(default);
    }

    /// <summary>Takes merges back.</summary>
    public static async Task RollBackAsync(IcebergTable table)
    {
        IcebergTable now = await table.RefreshAsync(default);
        await now.CommitAsync(new RollbackTo(table.Metadata.CurrentSnapshot!.SnapshotId), default);
    }

    /// <summary>Local paths of the table's data files.</summary>
    public static async Task<string[]> FilesAsync(IcebergTable table)
    {
        TableMetadata metadata = table.Metadata;
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, ScanOptions.All, default);
        return await Task.WhenAll(plan.Tasks.Select(t => table.Store.ReadPathAsync(t.File.FilePath, default)));
    }

    private static async Task<IcebergTable> TableAsync(
        Workspace workspace, string name, Schema schema, int version, int files, Func<int, string> select)
    {
        TableIdentifier identifier = TableIdentifier.Parse("bench." + name);
        try
        {
            IcebergTable found = await IcebergTable.LoadAsync(workspace.Catalog, identifier, default);
            Snapshot first = found.Metadata.Snapshots[0];
            if (found.Metadata.CurrentSnapshot != first) await found.CommitAsync(new RollbackTo(first.SnapshotId), default);
            return await found.RefreshAsync(default);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            Benchmarks.Report.Note($"making table {name}");
        }
        IcebergTable table = await IcebergTable.CreateAsync(workspace.Catalog, identifier, new NewTable(schema) { FormatVersion = version }, null, default);
        using DuckSession session = DuckSession.Open();
        var written = ImmutableArray.CreateBuilder<DataFile>();
        for (int i = 0; i < files; i++)
            written.AddRange(await DataFileWriter.WriteAsync(session, table.Store, WriteTarget.Of(table.Metadata), select(i), default));
        return (await table.CommitAsync(new AppendFiles(written.ToImmutable()), default)).Table;
    }

    private static string Date(string seed) => $"DATE '2021-01-01' + (hash({seed}) % 1000)::INT";
}
