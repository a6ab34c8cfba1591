using System.Globalization;
using System.Text.Json;
using CsCheck;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>The invariant: what a report holds depends on the delta rows received up to its date, not on how they were imported and merged.</summary>
public sealed class MergePropertyTests
{
    private const string Columns = "name string, amount double, price decimal(9,2), born date, flag boolean, count long";
    private const int ColumnCount = 6;
    private static readonly int Iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "10", CultureInfo.InvariantCulture);

    private static readonly Gen<string?[]> Values = Gen.Select(
        OneOf<string?>(null, "", "a", "B", "x'y\"z", "ä😀"),
        OneOf<string?>(null, "0", "1.5", "-2.25", "NaN"),
        OneOf<string?>(null, "0.00", "12.30", "-7.05"),
        OneOf<string?>(null, "1969-12-31", "2020-02-29"),
        OneOf<string?>(null, "true", "false"),
        OneOf<string?>(null, "0", "-1", "9223372036854775807"),
        (a, b, c, d, e, f) => new[] { a, b, c, d, e, f });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<DeltaRow> Row(bool composite, int[] absent) => Gen.Select(
        Gen.Int[1, 6], OneOf("p", "q"), Gen.Int[0, 9], Values,
        (id, part, deleted, values) => new DeltaRow(composite ? $"{id}|{part}" : $"{id}", 0, deleted < 3, values, absent));

    private static Gen<Scenario> Scenarios(bool partial) =>
        from composite in Gen.Bool
        from deltas in (
            from day in Gen.Int[1, 6]
            from absent in partial ? Gen.Int[0, ColumnCount - 1].HashSet[0, 3] : Gen.Const(new HashSet<int>())
            from rows in Row(composite, [.. absent]).List[0, 5]
            select rows.ConvertAll(r => r with { Day = day })).List[1, 6]
        from merges in Gen.Int[1, 6].List[0, 4]
        from repeats in Gen.Bool.List[6]
        from mode in OneOf("", "copy-on-write", "merge-on-read")
        from version in OneOf(2, 3)
        from partitioned in Gen.Bool
        from raw in OneOf("", "date_received", "name", "bucket(2, count)", "month(date_received);flag")
        from together in Gen.Bool
        from packs in Gen.Bool
        from rebuild in Gen.Int[0, 6]
        select new Scenario(composite, deltas, merges, repeats, mode, version, partitioned, rebuild) { Raw = raw, Together = together, Packs = packs };

    [Fact]
    public void Merge_EqualsAReplay() => Check(Scenarios(partial: false), AuditDate.ReportDate, []);

    [Fact]
    public void Merge_EqualsAReplay_WithAuditDatesOfReceipt() => Check(Scenarios(partial: false), AuditDate.DateReceived, []);

    [Fact]
    public void Merge_EqualsAReplay_WithColumnsThatDeltasDoNotCarry() => Check(Scenarios(partial: true), AuditDate.DateReceived, []);

    [Fact]
    public void Merge_EqualsAReplay_WithColumnsThatUpdatesDoNotSet() => Check(Scenarios(partial: true), AuditDate.ReportDate, ["amount", "count"]);

    [Theory]
    [InlineData(MergeMode.InsertOnly)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.Scd2)]
    public void Merge_EqualsAReplay_InEveryMode(MergeMode mode) => Check(Scenarios(partial: true), AuditDate.DateReceived, [], mode);

    [Theory]
    [InlineData(MergeMode.InsertOnly)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.Scd2)]
    public void Merge_EqualsAReplay_InEveryMode_WithColumnsThatUpdatesDoNotSet(MergeMode mode) =>
        Check(Scenarios(partial: true), AuditDate.ReportDate, ["amount", "count"], mode);

    private static void Check(Gen<Scenario> scenarios, AuditDate audit, string[] updates, MergeMode mode = MergeMode.Upsert) =>
        scenarios.Sample(s => RunAsync(s, audit, updates, mode).GetAwaiter().GetResult(), iter: Iterations, threads: 1, print: s => s.ToString());

    private static async Task RunAsync(Scenario scenario, AuditDate audit, string[] updates, MergeMode mode)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync("p.raw", "p.report");
        string key = scenario.Composite ? "employee_id int, part string" : "employee_id int";
        await warehouse.CreatePartitionedRawAsync($"{key}, {Columns}, record_deleted boolean, date_received date", scenario.Raw, scenario.FormatVersion);
        string history = mode switch
        {
            MergeMode.SoftDelete => "deleted_at date, ",
            MergeMode.Scd2 => "valid_from date, valid_to date, is_current boolean, ",
            _ => "",
        };
        string schema = $"{key}, {Columns}, {history}record_created date, record_last_updated date";
        (string, string)[] properties = scenario.Mode.Length == 0 ? [] : [(TableProperties.MergeMode, scenario.Mode)];
        if (scenario.Partitioned) await warehouse.CreatePartitionedReportAsync(schema, "bucket(3, employee_id)", scenario.FormatVersion, properties);
        else await warehouse.CreateReportAsync(schema, scenario.FormatVersion, properties);
        var options = new MergeOptions
        {
            ReportDate = default,
            Key = scenario.Composite ? ["employee_id", "part"] : ["employee_id"],
            AuditDate = audit,
            Mode = mode,
            UpdateColumn = [.. updates],
        };

        var arrived = new List<DeltaRow>();
        var imported = new HashSet<(int Day, string Json)>();
        int reported = 0;
        for (int i = 0; i < scenario.Deltas.Count; i++)
        {
            List<DeltaRow> delta = scenario.Deltas[i];
            if (delta.Count > 0)
            {
                int times = scenario.Repeats[i % scenario.Repeats.Count] ? 2 : 1;
                // Files of one commit follow each other as files of several do.
                List<DeltaRow>[] files = scenario.Together ? [.. delta.Chunk(2).Select(rows => rows.ToList())] : [delta];
                for (int n = 0; n < times; n++) await warehouse.ImportFilesAsync([.. files.Select(Json)], ".jsonl", Day(delta[0].Day));
                if (scenario.Packs) await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 2 }).RunAsync(default);
                // The same content on the same day is the same delta.
                arrived.AddRange(files.Where(rows => imported.Add((delta[0].Day, Json(rows)))).SelectMany(rows => rows));
            }
            if (i < scenario.Merges.Count && scenario.Merges[i] >= reported)
            {
                reported = scenario.Merges[i];
                await MergeAndCompareAsync(warehouse, arrived, reported, options);
            }
        }
        await MergeAndCompareAsync(warehouse, arrived, 6, options);
        if (scenario.Rebuild > 0) await MergeAndCompareAsync(warehouse, arrived, scenario.Rebuild, options with { Rebuild = true });
        await MergeAndCompareAsync(warehouse, arrived, 6, options);
    }

    private static async Task MergeAndCompareAsync(Warehouse warehouse, List<DeltaRow> arrived, int day, MergeOptions options)
    {
        await warehouse.MergeAsync(Day(day), options);
        IEnumerable<string> expected = ReplayModes.Of(options.Mode!.Value, arrived, day, ColumnCount,
            options.UpdateColumn.IsEmpty ? null : i => options.UpdateColumn.Contains(Columns.Split(", ")[i].Split(' ')[0])).Select(r => r.ToString());
        IEnumerable<string> rows = await warehouse.RowsAsync();
        if (options.AuditDate != AuditDate.DateReceived)
        {
            rows = rows.Select(r => WithoutAuditDates(r, options.Mode.Value));
            expected = expected.Select(r => WithoutAuditDates(r, options.Mode.Value));
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    /// <summary>Dates that follow the report dates that were run: of them only whether a row is deleted follows the deltas.</summary>
    private static string WithoutAuditDates(string row, MergeMode mode)
    {
        string[] values = row.Split('|')[..^2];
        if (mode == MergeMode.SoftDelete && values[^1] != "NULL") values[^1] = "deleted";
        return string.Join('|', values);
    }

    private static string Day(int day) => ReplayModes.Day(day);

    private static string Json(List<DeltaRow> rows)
    {
        string[] names = [.. Columns.Split(", ").Select(c => c.Split(' ')[0])];
        return string.Concat(rows.Select(row =>
        {
            var item = new Dictionary<string, object?> { ["employee_id"] = int.Parse(row.Key.Split('|')[0], CultureInfo.InvariantCulture) };
            if (row.Key.Contains('|', StringComparison.Ordinal)) item["part"] = row.Key.Split('|')[1];
            for (int i = 0; i < names.Length; i++)
            {
                if (row.Carries(i)) item[names[i]] = row.Values[i];
            }
            item["record_deleted"] = row.IsDeleted;
            return JsonSerializer.Serialize(item) + "\n";
        }));
    }

    private sealed record Scenario(
        bool Composite, List<List<DeltaRow>> Deltas, List<int> Merges, List<bool> Repeats, string Mode, int FormatVersion, bool Partitioned, int Rebuild)
    {
        /// <summary>The raw table's partition fields.</summary>
        public string Raw { get; init; } = "";

        /// <summary>Whether a delta comes as several files.</summary>
        public bool Together { get; init; }

        /// <summary>Whether the raw table is packed after each import.</summary>
        public bool Packs { get; init; }

        public override string ToString() =>
            $"v{FormatVersion} {Mode} {(Partitioned ? "partitioned " : "")}raw by [{Raw}] {(Together ? "together " : "")}{(Packs ? "packs " : "")}merges [{string.Join(", ", Merges)}] repeats [{string.Join(", ", Repeats)}] rebuild {Rebuild}\n"
            + string.Join("\n", Deltas.Select(d => $"day {(d.Count > 0 ? d[0].Day : 0)}: {Json(d)}"));
    }
}
