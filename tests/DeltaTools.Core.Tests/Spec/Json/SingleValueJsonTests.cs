using System.Numerics;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Spec.Json;

/// <summary>The examples of Appendix D, "JSON single-value serialization", and the edges around them.</summary>
public class SingleValueJsonTests
{
    public static TheoryData<IcebergType, string, object> Examples => new()
    {
        { IcebergType.Boolean, "true", true },
        { IcebergType.Int, "34", 34 },
        { IcebergType.Long, "9223372036854775807", long.MaxValue },
        { IcebergType.Float, "1.0", 1f },
        { IcebergType.Float, "3.4028235E+38", float.MaxValue },
        { IcebergType.Double, "1.0", 1d },
        { IcebergType.Double, "-0.0", -0d },
        { IcebergType.Double, "0.1", 0.1 },
        { IcebergType.Decimal(4, 2), "\"14.20\"", new DecimalValue(1420, 2) },
        { IcebergType.Decimal(4, 2), "\"-0.05\"", new DecimalValue(-5, 2) },
        { IcebergType.Decimal(38, 0), "\"99999999999999999999999999999999999999\"", new DecimalValue(BigInteger.Pow(10, 38) - 1, 0) },
        { IcebergType.Date, "\"2017-11-16\"", 17486 },
        { IcebergType.Date, "\"1969-12-31\"", -1 },
        { IcebergType.Date, "\"0000-02-29\"", -719469 },
        { IcebergType.Date, "\"+5881580-07-11\"", int.MaxValue },
        { IcebergType.Date, "\"-5877641-06-23\"", int.MinValue },
        { IcebergType.Time, "\"22:31:08.123456\"", 81068123456L },
        { IcebergType.Time, "\"00:00:00\"", 0L },
        { IcebergType.Timestamp, "\"2017-11-16T22:31:08.123456\"", 1510871468123456L },
        { IcebergType.Timestamp, "\"1969-12-31T23:59:59.999999\"", -1L },
        { IcebergType.Timestamp, "\"-290308-12-21T19:59:05.224192\"", long.MinValue },
        { IcebergType.TimestampTz, "\"2017-11-16T22:31:08.123456+00:00\"", 1510871468123456L },
        { IcebergType.TimestampNs, "\"2017-11-16T22:31:08.123456789\"", 1510871468123456789L },
        { IcebergType.TimestampTzNs, "\"2017-11-16T22:31:08.123456789+00:00\"", 1510871468123456789L },
        { IcebergType.TimestampNs, "\"1677-09-21T00:12:43.145224192\"", long.MinValue },
        { IcebergType.String, "\"iceberg\"", "iceberg" },
        { IcebergType.Uuid, "\"f79c3e09-677c-4bbd-a479-3f349cb785e7\"", Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7") },
        { IcebergType.Fixed(4), "\"000102ff\"", new byte[] { 0, 1, 2, 255 } },
        { IcebergType.Binary, "\"000102ff\"", new byte[] { 0, 1, 2, 255 } },
        { Struct, """{"1":1,"2":"bar"}""", new object?[] { 1, "bar" } },
        { Struct, """{"2":"bar"}""", new object?[] { null, "bar" } },
        { ListType.Of(1, IcebergType.Int), "[1,2,3]", new object?[] { 1, 2, 3 } },
        {
            MapType.Of(1, IcebergType.String, 2, IcebergType.Int), """{"keys":["a","b"],"values":[1,2]}""",
            new object?[] { new object?[] { "a", 1 }, new object?[] { "b", 2 } }
        },
    };

    private static StructType Struct => new([new NestedField(1, "a", IcebergType.Int), new NestedField(2, "b", IcebergType.String)]);

    [Theory]
    [MemberData(nameof(Examples))]
    public void ReadAndWrite_FollowTheSpecification(IcebergType type, string json, object value)
    {
        Assert.Equal(value, Read(json, type));
        Assert.Equal(json, JsonText.Text(writer => SingleValueJson.Write(writer, type, value)));
    }

    public static TheoryData<IcebergType, string, object> Lenient => new()
    {
        { IcebergType.Float, "1", 1f },
        { IcebergType.Binary, "\"00FF\"", new byte[] { 0, 255 } },
        { IcebergType.TimestampTz, "\"1970-01-01T00:00Z\"", 0L },
        { IcebergType.Timestamp, "\"1970-01-01T00:00:00.1\"", 100_000L },
        { IcebergType.Decimal(38, 0), "\"2E+0\"", new DecimalValue(2, 0) },
    };

    [Theory]
    [MemberData(nameof(Lenient))]
    public void Read_TakesOtherSpellings(IcebergType type, string json, object value) => Assert.Equal(value, Read(json, type));

    public static TheoryData<IcebergType, string> Bad => new()
    {
        { IcebergType.Boolean, "1" },
        { IcebergType.Int, "2147483648" },
        { IcebergType.Int, "\"1\"" },
        { IcebergType.Long, "1.5" },
        { IcebergType.Double, "1e999" },
        { IcebergType.Decimal(4, 2), "14.20" },
        { IcebergType.Decimal(4, 2), "\"14.2\"" },
        { IcebergType.Decimal(4, 2), "\"114.20\"" },
        { IcebergType.Decimal(4, 2), "\".-5\"" },
        { IcebergType.Date, "\"2017-02-29\"" },
        { IcebergType.Date, "\"2017-11\"" },
        { IcebergType.Date, "\"+5881580-07-12\"" },
        { IcebergType.Time, "\"24:00:00\"" },
        { IcebergType.Timestamp, "\"2017-11-16T22:31:08+00:00\"" },
        { IcebergType.TimestampTz, "\"2017-11-16T22:31:08\"" },
        { IcebergType.TimestampTz, "\"2017-11-16T22:31:08+01:00\"" },
        { IcebergType.TimestampNs, "\"2262-04-11T23:47:16.854775808\"" },
        { IcebergType.Uuid, "\"f79c3e09677c4bbda4793f349cb785e7\"" },
        { IcebergType.Fixed(4), "\"0001\"" },
        { IcebergType.Binary, "\"001\"" },
        { IcebergType.Binary, "\"0g\"" },
        { IcebergType.Unknown, "1" },
        { ListType.Of(1, IcebergType.Int), "{}" },
        { MapType.Of(1, IcebergType.String, 2, IcebergType.Int), """{"keys":["a"],"values":[]}""" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Read_RefusesWhatDoesNotFitTheType(IcebergType type, string json)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Read(json, type));
        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.StartsWith("test: v", error.Message);
    }

    [Fact]
    public void Write_RefusesWhatJsonCannotHold()
    {
        Assert.Throws<IcebergException>(() => JsonText.Text(w => SingleValueJson.Write(w, IcebergType.Double, double.NaN)));
        Assert.Throws<IcebergException>(() => JsonText.Text(w => SingleValueJson.Write(w, IcebergType.Int, 1L)));
    }

    private static object? Read(string json, IcebergType type)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return SingleValueJson.Read(document.RootElement, type, new JsonPlace("test", "v"));
    }
}
