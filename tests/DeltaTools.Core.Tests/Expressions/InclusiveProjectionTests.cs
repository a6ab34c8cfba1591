using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Expressions;

public class InclusiveProjectionTests
{
    private static readonly Schema _schema = Schema.Of(
        new NestedField(1, "i", IcebergType.Int),
        new NestedField(2, "ts", IcebergType.Timestamp),
        new NestedField(3, "born", IcebergType.Date),
        new NestedField(4, "s", IcebergType.String),
        new NestedField(5, "amount", IcebergType.Decimal(9, 2)),
        new NestedField(6, "d", IcebergType.Double));

    [Theory]
    [InlineData("i = 5", "identity", "p = 5")]
    [InlineData("i NOT IN (5, 6)", "identity", "p NOT IN (5, 6)")]
    [InlineData("s NOT LIKE '%x'", "identity", "p NOT LIKE '%x'")]
    [InlineData("d IS NAN", "identity", "p IS NAN")]
    [InlineData("i = 34", "bucket[16]", "p = 3")]
    [InlineData("i IN (34, 35)", "bucket[1]", "p = 0")]
    [InlineData("i < 34", "bucket[16]", "p IS NOT NULL")]
    [InlineData("i IS NULL", "bucket[16]", "p IS NULL")]
    [InlineData("i < 100", "truncate[10]", "p <= 90 OR p >= 2147483638")]
    [InlineData("i <= 100", "truncate[10]", "p <= 100 OR p >= 2147483638")]
    [InlineData("i <= 100", "truncate[16]", "p <= 96")]
    [InlineData("i > 99", "truncate[10]", "p >= 100")]
    [InlineData("i >= -1", "truncate[10]", "p >= -10")]
    [InlineData("i = -1", "truncate[10]", "p = -10")]
    [InlineData("i = -2147483648", "truncate[10]", "p IS NOT NULL")]
    [InlineData("i > 2147483647", "truncate[10]", "FALSE")]
    [InlineData("i <> 5", "truncate[10]", "p IS NOT NULL")]
    [InlineData("amount < 10.00", "truncate[50]", "p <= 9.50")]
    [InlineData("s < 'abcd'", "truncate[3]", "p <= 'abc'")]
    [InlineData("s > 'abcd'", "truncate[3]", "p >= 'abc'")]
    [InlineData("s LIKE 'ab%'", "truncate[3]", "p LIKE 'ab%'")]
    [InlineData("s LIKE 'abc%'", "truncate[3]", "p = 'abc'")]
    [InlineData("s LIKE 'abcd%'", "truncate[3]", "p = 'abc'")]
    [InlineData("s LIKE 'ab_d%'", "truncate[3]", "p LIKE 'ab%'")]
    [InlineData("s LIKE '%d'", "truncate[3]", "p IS NOT NULL")]
    [InlineData("s NOT LIKE 'ab%'", "truncate[3]", "p NOT LIKE 'ab%'")]
    [InlineData("s NOT LIKE 'abc%'", "truncate[3]", "p <> 'abc'")]
    [InlineData("s NOT LIKE 'abcd%'", "truncate[3]", "p IS NOT NULL")]
    [InlineData("born < '2024-01-01'", "year", "p <= 53")]
    [InlineData("born <= '2024-01-01'", "year", "p <= 54")]
    [InlineData("born = '1969-06-01'", "year", "p IN (-1, 0)")]
    [InlineData("born <= '1968-06-01'", "month", "p <= -18")]
    [InlineData("born >= '1968-06-01'", "month", "p >= -19")]
    [InlineData("born < '1969-12-31'", "day", "p <= DATE '1969-12-30'")]
    [InlineData("ts < '2024-01-31 00:00:00'", "day", "p <= DATE '2024-01-30'")]
    [InlineData("ts <= '2024-01-31 00:00:00'", "day", "p <= DATE '2024-01-31'")]
    [InlineData("ts = '1969-12-31 12:00:00'", "day", "p IN (DATE '1969-12-31', DATE '1970-01-01')")]
    [InlineData("ts > '1970-01-01 01:59:59.999999'", "hour", "p >= 2 OR p <= -1732919508")]
    [InlineData("ts < '1970-01-01 02:00:00'", "hour", "p <= 1 OR p >= 1732919507")]
    [InlineData("ts = '+294247-01-10 00:00:00'", "hour", "p IS NOT NULL")]
    [InlineData("ts IN ('1970-01-01 01:00:00', '1970-01-01 01:30:00', '1970-01-01 03:00:00')", "hour", "p IN (1, 3)")]
    [InlineData("i = 5", "void", "TRUE")]
    [InlineData("i = 5", "zorder", "TRUE")]
    [InlineData("i = 5 OR s = 'x'", "identity", "TRUE")]
    [InlineData("i = 5 AND s = 'x'", "identity", "p = 5")]
    public void Project_KeepsEveryMatchingPartition(string filter, string transform, string expected)
    {
        Predicate bound = Binder.Bind(FilterParser.Parse(filter), _schema);
        var spec = new PartitionSpec(0, [PartitionField.Of(MetricsFilter.FieldsOf(bound).First(), 1000, "p", Transform(transform))]);

        Assert.Equal(expected, InclusiveProjection.Project(bound, spec).ToString());
    }

    [Fact]
    public void Project_JoinsAllFieldsOfOneColumn()
    {
        Predicate bound = Binder.Bind(FilterParser.Parse("ts = '2024-01-31 12:00:00' AND i > 3"), _schema);
        var spec = new PartitionSpec(1, [
            PartitionField.Of(2, 1000, "ts_year", Core.Spec.Transform.Year),
            PartitionField.Of(2, 1001, "ts_day", Core.Spec.Transform.Day),
            PartitionField.Of(1, 1002, "i", Core.Spec.Transform.Identity),
            new PartitionField([1, 2], 1003, "both", Core.Spec.Transform.Bucket(4))]);

        Assert.Equal("ts_year = 54 AND ts_day = DATE '2024-01-31' AND i > 3", InclusiveProjection.Project(bound, spec).ToString());
    }

    private static Transform Transform(string text) => text.Split('[', ']') switch
    {
        ["identity"] => Core.Spec.Transform.Identity,
        ["bucket", var n, _] => Core.Spec.Transform.Bucket(int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)),
        ["truncate", var n, _] => Core.Spec.Transform.Truncate(int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)),
        ["year"] => Core.Spec.Transform.Year,
        ["month"] => Core.Spec.Transform.Month,
        ["day"] => Core.Spec.Transform.Day,
        ["hour"] => Core.Spec.Transform.Hour,
        ["void"] => Core.Spec.Transform.Void,
        _ => new UnknownTransform(text),
    };
}
