using System.Text.Json;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Scan;

/// <summary>Plans of tables that other engines wrote.</summary>
public class GoldenPlanTests
{
    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Plan_FindsTheFilesAndDeletesThatAreKnown(string name)
    {
        FixtureTable table = FixtureTable.Open(name);

        ScanPlan plan = await PlanAsync(table, table.Metadata.CurrentSnapshot);

        bool hasFiles = table.Expected.TryGetProperty("files", out JsonElement files);
        Assert.Equal(!hasFiles ? 0 : files.GetProperty("data").GetInt32(), plan.Tasks.Length);
        if (!hasFiles) return;
        DeleteFile[] applied = [.. plan.Tasks.SelectMany(t => t.Deletes).Distinct()];
        Assert.True(applied.Count(d => d.File.IsDeletionVector) == files.GetProperty("deletionVector").GetInt32());
        Assert.True(applied.Count(d => d.File.Content == DataFileContent.EqualityDeletes) <= files.GetProperty("equalityDelete").GetInt32());
        int positions = files.GetProperty("positionDelete").GetInt32() + files.GetProperty("deletionVector").GetInt32();
        Assert.Equal(positions + files.GetProperty("equalityDelete").GetInt32(), plan.Statistics.DeleteFiles);
        if (files.GetProperty("rowsRemovedByPosition").GetInt64() > 0) Assert.Contains(applied, d => d.File.Content == DataFileContent.PositionDeletes);
        if (files.GetProperty("rowsRemovedByEquality").GetInt64() > 0) Assert.Contains(applied, d => d.File.Content == DataFileContent.EqualityDeletes);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Plan_OfEverySnapshotHoldsItsRows(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        foreach (Snapshot snapshot in table.Metadata.Snapshots)
        {
            if (table.RowCount(snapshot.SnapshotId) is not { } rows)
            {
                IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => PlanAsync(table, snapshot));
                Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
                continue;
            }
            ScanPlan plan = await PlanAsync(table, snapshot);
            long withoutDeletes = plan.Tasks.Where(t => t.Deletes.IsEmpty).Sum(t => t.File.RecordCount);
            long vectors = plan.Tasks.SelectMany(t => t.Deletes).Where(d => d.File.IsDeletionVector).Sum(d => d.File.RecordCount);
            bool onlyVectors = plan.Tasks.SelectMany(t => t.Deletes).All(d => d.File.IsDeletionVector);
            Assert.InRange(rows, withoutDeletes, plan.Statistics.Rows);
            if (onlyVectors) Assert.Equal(rows, plan.Statistics.Rows - vectors);
        }
    }

    [Theory]
    [InlineData("spark-v2-file-scoped-deletes", 1, 1, 1, 1, 1, 1)]
    [InlineData("trino-v2-dangling-deletes", 0)]
    [InlineData("impala-v2-flink-both-eq-and-pos", 0, 2)]
    [InlineData("impala-v2-flink-eqdelete-partitioned", 0, 0, 1, 1)]
    [InlineData("spark-v2-eqdeletes-unpartitioned", 1, 3)]
    [InlineData("impala-v3-spark-deletion-vectors", 0, 0, 0, 1, 1)]
    [InlineData("impala-v2-hive-not-all-files-have-deletes", 0, 0, 1, 1)]
    public async Task Plan_GivesEachFileItsDeletes(string name, params int[] expected)
    {
        FixtureTable table = FixtureTable.Open(name);

        ScanPlan plan = await PlanAsync(table, table.Metadata.CurrentSnapshot);

        Assert.Equal(expected, plan.Tasks.Select(t => t.Deletes.Length).Order());
    }

    /// <summary>Whatever metrics and partition values the writers put down: a filter by a value that is there must find a file.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Plan_ByAValueThatIsThereFindsAFile(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        if (!table.Expected.TryGetProperty("rows", out JsonElement rows)) return;
        int filters = 0;
        foreach ((NestedField field, int index) in table.Metadata.CurrentSchema.Fields.Select((f, i) => (f, i)))
        {
            if (!field.Type.IsPrimitive) continue;
            foreach (string condition in rows.EnumerateArray().Select(r => Condition(field.Type, r[index])).Distinct().Take(6))
            {
                var options = new ScanOptions { Filter = FilterParser.Parse($"\"{field.Name}\" {condition}") };
                ScanPlan plan = await ScanPlanner.PlanAsync(
                    table.Store, table.Metadata, table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema, options, CancellationToken.None);
                Assert.True(plan.Tasks.Length > 0, $"No file has \"{field.Name}\" {condition}");
                filters++;
            }
        }
        Assert.True(filters > 0 || rows.GetArrayLength() == 0 || table.Metadata.CurrentSchema.Fields.All(f => !f.Type.IsPrimitive));
    }

    private static string Condition(IcebergType type, JsonElement value) => (type.Id, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => "IS NULL",
        (TypeId.Float or TypeId.Double, JsonValueKind.String) when value.GetString() == "NaN" => "IS NAN",
        (TypeId.Fixed or TypeId.Binary, _) => $"= X'{value.GetString()}'",
        (_, JsonValueKind.String) => $"= '{value.GetString()!.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => $"= {value.GetRawText()}",
    };

    [Fact]
    public async Task Plan_ListsFilesOfFormatsThatAreNotRead()
    {
        FixtureTable table = FixtureTable.Open("impala-v1-mixed-parquet-orc");

        ScanPlan plan = await PlanAsync(table, table.Metadata.CurrentSnapshot);

        Assert.Equal([FileFormat.Parquet, FileFormat.Orc], plan.Tasks.Select(t => t.File.Format).Distinct().Order());
    }

    private static Task<ScanPlan> PlanAsync(FixtureTable table, Snapshot? snapshot) => ScanPlanner.PlanAsync(
        table.Store, table.Metadata, snapshot, snapshot is null ? table.Metadata.CurrentSchema : table.Metadata.SchemaOf(snapshot), ScanOptions.All, CancellationToken.None);
}
