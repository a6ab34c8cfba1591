using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Spec;

public class PartitionTypesTests
{
    private static readonly Schema Columns = Schema.Of(
        new NestedField(1, "ts", IcebergType.TimestampTz), new NestedField(2, "price", IcebergType.Decimal(9, 2)));

    [Fact]
    public void TypeOf_GivesTheResultTypesUnderTheFieldIds()
    {
        var spec = new PartitionSpec(0, [
            PartitionField.Of(1, 1000, "ts_day", Transform.Day),
            PartitionField.Of(1, 1001, "ts_hour", Transform.Hour),
            PartitionField.Of(2, 1002, "price", Transform.Identity),
            PartitionField.Of(2, 1003, "price_trunc", Transform.Truncate(10)),
            PartitionField.Of(2, 1004, "price_bucket", Transform.Bucket(4)),
            PartitionField.Of(7, 1005, "gone", Transform.Void)]);

        Assert.Equal(
            "struct<ts_day: date, ts_hour: int, price: decimal(9, 2), price_trunc: decimal(9, 2), price_bucket: int, gone: unknown>",
            spec.TypeOf(Columns).ToString());
        Assert.Equal([1000, 1001, 1002, 1003, 1004, 1005], spec.TypeOf(Columns).Fields.Select(f => f.Id));
    }
}
