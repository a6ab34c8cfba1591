using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>The same random deltas through -Engine Embedded and -Engine Athena of the cmdlets: the same tables, counts and errors.</summary>
public sealed class EngineParityTests : GlueLab
{
    private const string Columns = "name string, amount double, price decimal(9,2), born date, flag boolean, at timestamp, tags list<string>";
    private static readonly int s_extra = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "0", CultureInfo.InvariantCulture);

    private static readonly object?[][] s_values =
    [
        [null, "", "a", "B", "x'y\"z\\", "ä😀"], [null, "0", "1.5", "-2.25", "NaN"], [null, "0.00", "12.30", "-7.05"], [null, "1969-12-31", "2020-02-29"],
        [null, true, false], [null, "2020-01-01T00:00:00", "2020-01-01T12:34:56.789012"], [null, Array.Empty<string>(), new[] { "x", "y" }],
    ];

    private static readonly string[] s_options =
    [
        "", "-AuditDate DateReceived", "-NullKey Skip", "-UpdateColumn amount, tags", "-MaxDeletePercent 40", "-NullKey Skip -AuditDate DateReceived -UpdateColumn name, price",
    ];

    private const int Usual = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Usual + s_extra)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Engines_GiveTheSame(int seed)
    {
        var random = new Random(seed);
        string options = s_options[random.Next(s_options.Length)], partition = random.Next(2) == 0 ? "" : " -Partition 'bucket(3, id)'";
        Session.Invoke($"New-IcebergTable p.raw 'id int, seq long, {Columns}, record_deleted string, date_received date' | Out-Null");
        foreach (string table in new[] { "p.embedded", "p.athena" })
            Session.Invoke($"New-IcebergTable {table} 'id int, {Columns}, record_created date, record_last_updated date'{partition} | Out-Null");
        StringBuilder story = new($"seed {seed} {options}{partition}\n");
        for (int step = 0; step < 4; step++)
        {
            string file = Path.Join(Session.Folder, $"{step}.jsonl"), rows = Rows(random, step);
            int day = random.Next(1, 6), report = random.Next(1, 6);
            story.AppendLine(CultureInfo.InvariantCulture, $"{rows}received on {day}, merged to {report}");
            File.WriteAllText(file, rows);
            if (rows.Length > 0) Session.Invoke($"Import-Delta '{file}' -Table p.raw -DateReceived 2024-01-0{day} | Out-Null");
            Compare(report, options, story);
        }
        Compare(5, options, story);
        Compare(3, options + " -Rebuild", story);
        // Of others all merges may be refused.
        if (seed <= Usual) Assert.Contains(Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
    }

    private void Compare(int day, string options, StringBuilder story)
    {
        string Merge(string table, string engine) => $"Invoke-IcebergMerge {table} -Source p.raw -Key id -OrderBy seq -ReportDate 2024-01-0{day} -Engine {engine} {options}";
        string expected = Outcome(Merge("p.embedded", "Embedded")), actual = Outcome(Merge("p.athena", "Athena"));
        Assert.True(expected == actual, $"{story}\nembedded: {expected}\nathena: {actual}");
        string[] read = [.. new[] { "p.embedded -Engine Embedded", "p.embedded -Engine Athena", "p.athena -Engine Embedded", "p.athena -Engine Athena" }
            .Select(t => string.Join('\n', Session.Invoke("Get-IcebergData " + t).Select(Text).Order(StringComparer.Ordinal)))];
        Assert.All(read, r => Assert.True(r == read[0], $"{story}\n{string.Join("\n--\n", read)}"));
    }

    /// <summary>Counts, or the error.</summary>
    private string Outcome(string script)
    {
        RunResult run = Session.Run(script);
        string text = run.Errors is [ErrorRecord error]
            ? $"{error.FullyQualifiedErrorId} {error.CategoryInfo.Category} {error.Exception.Message}"
            : string.Join(' ', new[] { "Inserted", "Updated", "Deleted", "Removed", "Unchanged", "IgnoredTombstones", "Late", "Ties", "SkippedNullKeys", "ReportDate", "Mode", "Branch", "Source", "Reason" }
                .Select(p => $"{p}={Text(Assert.Single(run.Output).Properties[p].Value)}"));
        return Regex.Replace(text, "p\\.(embedded|athena)", "p.report");
    }

    private static string Rows(Random random, int step) => string.Concat(Enumerable.Range(0, random.Next(0, 6)).Select(i =>
    {
        var row = new Dictionary<string, object?>
        {
            ["id"] = random.Next(40) == 0 ? null : random.Next(1, 7),
            ["seq"] = (step * 100) + i,
            ["record_deleted"] = random.Next(100) switch { < 30 => "t", < 99 => "f", _ => null },
        };
        foreach ((string column, object?[] values) in Columns.Split(", ").Zip(s_values)) row[column.Split(' ')[0]] = values[random.Next(values.Length)];
        return JsonSerializer.Serialize(row) + "\n";
    }));

    private static string Text(object? value) => value switch
    {
        null => "NULL",
        PSObject { BaseObject: not PSCustomObject } wrapped => Text(wrapped.BaseObject),
        PSObject row => string.Join('|', row.Properties.Select(p => Text(p.Value))),
        string text => $"'{text}'",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(',', items.Cast<object?>().Select(Text))}]",
        _ => value.ToString()!,
    };
}
