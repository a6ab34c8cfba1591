using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Tables that fifteen other writers made give the rows that are known of them.</summary>
public sealed class FixtureRowsTests : IDisposable
{
    private readonly DuckSession _session = DuckSession.Open(new DuckOptions { Threads = 2, MemoryLimit = 1L << 30 });

    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Rows_AreAsExpected(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        Snapshot? snapshot = table.Metadata.CurrentSnapshot;
        Schema schema = table.Metadata.CurrentSchema;
        if (await IsOrcAsync(table, snapshot, schema))
        {
            IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync(table, snapshot, schema, schema.Fields));
            Assert.Equal(IcebergErrorKind.Unsupported, e.Kind);
            Assert.Contains("ORC", e.Message, StringComparison.Ordinal);
            return;
        }
        List<string> rows = await ReadAsync(table, snapshot, schema, schema.Fields);

        Assert.Equal(table.Expected.GetProperty("rowCount").GetInt32(), rows.Count);
        if (table.Expected.TryGetProperty("rows", out JsonElement expected)) Assert.Equal(Sorted(expected, schema), rows);
        else Assert.Equal(table.Expected.GetProperty("contentSha256").GetString(), Hash(rows));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Snapshots_AreAsExpected(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        int seen = 0;
        foreach (JsonElement expected in table.Expected.GetProperty("snapshots").EnumerateArray())
        {
            seen++;
            if (expected.GetProperty("rowCount").ValueKind == JsonValueKind.Null) continue;
            Snapshot snapshot = table.Metadata.Snapshot(long.Parse(expected.GetProperty("snapshotId").ToString(), CultureInfo.InvariantCulture))!;
            Schema schema = table.Metadata.SchemaOf(snapshot);
            if (await IsOrcAsync(table, snapshot, schema)) continue;
            List<string> rows = await ReadAsync(table, snapshot, schema, schema.Fields);
            Assert.Equal(expected.GetProperty("rowCount").GetInt32(), rows.Count);
            if (expected.TryGetProperty("rows", out JsonElement texts)) Assert.Equal(Sorted(texts, schema), rows);
        }
        Assert.Equal(table.Metadata.Snapshots.Length, seen);
    }

    [Theory]
    [InlineData("impala-v3-spark-deletion-vectors")]
    [InlineData("impala-v3-spark-default-value")]
    [InlineData("impala-v3-spark-default-value-avro")]
    [InlineData("impala-v3-spark-row-lineage")]
    [InlineData("impala-v3-trino-variant")]
    public async Task RowLineage_IsAsExpected(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        Schema schema = table.Metadata.CurrentSchema;
        JsonElement[] lineage = [.. table.Expected.GetProperty("rowLineage").EnumerateArray()];
        bool byKey = lineage[0].TryGetProperty("key", out _);
        ImmutableArray<NestedField> columns = byKey ? [schema.Fields[0]] : schema.Fields;
        List<string> rows = await ReadAsync(
            table, table.Metadata.CurrentSnapshot, schema, [.. columns, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber]);

        IEnumerable<string> expected = lineage.Select(l =>
        {
            string values = byKey ? ExpectedText.Of(l.GetProperty("key")) : ExpectedText.Of(l.GetProperty("row"))[1..^1];
            return $"[{values},{l.GetProperty("_row_id")},{l.GetProperty("_last_updated_sequence_number")}]".Replace(",,", ",null,", StringComparison.Ordinal);
        });
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows);
    }

    private async Task<List<string>> ReadAsync(FixtureTable table, Snapshot? snapshot, Schema schema, ImmutableArray<NestedField> columns)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, default);
        var input = new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = columns,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
        };
        var rows = new List<string>();
        await using PreparedScan scan = await PreparedScan.OpenAsync(_session, table.Store, input, default);
        await foreach (RowBatch batch in scan.ReadAsync(ValueForm.Physical, default))
            for (int row = 0; row < batch.Count; row++) rows.Add(ExpectedText.Row(batch.Row(row), columns));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static async Task<bool> IsOrcAsync(FixtureTable table, Snapshot? snapshot, Schema schema) =>
        (await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, default)).Tasks.Any(t => t.File.Format == FileFormat.Orc);

    private static IEnumerable<string> Sorted(JsonElement rows, Schema schema) =>
        rows.EnumerateArray().Select(r => ExpectedText.Row(r, schema.Fields)).Order(StringComparer.Ordinal);

    private static string Hash(List<string> rows) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows))));
}
