using System.Globalization;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Merge;
using DeltaTools.Core.Tests.Tables;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>Days of work on a warehouse, done here or in a process of its own.</summary>
/// <remarks>Each day brings a key, changes the one before, and deletes the third before.</remarks>
internal static class OtherWarehouse
{
    /// <summary>First argument of the process.</summary>
    public const string Verb = "warehouse";

    private const string RaceDay = "2024-01-01";

    public static Task<(int ExitCode, string Output)> StartAsync(int killPoint, Warehouse warehouse, string what, string argument) =>
        OtherProcess.StartAsync(killPoint, Verb, warehouse.Folder, what, argument);

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [string folder, string what, string argument]) return 2;
        await using Warehouse warehouse = await Warehouse.AtAsync(folder);
        if (what == "race") await RaceAsync(warehouse, argument);
        else await DoAsync(warehouse, what, int.Parse(argument, CultureInfo.InvariantCulture));
        return 0;
    }

    public static async Task DoAsync(Warehouse warehouse, string what, int day)
    {
        switch (what)
        {
            case "import":
                await warehouse.ImportAsync(Delta(day), Date(day));
                break;
            case "merge":
                await warehouse.MergeAsync(Date(day));
                break;
            case "audit":
                await warehouse.MergeCheckedAsync(Date(day), new MergeChecks { Unique = [["employee_id"]] });
                break;
            case "optimize":
                await new Compaction(warehouse.Session, await warehouse.ReportAsync(), new() { MinInputFiles = 2 }).RunAsync(default);
                break;
            case "expire":
                await new SnapshotExpiry(await warehouse.ReportAsync(), new() { OlderThan = DateTimeOffset.UtcNow.AddDays(1) }).RunAsync(default);
                break;
            default:
                throw new ArgumentException(what, nameof(what));
        }
    }

    public static async Task<IcebergTable[]> TablesAsync(Warehouse warehouse) => [await warehouse.RawAsync(), await warehouse.ReportAsync()];

    /// <summary>The report after a day, by the definition of the days.</summary>
    public static List<string> Expected(int day)
    {
        var rows = new SortedDictionary<int, string>();
        for (int d = 1; d <= day; d++)
        {
            rows[d] = $"{d}|a{d}";
            if (d > 1) rows[d - 1] = $"{d - 1}|b{d}";
            rows.Remove(d - 3);
        }
        return [.. rows.Values.Order(StringComparer.Ordinal)];
    }

    /// <summary>Imports and merges many deltas, each with a key of its own and one that both writers fight for.</summary>
    private static async Task RaceAsync(Warehouse warehouse, string name)
    {
        for (int i = 1; i <= ProcessTests.Deltas; i++)
        {
            await OtherProcess.MeetAsync(Path.Combine(warehouse.Folder, "meet"), name, i - 1, ProcessTests.Deltas);
            int key = (name == "x" ? 1000 : 2000) + i;
            await warehouse.ImportAsync(string.Create(CultureInfo.InvariantCulture, $"employee_id,surname\n{key},{name}\n0,{name}{i}\n"), RaceDay);
            await warehouse.MergeAsync(RaceDay);
        }
    }

    private static string Delta(int day) => "employee_id,surname,record_deleted\n" + string.Concat(
        Row(day, $"a{day}", "f"), day > 1 ? Row(day - 1, $"b{day}", "f") : "", day > 3 ? Row(day - 3, "", "t") : "");

    private static string Row(int key, string name, string deleted) => string.Create(CultureInfo.InvariantCulture, $"{key},{name},{deleted}\n");

    private static string Date(int day) => new DateOnly(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
