using System.Globalization;
using System.Text.Json;
using CsCheck;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Tests.Aws;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>The same deltas through both engines give the same tables, counts and errors.</summary>
public sealed class ParityTests : IAsyncLifetime
{
    private const string Columns = "name string, amount double, price decimal(9,2), born date, flag boolean, count long, at timestamp, tags list<string>";
    private static readonly string[] s_names = [.. Columns.Split(", ").Select(c => c.Split(' ')[0])];
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "6", CultureInfo.InvariantCulture);

    private AwsLab _lab = null!;
    private GlueCatalog _catalog = null!;
    private AthenaSession _athena = null!;
    private int _tables;

    private static readonly Gen<object?[]> s_values = Gen.Select(
        OneOf<object?>(null, "", "a", "B", "x'y\"z\\", "ä😀"),
        OneOf<object?>(null, "0", "1.5", "-2.25", "NaN"),
        OneOf<object?>(null, "0.00", "12.30", "-7.05"),
        OneOf<object?>(null, "1969-12-31", "2020-02-29"),
        OneOf<object?>(null, true, false),
        OneOf<object?>(null, "0", "-1", "9223372036854775807"),
        OneOf<object?>(null, "2020-01-01T00:00:00", "2020-01-01T12:34:56.789012"),
        OneOf<object?>(null, Array.Empty<string>(), new[] { "x", "y" }),
        (a, b, c, d, e, f, g, h) => new[] { a, b, c, d, e, f, g, h });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private sealed record Row(int? Id, string? Flag, object?[] Values, int[] Absent);

    private sealed record Step(int Day, List<Row> Rows, int? MergeTo, bool Again);

    private sealed record Scenario(List<Step> Steps, bool Partitioned, AuditDate Audit, string[] Updates, NullKeyRule NullKey, bool Rebuild, double? MaxDelete)
    {
        public override string ToString() =>
            $"{(Partitioned ? "partitioned " : "")}{Audit} updates [{string.Join(", ", Updates)}] {NullKey} {(Rebuild ? "rebuild " : "")}{MaxDelete}\n"
            + string.Join("\n", Steps.Select((s, i) => $"{i}: day {s.Day} merge {s.MergeTo}{(s.Again ? " again" : "")}\n{Json(s, i)}"));
    }

    private static Gen<Scenario> Scenarios(bool partial) =>
        from steps in (
            from day in Gen.Int[1, 5]
            from absent in partial ? Gen.Int[0, s_names.Length - 1].HashSet[0, 3] : Gen.Const(new HashSet<int>())
            from rows in Gen.Select(
                Gen.Int[0, 60].Select(n => n == 60 ? (int?)null : (n % 6) + 1), Gen.Int[0, 99].Select(n => n switch { < 30 => "t", < 99 => "f", _ => null }), s_values,
                (id, flag, values) => new Row(id, flag, values, [.. absent])).List[0, 5]
            from merge in Gen.Int[0, 5]
            from again in Gen.Bool
            select new Step(day, rows, merge == 0 ? null : merge, again)).List[1, 5]
        from partitioned in Gen.Bool
        from audit in OneOf(AuditDate.ReportDate, AuditDate.DateReceived)
        from updates in OneOf<string[]>([], [], ["amount", "count", "tags"])
        from nullKey in OneOf(NullKeyRule.Skip, NullKeyRule.Error)
        from rebuild in Gen.Bool
        from most in OneOf<double?>(null, null, 40)
        select new Scenario(steps, partitioned, audit, updates, nullKey, rebuild, most);

    public async Task InitializeAsync()
    {
        _lab = await AwsLab.StartAsync();
        _catalog = await _lab.ConnectAsync();
        _athena = _lab.Session();
    }

    public async Task DisposeAsync()
    {
        _athena.Dispose();
        await _catalog.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Engines_GiveTheSame(bool partial) => Scenarios(partial).Sample(
        s => RunAsync(s).GetAwaiter().GetResult(), iter: s_iterations, threads: 1, print: s => s.ToString());

    private async Task RunAsync(Scenario scenario)
    {
        int n = _tables++;
        await using Warehouse embedded = await OpenAsync($"p.raw_e{n}", $"p.report_e{n}", scenario);
        await using Warehouse athena = await OpenAsync($"p.raw_a{n}", $"p.report_a{n}", scenario);
        athena.Engine = (target, source, options) => new AthenaMerge(_athena, target, source, options);
        var options = new MergeOptions
        {
            ReportDate = default,
            Key = ["employee_id"],
            // Rows are told apart by it: on Athena arrival is not visible.
            OrderBy = ["seq"],
            AuditDate = scenario.Audit,
            UpdateColumn = [.. scenario.Updates],
            NullKey = scenario.NullKey,
            MaxDeletePercent = scenario.MaxDelete,
        };
        for (int i = 0; i < scenario.Steps.Count; i++)
        {
            Step step = scenario.Steps[i];
            if (step.Rows.Count > 0)
            {
                foreach (Warehouse warehouse in new[] { embedded, athena }) await warehouse.ImportJsonAsync(Json(step, i), Day(step.Day));
            }
            if (step.MergeTo is not { } day) continue;
            for (int times = step.Again ? 2 : 1; times > 0; times--) await CompareAsync(embedded, athena, day, options);
        }
        await CompareAsync(embedded, athena, 5, options);
        if (scenario.Rebuild) await CompareAsync(embedded, athena, 3, options with { Rebuild = true });
    }

    private static async Task CompareAsync(Warehouse embedded, Warehouse athena, int day, MergeOptions options)
    {
        string expected = await OutcomeAsync(embedded, Day(day), options);
        Assert.Equal(expected, await OutcomeAsync(athena, Day(day), options));
        Assert.Equal(await embedded.RowsAsync(), await athena.RowsAsync());
    }

    private static async Task<string> OutcomeAsync(Warehouse warehouse, string date, MergeOptions options)
    {
        try
        {
            MergePlan p = (await warehouse.MergeAsync(date, options)).Plan;
            return FormattableString.Invariant(
                $"+{p.Inserted} ~{p.Updated} -{p.Deleted} ={p.Unchanged} ignored {p.IgnoredTombstones} late {p.Late} null {p.SkippedNullKeys} rows {p.SourceRows} from {p.Watermark} {Plain(p.NothingToDo)}");
        }
        catch (IcebergException e)
        {
            return $"{e.Kind}: {Plain(e.Message)}";
        }
    }

    private static string? Plain(string? text) => text is null ? null : System.Text.RegularExpressions.Regex.Replace(text, "_[ea][0-9]+", "");

    private async Task<Warehouse> OpenAsync(string raw, string report, Scenario scenario)
    {
        Warehouse warehouse = await Warehouse.OpenAsync(raw, report, _catalog);
        await warehouse.CreateRawAsync($"employee_id int, seq long, {Columns}, record_deleted string, date_received date");
        string schema = $"employee_id int, {Columns}, record_created date, record_last_updated date";
        if (scenario.Partitioned) await warehouse.CreatePartitionedReportAsync(schema, "bucket(3, employee_id)");
        else await warehouse.CreateReportAsync(schema);
        return warehouse;
    }

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2024-01-{day:00}");

    private static string Json(Step step, int index) => string.Concat(step.Rows.Select((row, r) =>
    {
        var item = new Dictionary<string, object?> { ["employee_id"] = row.Id, ["seq"] = (index * 100) + r, ["record_deleted"] = row.Flag };
        for (int i = 0; i < s_names.Length; i++)
        {
            if (!row.Absent.Contains(i)) item[s_names[i]] = row.Values[i];
        }
        return JsonSerializer.Serialize(item) + "\n";
    }));
}
