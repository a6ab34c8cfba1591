using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>The report of the employees job after each of its three days.</summary>
internal static class EmployeesTable
{
    public static async Task WriteAsync(SqliteCatalog catalog, DuckSession session, string folder, int version)
    {
        var raw = TableIdentifier.Parse($"interop.raw_deltas_v{version}");
        InteropTable report = await InteropTable.CreateAsync(
            catalog, session, folder, $"employee_v{version}", new NewTable(SchemaText.Parse(Tutorial.Schema)) { FormatVersion = version });
        string[] days = [Tutorial.Day1, Tutorial.Day2, Tutorial.Day3];
        string[][] reports = [Tutorial.Report1, Tutorial.Report2, Tutorial.Report3];
        for (int i = 0; i < days.Length; i++)
        {
            var date = new DateOnly(2021, 1, i + 1);
            string path = Path.Combine(folder, $"day{i + 1}.csv");
            await File.WriteAllTextAsync(path, days[i]);
            DeltaSource delta = await DeltaFile.OpenAsync(session, path, path, new DeltaReadOptions(), default);
            await new DeltaImporter(session, catalog, raw, new DeltaImportOptions { DateReceived = date }).ImportAsync([delta], default);
            var options = new MergeOptions { ReportDate = date, Key = ["employee_id"] };
            await using (EmbeddedMerge merge = new(session, report.Table, await IcebergTable.LoadAsync(catalog, raw, default), options))
            {
                await merge.ApplyAsync(default);
            }
            await report.AdvanceAsync(reports[i].Select(Values));
        }
        await report.SaveAsync();
    }

    private static object?[] Values(string row)
    {
        string[] v = row.Split('|');
        return [Number(v[0]), v[1], v[2], v[3], Number(v[4]), Number(v[5]), Days(v[6]), Days(v[7])];
    }

    private static object? Number(string text) => text == "NULL" ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static object? Days(string text) => Warehouse.Date(text).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
}
