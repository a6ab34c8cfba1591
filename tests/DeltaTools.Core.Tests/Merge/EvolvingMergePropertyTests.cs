using System.Globalization;
using System.Text.Json;
using CsCheck;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>The invariant while columns come and grow wider: a column that a delta does not have yet is one that it does not carry.</summary>
public sealed class EvolvingMergePropertyTests
{
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "8", CultureInfo.InvariantCulture);
    private static readonly string[] s_columns = ["name", "city", "count"];

    private static readonly Gen<Scenario> Scenarios =
        from deltas in (
            from day in Gen.Int[1, 5]
            from rows in Gen.Select(Gen.Int[1, 4], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 5], (id, deleted, name, city, count) => new DeltaRow(
                id.ToString(CultureInfo.InvariantCulture), 0, deleted < 2,
                [name == 0 ? null : $"n{name}", city == 0 ? null : $"c{city}", count switch { 0 => null, 5 => "5000000000", _ => $"{count}" }], [])).List[1, 4]
            select rows.ConvertAll(r => r with { Day = day })).List[2, 6]
        from comes in Gen.Int[0, 4].Array[2]
        from merges in Gen.Int[0, 5].Array[6]
        from packs in Gen.Bool.Array[6]
        from mode in Gen.Int[0, 2]
        from version in Gen.Int[2, 3]
        from partitioned in Gen.Bool
        select new Scenario(deltas, comes, merges, packs, new[] { "", "copy-on-write", "merge-on-read" }[mode], version, partitioned);

    [Theory]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.InsertOnly)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.Scd2)]
    public void Merge_EqualsAReplay_WhileColumnsComeAndGrow(MergeMode mode) =>
        Scenarios.Sample(s => RunAsync(s, mode).GetAwaiter().GetResult(), iter: s_iterations, threads: 1, print: s => s.ToString());

    private static async Task RunAsync(Scenario scenario, MergeMode mode)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync("p.raw", "p.report");
        string first = string.Concat(s_columns[..2].Where((_, i) => scenario.Comes[i] == 0).Select(c => $"{c} string, "));
        string history = mode switch { MergeMode.SoftDelete => "deleted_at date, ", MergeMode.Scd2 => "valid_from date, valid_to date, is_current boolean, ", _ => "" };
        await warehouse.CreateRawAsync($"employee_id int, {first}count int, record_deleted boolean, date_received date");
        string report = $"employee_id int, {first}count int, {history}record_created date, record_last_updated date";
        (string, string)[] properties = scenario.Mode.Length == 0 ? [] : [(TableProperties.MergeMode, scenario.Mode)];
        if (scenario.Partitioned) await warehouse.CreatePartitionedReportAsync(report, "bucket(2, employee_id)", scenario.Version, properties);
        else await warehouse.CreateReportAsync(report, scenario.Version, properties);
        var options = new MergeOptions { ReportDate = default, Key = ["employee_id"], AuditDate = AuditDate.DateReceived, Mode = mode, SchemaEvolution = SchemaEvolution.Widen };

        var arrived = new List<DeltaRow>();
        HashSet<string> seen = [];
        int reported = 0;
        for (int i = 0; i < scenario.Deltas.Count; i++)
        {
            List<DeltaRow> delta = scenario.Delta(i);
            string json = Json(delta);
            await warehouse.ImportJsonAsync(json, ReplayModes.Day(delta[0].Day), new() { SchemaEvolution = SchemaEvolution.Widen });
            if (seen.Add($"{delta[0].Day} {json}")) arrived.AddRange(delta);
            if (scenario.Packs[i]) await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 2 }).RunAsync(default);
            if (scenario.Merges[i] < Math.Max(reported, 1)) continue;
            reported = scenario.Merges[i];
            await MergeAndCompareAsync(warehouse, arrived, reported, options);
        }
        await MergeAndCompareAsync(warehouse, arrived, 5, options);
    }

    private static async Task MergeAndCompareAsync(Warehouse warehouse, List<DeltaRow> arrived, int day, MergeOptions options)
    {
        await warehouse.MergeAsync(ReplayModes.Day(day), options);
        IcebergTable report = await warehouse.ReportAsync();
        string[] order = [.. report.Metadata.CurrentSchema.Fields.Select(f => f.Name)];
        string[] history = options.Mode switch { MergeMode.SoftDelete => ["deleted_at"], MergeMode.Scd2 => ["valid_from", "valid_to", "is_current"], _ => [] };
        IEnumerable<string> expected = ReplayModes.Of(options.Mode!.Value, arrived, day, s_columns.Length, null).Select(row =>
        {
            var values = s_columns.Zip(row.Values).ToDictionary(v => v.First, v => v.Second ?? "NULL");
            values["employee_id"] = row.Key;
            for (int i = 0; i < history.Length; i++) values[history[i]] = row.History[i];
            (values["record_created"], values["record_last_updated"]) = (ReplayModes.Day(row.Created), ReplayModes.Day(row.Updated));
            Assert.All(values.Where(v => !order.Contains(v.Key)), v => Assert.Equal("NULL", v.Value));
            return string.Join('|', order.Select(o => values[o]));
        });
        Assert.Equal(expected.Order(StringComparer.Ordinal), await warehouse.RowsAsync(report));
    }

    private static string Json(List<DeltaRow> rows) => string.Concat(rows.Select(row =>
    {
        var item = new Dictionary<string, object?> { ["employee_id"] = int.Parse(row.Key, CultureInfo.InvariantCulture) };
        for (int i = 0; i < s_columns.Length; i++)
        {
            if (row.Carries(i)) item[s_columns[i]] = i == 2 && row.Values[i] is { } count ? long.Parse(count, CultureInfo.InvariantCulture) : row.Values[i];
        }
        item["record_deleted"] = row.IsDeleted;
        return JsonSerializer.Serialize(item) + "\n";
    }));

    /// <param name="Comes">Of the first two columns the delta that brings them.</param>
    /// <param name="Packs">Whether the raw table is compacted after the delta.</param>
    private sealed record Scenario(List<List<DeltaRow>> Deltas, int[] Comes, int[] Merges, bool[] Packs, string Mode, int Version, bool Partitioned)
    {
        public List<DeltaRow> Delta(int index) =>
            Deltas[index].ConvertAll(r => r with { Absent = [.. Enumerable.Range(0, Comes.Length).Where(c => Comes[c] > index)] });

        public override string ToString() => $"v{Version} {Mode}{(Partitioned ? " partitioned" : "")} merges [{string.Join(", ", Merges)}] packs [{string.Join(", ", Packs)}]\n"
            + string.Join("\n", Deltas.Select((d, i) => $"day {d[0].Day}: {Json(Delta(i))}"));
    }
}
