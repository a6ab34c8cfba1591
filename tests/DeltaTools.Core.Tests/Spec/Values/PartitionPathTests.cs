using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Spec.Values;

public class PartitionPathTests
{
    public static TheoryData<string, string, object?, string> Values => new()
    {
        { "year", "date", 47, "2017" },
        { "year", "date", -1, "1969" },
        { "month", "date", 574, "2017-11" },
        { "month", "date", -1, "1969-12" },
        { "month", "date", -13, "1968-12" },
        { "day", "timestamp", 17486, "2017-11-16" },
        { "day", "timestamp", -1, "1969-12-31" },
        { "hour", "timestamp", 419686, "2017-11-16-22" },
        { "hour", "timestamp", -1, "1969-12-31-23" },
        { "bucket[16]", "string", 7, "7" },
        { "truncate[4]", "string", "ice/berg", "ice/berg" },
        { "void", "int", null, "null" },
        { "identity", "date", 17486, "2017-11-16" },
        { "identity", "date", 2932897, "10000-01-01" },
        { "identity", "time", 36_000_000_000L, "10:00" },
        { "identity", "time", 36_001_000_000L, "10:00:01" },
        { "identity", "time", 36_000_500_000L, "10:00:00.500" },
        { "identity", "time", 36_000_000_001L, "10:00:00.000001" },
        { "identity", "timestamp", 1510871468123456L, "2017-11-16T22:31:08.123456" },
        { "identity", "timestamptz", 1510871468000000L, "2017-11-16T22:31:08+00:00" },
        { "identity", "timestamptz_ns", 1510871468000000001L, "2017-11-16T22:31:08.000000001+00:00" },
        { "identity", "boolean", true, "true" },
        { "identity", "long", -5L, "-5" },
        { "identity", "float", 1f, "1.0" },
        { "identity", "double", double.NaN, "NaN" },
        { "identity", "double", 0.5, "0.5" },
        { "identity", "decimal(9, 2)", new DecimalValue(-1420, 2), "-14.20" },
        { "identity", "uuid", Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), "f79c3e09-677c-4bbd-a479-3f349cb785e7" },
        { "identity", "binary", new byte[] { 1, 2, 3 }, "AQID" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Text_IsWhatPeopleRead(string transform, string source, object? value, string expected)
    {
        Transform parsed = TransformText.Parse(transform);
        Assert.Equal(expected, PartitionPath.Text(parsed, parsed.ResultType(TypeJson.Parse(source)!), value));
    }

    [Fact]
    public void Of_EscapesAsJavaDoes()
    {
        Schema schema = Schema.Of(new NestedField(1, "ts", IcebergType.Timestamp), new NestedField(2, "länd name", IcebergType.String));
        var spec = new PartitionSpec(0, [PartitionField.Of(1, 1000, "ts_day", Transform.Day), PartitionField.Of(2, 1001, "länd name", Transform.Identity)]);
        PartitionTuple tuple = PartitionTuple.Of(19723, "a/b=c d*._-~ü");
        Assert.Equal("ts_day=2024-01-01/l%C3%A4nd+name=a%2Fb%3Dc+d*._-%7E%C3%BC", PartitionPath.Of(spec, spec.TypeOf(schema), tuple));
        Assert.Equal("ts_day=2024-01-01/länd name=a/b=c d*._-~ü", PartitionPath.Display(spec, spec.TypeOf(schema), tuple));
        Assert.Equal("", PartitionPath.Of(PartitionSpec.Unpartitioned, new StructType([]), PartitionTuple.Empty));
    }
}
