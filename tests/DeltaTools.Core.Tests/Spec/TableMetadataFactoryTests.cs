using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Spec;

public class TableMetadataFactoryTests
{
    /// <summary>The order of Java's AssignFreshIds: a struct's fields first, then what is inside each.</summary>
    [Fact]
    public void Create_NumbersFieldsAsJavaDoes()
    {
        var schema = new Schema(5, new StructType(
        [
            new NestedField(10, "id", IcebergType.Long, Required: true),
            new NestedField(20, "address", new StructType(
            [
                new NestedField(21, "city", IcebergType.String),
                new NestedField(22, "geo", new StructType([new NestedField(23, "lat", IcebergType.Double)])),
                new NestedField(24, "zip", IcebergType.String),
            ]), Required: true),
            new NestedField(30, "tags", ListType.Of(31, ListType.Of(32, IcebergType.String))),
            new NestedField(40, "m", MapType.Of(41, new StructType([new NestedField(43, "k", IcebergType.Int)]), 42, IcebergType.Int)),
        ]), [10]);
        TableMetadata table = TableMetadataFactory.Create(
            schema,
            new PartitionSpec(3, [PartitionField.Of(22 + 2, 77, "zip", Transform.Identity), PartitionField.Of(10, 5, "b", Transform.Bucket(8))]),
            new SortOrder(4, [new SortField([21], Transform.Identity, SortDirection.Descending, NullOrder.NullsLast)]),
            "s3://b/t/", StringMap.Empty.Add("a", "b").Add("format-version", "1"), 2, Guid.NewGuid(), DateTimeOffset.UnixEpoch);

        Assert.Equal(
            "id=1 address=2 address.city=5 address.geo=6 address.geo.lat=8 address.zip=7 tags=3 tags.element=9 tags.element.element=10 "
            + "m=4 m.key=11 m.key.k=13 m.value=12",
            string.Join(' ', table.CurrentSchema.NamedFields.Select(f => $"{f.FullName}={f.Field.Id}")));
        Assert.Equal(13, table.LastColumnId);
        Assert.Equal([1], table.CurrentSchema.IdentifierFieldIds.AsEnumerable());
        Assert.Equal([(7, 1000), (1, 1001)], table.DefaultSpec.Fields.Select(f => (f.SourceId, f.FieldId)));
        Assert.Equal((0, 1001, 1, 5), (table.DefaultSpecId, table.LastPartitionId, table.DefaultSortOrderId, table.DefaultSortOrder.Fields[0].SourceId));
        Assert.Equal("s3://b/t", table.Location);
        Assert.Equal(["a", "write.parquet.compression-codec"], table.Properties.Keys);
        Assert.Equal(TableMetadataJson.Write(table), TableMetadataJson.Write(TableMetadataJson.Read(TableMetadataJson.Write(table), "t")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Create_MakesEveryVersion(int version)
    {
        TableMetadata table = TableMetadataFactory.Create(
            Schema.Of(new NestedField(1, "a", IcebergType.Int)), PartitionSpec.Unpartitioned, SortOrder.Unsorted, "file:///t", [], version,
            Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        TableMetadata read = TableMetadataJson.Read(TableMetadataJson.Write(table), "t");
        Assert.Equal((version, 0, 999, 0L), (read.FormatVersion, read.DefaultSpecId, read.LastPartitionId, read.LastSequenceNumber));
    }

    [Fact]
    public void Create_RefusesPartsThatDoNotFit()
    {
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.Int));
        Refused("field 8", schema, new PartitionSpec(0, [PartitionField.Of(8, 0, "x", Transform.Identity)]), 2);
        Refused("transform day, which does not take a", schema, new PartitionSpec(0, [PartitionField.Of(1, 0, "x", Transform.Day)]), 2);
        Refused("needs format version 3", Schema.Of(new NestedField(1, "v", IcebergType.Variant)), PartitionSpec.Unpartitioned, 2);
        Refused("two fields named a", Schema.Of(schema.Fields[0], schema.Fields[0] with { Id = 2 }), PartitionSpec.Unpartitioned, 2);
    }

    private static void Refused(string reason, Schema schema, PartitionSpec spec, int version)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => TableMetadataFactory.Create(
            schema, spec, SortOrder.Unsorted, "s3://b/t", [], version, Guid.NewGuid(), DateTimeOffset.UnixEpoch));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(reason, error.Message);
    }
}
