using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Spec;

public class SchemaTests
{
    private static readonly Schema Nested = Schema.Of(
        new NestedField(1, "id", IcebergType.Long, Required: true),
        new NestedField(2, "Address", new StructType([new NestedField(3, "city", IcebergType.String)])),
        new NestedField(4, "m", MapType.Of(5, IcebergType.String, 6, new StructType([new NestedField(7, "x", IcebergType.Int)]))));

    [Fact]
    public void FindField_KnowsFullNamesAndIds()
    {
        Assert.Equal(7, Nested.FindField("m.value.x")!.Id);
        Assert.Equal("Address.city", Nested.NameOf(3));
        Assert.Null(Nested.FindField("address.city"));
        Assert.Equal(3, Nested.FindFieldIgnoreCase("address.CITY")!.Id);
        Assert.Equal(2, Nested.ParentOf(3)!.Id);
        Assert.Null(Nested.ParentOf(1));
        Assert.Equal(7, Nested.HighestFieldId);
    }

    [Fact]
    public void FindFieldIgnoreCase_RefusesToGuess()
    {
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.Int), new NestedField(2, "A", IcebergType.Int), new NestedField(3, "b", IcebergType.Int));
        Assert.Equal(2, schema.FindFieldIgnoreCase("A")!.Id);
        Assert.Equal(3, schema.FindFieldIgnoreCase("B")!.Id);
        Assert.Null(Schema.Of(schema.Fields[0] with { Name = "xY" }, schema.Fields[1] with { Name = "Xy" }).FindFieldIgnoreCase("xy"));
    }

    [Fact]
    public void With_DoesNotFindTheFieldsOfTheOldStruct()
    {
        Assert.NotNull(Nested.FindField(1));
        Schema changed = Nested with { Struct = new StructType([new NestedField(9, "other", IcebergType.Int)]) };
        Assert.Null(changed.FindField(1));
        Assert.Equal(9, changed.FindField("other")!.Id);
    }

    [Fact]
    public void Snapshot_IsFoundAmongThoseOfTheCopy()
    {
        TableMetadata one = Metadata(1);
        Assert.NotNull(one.Snapshot(1));
        TableMetadata two = one with { Snapshots = Metadata(2).Snapshots };
        Assert.Null(two.Snapshot(1));
        Assert.NotNull(two.Snapshot(2));
    }

    private static TableMetadata Metadata(long snapshotId) => new()
    {
        FormatVersion = 2,
        TableUuid = Guid.Empty,
        Location = "file:///t",
        LastUpdated = DateTimeOffset.UnixEpoch,
        LastColumnId = 7,
        Schemas = [Nested],
        CurrentSchemaId = 0,
        PartitionSpecs = [PartitionSpec.Unpartitioned],
        DefaultSpecId = 0,
        LastPartitionId = 999,
        Snapshots = [new Snapshot(snapshotId, null, 1, DateTimeOffset.UnixEpoch, "l", [], StringMap.Empty)],
    };
}
