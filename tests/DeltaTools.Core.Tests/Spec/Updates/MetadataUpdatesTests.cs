using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tests.Spec.Updates;

public class MetadataUpdatesTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Uuid = Guid.Parse("9c12d441-03fe-4693-9a96-a0705ddf69c1");

    private static readonly Schema Columns = Schema.Of(
        new NestedField(1, "id", IcebergType.Long, Required: true),
        new NestedField(2, "ts", IcebergType.TimestampTz),
        new NestedField(3, "name", IcebergType.String));

    private static readonly PartitionSpec ByDay = new(0, [PartitionField.Of(2, 0, "ts_day", Transform.Day)]);

    [Fact]
    public void Apply_GivesBackTheBaseWhenNothingChanges()
    {
        TableMetadata table = Table();
        Assert.Same(table, Apply(table));
        Assert.Same(table, Apply(table, new AddSchema(Columns), new SetCurrentSchema(TableUpdate.LastAdded), new SetLocation("s3://b/t/"),
            new AssignUuid(Uuid), new UpgradeFormatVersion(2), new RemoveSnapshots([5]), new RemoveSnapshotRef("x"), new RemoveStatistics(1)));
    }

    [Fact]
    public void Apply_UsesEqualSchemasAgain()
    {
        TableMetadata table = Table();
        Schema wider = Schema.Of([.. Columns.Fields, new NestedField(4, "x", IcebergType.Int)]);
        TableMetadata evolved = Apply(table, new AddSchema(wider), new SetCurrentSchema(TableUpdate.LastAdded));
        Assert.Equal((1, 4, 2), (evolved.CurrentSchemaId, evolved.LastColumnId, evolved.Schemas.Length));
        TableMetadata back = Apply(evolved, new AddSchema(Columns with { SchemaId = 7 }), new SetCurrentSchema(TableUpdate.LastAdded));
        Assert.Equal((0, 4, 2), (back.CurrentSchemaId, back.LastColumnId, back.Schemas.Length));
        TableMetadata trimmed = Apply(back, new RemoveSchemas([1]));
        Assert.Equal([0], trimmed.Schemas.Select(s => s.SchemaId));
        Refused("current schema cannot be removed", back, new RemoveSchemas([0]));
        Refused("no schema with id 9", back, new SetCurrentSchema(9));
        Refused("but adds none", back, new SetCurrentSchema(TableUpdate.LastAdded));
    }

    [Fact]
    public void Apply_RefusesSchemasThatThePartitioningOrTheVersionDoesNotFit()
    {
        TableMetadata table = Apply(Table(), new AddPartitionSpec(ByDay), new SetDefaultSpec(TableUpdate.LastAdded));
        Schema without = Schema.Of(Columns.Fields[0]);
        Refused("source id 2, which the schema does not have", table, new AddSchema(without), new SetCurrentSchema(TableUpdate.LastAdded));
        Refused("needs format version 3", table, new AddSchema(Schema.Of(new NestedField(1, "n", IcebergType.TimestampNs))));
        Refused("needs format version 3", table, new AddSchema(Schema.Of(new NestedField(1, "n", IcebergType.Int, InitialDefault: 1))));
        Refused("two fields named a", table, new AddSchema(Schema.Of(new NestedField(1, "a", IcebergType.Int), new NestedField(2, "a", IcebergType.Int))));
    }

    [Fact]
    public void Apply_UsesEqualSpecsAndFieldIdsAgain()
    {
        TableMetadata table = Apply(Table(), new AddPartitionSpec(ByDay), new SetDefaultSpec(TableUpdate.LastAdded));
        Assert.Equal((1, 1000, 1000), (table.DefaultSpecId, table.LastPartitionId, table.DefaultSpec.Fields[0].FieldId));
        TableMetadata more = Apply(table, new AddPartitionSpec(new PartitionSpec(0,
        [
            PartitionField.Of(1, 0, "id_bucket", Transform.Bucket(4)), PartitionField.Of(2, 0, "day", Transform.Day),
        ])), new SetDefaultSpec(TableUpdate.LastAdded));
        Assert.Equal([1001, 1000], more.DefaultSpec.Fields.Select(f => f.FieldId));
        Assert.Equal((2, 1001), (more.DefaultSpecId, more.LastPartitionId));
        TableMetadata back = Apply(more, new AddPartitionSpec(ByDay), new SetDefaultSpec(TableUpdate.LastAdded));
        Assert.Equal((1, 3), (back.DefaultSpecId, back.PartitionSpecs.Length));
        Assert.Equal([0, 1], Apply(back, new RemovePartitionSpecs([2])).PartitionSpecs.Select(s => s.SpecId));
        Refused("default partition spec cannot be removed", back, new RemovePartitionSpecs([1]));
        Refused("transform hour, which does not take id", back, new AddPartitionSpec(new(0, [PartitionField.Of(1, 0, "h", Transform.Hour)])));
        Refused("named like a column", back, new AddPartitionSpec(new(0, [PartitionField.Of(2, 0, "id", Transform.Day)])));
    }

    [Fact]
    public void Apply_CountsPartitionFieldsFromAThousandInV1()
    {
        TableMetadata table = Table(version: 1);
        TableMetadata evolved = Apply(table, new AddPartitionSpec(ByDay), new AddPartitionSpec(new PartitionSpec(0,
        [
            PartitionField.Of(2, 0, "m", Transform.Month), PartitionField.Of(1, 0, "b", Transform.Bucket(4)),
        ])));
        Assert.Equal([1000, 1001], evolved.Spec(2).Fields.Select(f => f.FieldId));
        Refused("1000, 1001", table, new AddPartitionSpec(new(0, [PartitionField.Of(2, 1005, "m", Transform.Month)])));
    }

    [Fact]
    public void Apply_NumbersSortOrdersFromOne()
    {
        var order = new SortOrder(9, [new SortField([1], Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst)]);
        TableMetadata table = Apply(Table(), new AddSortOrder(order), new SetDefaultSortOrder(TableUpdate.LastAdded));
        Assert.Equal((1, 2), (table.DefaultSortOrderId, table.SortOrders.Length));
        TableMetadata unsorted = Apply(table, new AddSortOrder(SortOrder.Unsorted), new SetDefaultSortOrder(TableUpdate.LastAdded));
        Assert.Equal((0, 2), (unsorted.DefaultSortOrderId, unsorted.SortOrders.Length));
        Refused("source id 8", table, new AddSortOrder(new SortOrder(0, [order.Fields[0] with { SourceIds = [8] }])));
    }

    [Fact]
    public void Apply_LogsSnapshotsThatBecomeCurrent()
    {
        TableMetadata table = WithSnapshots(Table(), 1, 2);
        Assert.Equal(2, table.CurrentSnapshotId);
        Assert.Equal([(1L, Time(1)), (2L, Time(2))], table.SnapshotLog.Select(e => (e.SnapshotId, e.Timestamp)));
        TableMetadata rolledBack = Apply(table, Start.AddHours(9), new SetSnapshotRef("main", SnapshotRef.Branch(1)));
        Assert.Equal((1L, Start.AddHours(9)), (rolledBack.SnapshotLog[^1].SnapshotId, rolledBack.SnapshotLog[^1].Timestamp));
        TableMetadata kept = Apply(rolledBack, Start.AddHours(9), new SetSnapshotRef("main", SnapshotRef.Branch(1) with { MinSnapshotsToKeep = 3 }));
        Assert.Equal(3, kept.SnapshotLog.Length);
        Assert.Equal(3, kept.Refs["main"].MinSnapshotsToKeep);
    }

    [Fact]
    public void Apply_LeavesSnapshotsOutOfTheLogThatWereCurrentOnlyWithinTheCommit()
    {
        TableMetadata table = WithSnapshots(Table(), 1);
        TableMetadata next = Apply(table, Start.AddHours(9),
            new AddSnapshot(New(2, 1)), new SetSnapshotRef("main", SnapshotRef.Branch(2)),
            new AddSnapshot(New(3, 2)), new SetSnapshotRef("main", SnapshotRef.Branch(3)));
        Assert.Equal([1L, 3], next.SnapshotLog.Select(e => e.SnapshotId));
        Assert.Equal([1L, 2, 3], next.Snapshots.Select(s => s.SnapshotId));
    }

    [Fact]
    public void Apply_DoesNotLogBranches()
    {
        TableMetadata table = Apply(WithSnapshots(Table(), 1), Start.AddHours(9), new AddSnapshot(New(2, 1)), new SetSnapshotRef("audit", SnapshotRef.Branch(2)));
        Assert.Equal(1, table.CurrentSnapshotId);
        Assert.Equal([1L], table.SnapshotLog.Select(e => e.SnapshotId));
        Assert.Equal(["audit", "main"], table.Refs.Keys);
    }

    [Fact]
    public void Apply_RemovesWithASnapshotWhatHangsOnIt()
    {
        TableMetadata table = Apply(WithSnapshots(Table(), 1, 2, 3), Start.AddHours(9),
            new SetSnapshotRef("old", SnapshotRef.Tag(2)),
            new SetStatistics(new StatisticsFile(2, "a", 1, 1, [])), new SetStatistics(new StatisticsFile(2, "b", 1, 1, [])),
            new SetStatistics(new StatisticsFile(3, "c", 1, 1, [])), new SetPartitionStatistics(new PartitionStatisticsFile(2, "d", 1)));
        Assert.Equal(["b", "c"], table.Statistics.Select(s => s.StatisticsPath));
        TableMetadata expired = Apply(table, Start.AddHours(9), new RemoveSnapshots([2]));
        Assert.Equal([1L, 3], expired.Snapshots.Select(s => s.SnapshotId));
        Assert.Equal(["main"], expired.Refs.Keys);
        Assert.Equal(["c"], expired.Statistics.Select(s => s.StatisticsPath));
        Assert.Empty(expired.PartitionStatistics);
        // Snapshot 1 exists, but the log can no longer say until when it was current.
        Assert.Equal([3L], expired.SnapshotLog.Select(e => e.SnapshotId));
    }

    [Fact]
    public void Apply_ForgetsTheCurrentSnapshotWithMain()
    {
        TableMetadata table = Apply(WithSnapshots(Table(), 1), Start.AddHours(9), new RemoveSnapshotRef("main"));
        Assert.Null(table.CurrentSnapshotId);
        Assert.Single(table.Snapshots);
        Assert.Null(Apply(WithSnapshots(Table(), 1), Start.AddHours(9), new RemoveSnapshots([1])).CurrentSnapshotId);
    }

    [Fact]
    public void Apply_RefusesRefsThatCannotBe()
    {
        TableMetadata table = WithSnapshots(Table(), 1);
        Refused("does not have it", table, new SetSnapshotRef("x", SnapshotRef.Tag(8)));
        Refused("must be a branch", table, new SetSnapshotRef("main", SnapshotRef.Tag(1)));
        Refused("has a snapshot with id 1 already", table, new AddSnapshot(New(1, null)));
    }

    [Fact]
    public void Apply_ReportsTakenNumbersAsConflicts()
    {
        TableMetadata table = WithSnapshots(Table(), 1, 2);
        IcebergException late = Assert.Throws<IcebergException>(() => Apply(table, new AddSnapshot(New(9, 1) with { SequenceNumber = 2 })));
        Assert.Equal((IcebergErrorKind.CommitConflict, true), (late.Kind, late.Retryable));
        TableMetadata v3 = Apply(table, Start.AddHours(9), new UpgradeFormatVersion(3));
        Assert.Equal(0, v3.NextRowId);
        Refused("lacks first-row-id", v3, new AddSnapshot(New(3, 2)));
        TableMetadata rows = Apply(v3, Start.AddHours(9), new AddSnapshot(New(3, 2) with { FirstRowId = 0, AddedRows = 10 }));
        Assert.Equal(10, rows.NextRowId);
        IcebergException taken = Assert.Throws<IcebergException>(() => Apply(rows, new AddSnapshot(New(4, 3) with { FirstRowId = 9, AddedRows = 1 })));
        Assert.Equal((IcebergErrorKind.CommitConflict, true), (taken.Kind, taken.Retryable));
    }

    [Fact]
    public void Apply_UpgradesButNeverBack()
    {
        TableMetadata v1 = Table(version: 1) with { TableUuid = null };
        TableMetadata v2 = Apply(v1, new UpgradeFormatVersion(2));
        Assert.NotNull(v2.TableUuid);
        Refused("cannot go back to 1", v2, new UpgradeFormatVersion(1));
        Assert.Equal(IcebergErrorKind.Unsupported, Assert.Throws<IcebergException>(() => Apply(v2, new UpgradeFormatVersion(4))).Kind);
    }

    [Fact]
    public void Apply_TakesClocksThatDifferByAMinute()
    {
        TableMetadata table = WithSnapshots(Table(), 1);
        DateTimeOffset slow = Time(1).AddSeconds(-60);
        Assert.Equal(slow, Apply(table, slow, new SetProperties(StringMap.Empty.Add("a", "b"))).LastUpdated);
        IcebergException error = Assert.Throws<IcebergException>(
            () => Apply(table, slow.AddSeconds(-1), new SetProperties(StringMap.Empty.Add("a", "b"))));
        Assert.Contains("is before the last entry of snapshot-log", error.Message);
    }

    [Fact]
    public void Apply_KeepsTimesToTheMillisecond()
    {
        TableMetadata table = Apply(Table(), Start.AddTicks(12345678), new SetProperties(StringMap.Empty.Add("a", "b")));
        Assert.Equal(table.LastUpdated, TableMetadataJson.Read(TableMetadataJson.Write(table), "t").LastUpdated);
    }

    [Fact]
    public void Apply_SetsAndRemovesPropertiesAndKeys()
    {
        TableMetadata table = Apply(Table(), new SetProperties(StringMap.Empty.Add("a", "1").Add("b", "2")), new RemoveProperties(["a", "zz"]),
            new AddEncryptionKey(new EncryptionKey("k", "m", null, StringMap.Empty)), new AddEncryptionKey(new EncryptionKey("k", "other", null, StringMap.Empty)));
        Assert.False(table.Properties.ContainsKey("a"));
        Assert.Equal("2", table.Properties["b"]);
        Assert.Equal("m", Assert.Single(table.EncryptionKeys).EncryptedKeyMetadata);
        Assert.Empty(Apply(table, new RemoveEncryptionKey("k")).EncryptionKeys);
    }

    [Fact]
    public void WithPreviousFile_KeepsAsManyAsTheTableWants()
    {
        TableMetadata table = Apply(Table(), new SetProperties(StringMap.Empty.Add(TableProperties.MetadataPreviousVersionsMax, "2")));
        for (int i = 0; i < 4; i++) table = table.WithPreviousFile(table, $"v{i}.json");
        Assert.Equal(["v2.json", "v3.json"], table.MetadataLog.Select(e => e.MetadataFile));
    }

    [Fact]
    public void CheckRequirements_TellsWhyAndWhetherToTryAgain()
    {
        TableMetadata table = WithSnapshots(Table(), 1);
        MetadataUpdates.CheckRequirements(table,
        [
            new AssertTableUuid(Uuid), new AssertRefSnapshotId("main", 1), new AssertRefSnapshotId("x", null), new AssertLastAssignedFieldId(3),
            new AssertCurrentSchemaId(0), new AssertLastAssignedPartitionId(999), new AssertDefaultSpecId(0), new AssertDefaultSortOrderId(0),
        ]);
        MetadataUpdates.CheckRequirements(null, [new AssertCreate()]);
        Assert.Equal((IcebergErrorKind.CommitConflict, true), Failing(table, new AssertRefSnapshotId("main", 7)));
        Assert.Equal((IcebergErrorKind.CommitConflict, true), Failing(table, new AssertLastAssignedFieldId(2)));
        Assert.Equal((IcebergErrorKind.CommitConflict, false), Failing(table, new AssertTableUuid(Guid.Empty)));
        Assert.Equal((IcebergErrorKind.TableExists, false), Failing(table, new AssertCreate()));
        Assert.Equal((IcebergErrorKind.TableNotFound, false), Failing(null, new AssertTableUuid(Uuid)));
    }

    private static (IcebergErrorKind, bool) Failing(TableMetadata? table, TableRequirement requirement)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => MetadataUpdates.CheckRequirements(table, [requirement]));
        return (error.Kind, error.Retryable);
    }

    private static void Refused(string reason, TableMetadata table, params TableUpdate[] updates)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Apply(table, Start.AddHours(9), updates));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(reason, error.Message);
    }

    private static TableMetadata Table(int version = 2) => TableMetadataFactory.Create(
        Columns, PartitionSpec.Unpartitioned, SortOrder.Unsorted, "s3://b/t", [], version, Uuid, Start);

    private static TableMetadata WithSnapshots(TableMetadata table, params long[] ids)
    {
        foreach (long id in ids)
        {
            table = Apply(table, Time(id), new AddSnapshot(New(id, table.CurrentSnapshotId)), new SetSnapshotRef("main", SnapshotRef.Branch(id)));
        }
        return table;
    }

    private static Snapshot New(long id, long? parent) =>
        new(id, parent, id, Time(id), $"l{id}.avro", [], StringMap.Empty.Add(SnapshotSummary.Operation, SnapshotSummary.Append), 0);

    private static DateTimeOffset Time(long hour) => Start.AddHours(hour);

    private static TableMetadata Apply(TableMetadata table, params TableUpdate[] updates) => Apply(table, table.LastUpdated, updates);

    private static TableMetadata Apply(TableMetadata table, DateTimeOffset now, params TableUpdate[] updates) => MetadataUpdates.Apply(table, updates, now);
}
