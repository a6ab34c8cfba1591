using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

public class SnapshotSelectionTests
{
    private static readonly DateTimeOffset s_day = new(2023, 6, 8, 0, 0, 0, TimeSpan.Zero);

    /// <summary>1, 2 and 3 one hour after the other, then back to 1 at 3:00; 2 was expired. Snapshot 1 has an older schema.</summary>
    private static readonly TableMetadata s_table = SampleTables.New("file:///t") with
    {
        Schemas = [Schema.Of(SampleTables.Schema.Fields[0]), SampleTables.Schema with { SchemaId = 1 }],
        CurrentSchemaId = 1,
        Snapshots = [Snapshot(1, null, 0), Snapshot(3, 2, 1)],
        CurrentSnapshotId = 1,
        SnapshotLog = [new(s_day, 1), new(s_day.AddHours(1), 2), new(s_day.AddHours(2), 3), new(s_day.AddHours(3), 1)],
        Refs = SampleTables.New("file:///t").Refs.Add("main", SnapshotRef.Branch(1)).Add("audit", SnapshotRef.Branch(3)).Add("eoy", SnapshotRef.Tag(1)),
    };

    [Theory]
    [InlineData(0, 1L)]
    [InlineData(59, 1L)]
    [InlineData(120, 3L)]
    [InlineData(179, 3L)]
    [InlineData(180, 1L)]
    [InlineData(9999, 1L)]
    public void AsOf_GoesByTheLogNotByLineage(int minutes, long expected) =>
        Assert.Equal(expected, SnapshotSelection.AsOf(s_table, s_day.AddMinutes(minutes)).Snapshot.SnapshotId);

    [Fact]
    public void AsOf_BeforeTheFirstSaysTheEarliest()
    {
        var error = Assert.Throws<IcebergException>(() => SnapshotSelection.AsOf(s_table, s_day.AddMilliseconds(-1)));

        Assert.Equal(IcebergErrorKind.SnapshotNotFound, error.Kind);
        Assert.Contains("2023-06-07 23:59:59.999Z", error.Message);
        Assert.Contains("earliest known is 1 of 2023-06-08 00:00:00.000Z", error.Message);
    }

    [Fact]
    public void AsOf_ExpiredIsAnErrorNotANeighbour()
    {
        var error = Assert.Throws<IcebergException>(() => SnapshotSelection.AsOf(s_table, s_day.AddMinutes(90)));

        Assert.Equal(IcebergErrorKind.SnapshotNotFound, error.Kind);
        Assert.Contains("Snapshot 2", error.Message);
        Assert.Contains("expired", error.Message);
    }

    [Fact]
    public void AsOf_WithoutALogIsAnError()
    {
        var error = Assert.Throws<IcebergException>(() => SnapshotSelection.AsOf(s_table with { SnapshotLog = [] }, s_day));
        Assert.Equal(IcebergErrorKind.SnapshotNotFound, error.Kind);
    }

    [Fact]
    public void ById_ReadsWithTheSnapshotsSchema()
    {
        Assert.Equal(0, SnapshotSelection.ById(s_table, 1).Schema.SchemaId);
        Assert.Equal(1, SnapshotSelection.ById(s_table, 3).Schema.SchemaId);
        Assert.Contains("expired", Assert.Throws<IcebergException>(() => SnapshotSelection.ById(s_table, 2)).Message);
        Assert.Contains("no snapshot 77", Assert.Throws<IcebergException>(() => SnapshotSelection.ById(s_table, 77)).Message);
    }

    [Fact]
    public void ByRef_BranchesReadWithTheTablesSchemaTagsWithTheirs()
    {
        Assert.Equal((1L, 1), Ids(SnapshotSelection.ByRef(s_table, "main")));
        Assert.Equal((3L, 1), Ids(SnapshotSelection.ByRef(s_table, "audit")));
        Assert.Equal((1L, 0), Ids(SnapshotSelection.ByRef(s_table, "eoy")));
        var error = Assert.Throws<IcebergException>(() => SnapshotSelection.ByRef(s_table, "eom"));
        Assert.Equal(IcebergErrorKind.RefNotFound, error.Kind);
        Assert.Contains("audit, eoy, main", error.Message);

        static (long?, int) Ids((Snapshot? Snapshot, Schema Schema) point) => (point.Snapshot?.SnapshotId, point.Schema.SchemaId);
    }

    [Fact]
    public void ByRef_MainOfAnEmptyTableIsNothing() =>
        Assert.Null(SnapshotSelection.ByRef(SampleTables.New("file:///t"), "main").Snapshot);

    [Fact]
    public void Since_TellsWhatCameBetween()
    {
        TableMetadata table = s_table with { Snapshots = [Snapshot(1, null, 0), Snapshot(2, 1, 0), Snapshot(3, 2, 0), Snapshot(4, 1, 0)] };

        Assert.Equal([3, 2], Ancestry.Since(table, 1, 3)!.Select(s => s.SnapshotId));
        Assert.Equal([3, 2, 1], Ancestry.Since(table, null, 3)!.Select(s => s.SnapshotId));
        Assert.Empty(Ancestry.Since(table, 3, 3)!);
        Assert.Empty(Ancestry.Since(table, null, null)!);
        Assert.Null(Ancestry.Since(table, 2, 4));
        Assert.Null(Ancestry.Since(table, 2, null));
        Assert.Null(Ancestry.Since(s_table, 1, 3));
        Assert.Null(Ancestry.Since(s_table, null, 3));
    }

    private static Snapshot Snapshot(long id, long? parent, int schemaId) =>
        new(id, parent, id, s_day, "file:///t/list", [], StringMap.Empty, schemaId);
}
