using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Expressions;

public class BinderTests
{
    private static readonly Schema _schema = Schema.Of(
        new NestedField(1, "id", IcebergType.Int),
        new NestedField(2, "big", IcebergType.Long),
        new NestedField(3, "f", IcebergType.Float),
        new NestedField(4, "d", IcebergType.Double),
        new NestedField(5, "amount", IcebergType.Decimal(5, 2)),
        new NestedField(6, "born", IcebergType.Date),
        new NestedField(7, "at", IcebergType.Time),
        new NestedField(8, "ts", IcebergType.Timestamp),
        new NestedField(9, "tz", IcebergType.TimestampTz),
        new NestedField(10, "ns", IcebergType.TimestampNs),
        new NestedField(11, "name", IcebergType.String),
        new NestedField(12, "uid", IcebergType.Uuid),
        new NestedField(13, "bin", IcebergType.Binary),
        new NestedField(14, "flag", IcebergType.Boolean),
        new NestedField(15, "address", new StructType([new NestedField(16, "City", IcebergType.String)])),
        new NestedField(17, "tags", ListType.Of(18, IcebergType.String)),
        new NestedField(19, "user_id", IcebergType.Int),
        new NestedField(20, "uSeR_Id", IcebergType.Int));

    [Theory]
    [InlineData("id = 5", "id = 5")]
    [InlineData("ID = 5", "id = 5")]
    [InlineData("address.city = 'x'", "address.City = 'x'")]
    [InlineData("user_id = 1", "user_id = 1")]
    [InlineData("id = 5.0", "id = 5")]
    [InlineData("id = 5.5", "FALSE")]
    [InlineData("id <> 5.5", "id IS NOT NULL")]
    [InlineData("id < 5.5", "id <= 5")]
    [InlineData("id <= 5.5", "id <= 5")]
    [InlineData("id > 5.5", "id > 5")]
    [InlineData("id >= 5.5", "id > 5")]
    [InlineData("id >= -5.5", "id > -6")]
    [InlineData("id < 3000000000", "id IS NOT NULL")]
    [InlineData("id > 3000000000", "FALSE")]
    [InlineData("id = 3000000000", "FALSE")]
    [InlineData("id > -3000000000", "id IS NOT NULL")]
    [InlineData("id <= 2147483647.5", "id IS NOT NULL")]
    [InlineData("id > -2147483648.5", "id IS NOT NULL")]
    [InlineData("NOT id < 3000000000", "FALSE")]
    [InlineData("NOT id > 3000000000", "id IS NOT NULL")]
    [InlineData("big = 9223372036854775808", "FALSE")]
    [InlineData("id = '5'", "id = 5")]
    [InlineData("id IN (3, 1, 3000000000, 2, 1, 2.5)", "id IN (1, 2, 3)")]
    [InlineData("id IN (2.5)", "FALSE")]
    [InlineData("id NOT IN (2.5)", "id IS NOT NULL")]
    [InlineData("id IN (7)", "id = 7")]
    [InlineData("NOT id IN (7, 8)", "id NOT IN (7, 8)")]
    [InlineData("d = 5", "d = 5")]
    [InlineData("d = 0.1", "d = 0.1")]
    [InlineData("d = 9007199254740993", "FALSE")]
    [InlineData("d > 9007199254740993", "d > 9007199254740992")]
    [InlineData("d < 1e400", "d <= 1.7976931348623157E+308")]
    [InlineData("d > -1e400", "d > '-Infinity'")]
    [InlineData("d > 1e-400", "d > 0")]
    [InlineData("d = 1e-400", "FALSE")]
    [InlineData("d = 'Infinity'", "d = 'Infinity'")]
    [InlineData("NOT d < 5", "d >= 5 OR d IS NAN")]
    [InlineData("NOT d = 5", "d <> 5")]
    [InlineData("NOT id < 5", "id >= 5")]
    [InlineData("f = 0.1", "f = 0.1")]
    [InlineData("f = 16777217", "FALSE")]
    [InlineData("f < 1e39", "f <= 3.4028235E+38")]
    [InlineData("amount = 1.5", "amount = 1.50")]
    [InlineData("amount > 1.555", "amount > 1.55")]
    [InlineData("amount < 1000", "amount IS NOT NULL")]
    [InlineData("amount > 999.99", "amount > 999.99")]
    [InlineData("amount >= -999.995", "amount IS NOT NULL")]
    [InlineData("born = '2024-01-31'", "born = DATE '2024-01-31'")]
    [InlineData("born = TIMESTAMP '2024-01-31 00:00'", "born = DATE '2024-01-31'")]
    [InlineData("born >= TIMESTAMP '2024-01-31 12:00'", "born > DATE '2024-01-31'")]
    [InlineData("born = '1969-12-31 12:00'", "FALSE")]
    [InlineData("ts >= DATE '2024-01-31'", "ts >= TIMESTAMP '2024-01-31 00:00:00'")]
    [InlineData("ts = '2024-01-31T10:00:00.123456789'", "FALSE")]
    [InlineData("ns = '2024-01-31T10:00:00.123456789'", "ns = TIMESTAMP '2024-01-31 10:00:00.123456789'")]
    [InlineData("ns < DATE '2300-01-01'", "ns IS NOT NULL")]
    [InlineData("ts < DATE '+300000-01-01'", "ts IS NOT NULL")]
    [InlineData("tz = '2024-01-31 12:00+02:00'", "tz = TIMESTAMPTZ '2024-01-31 10:00:00+00:00'")]
    [InlineData("tz = TIMESTAMP '2024-01-31 12:00'", "tz = TIMESTAMPTZ '2024-01-31 12:00:00+00:00'")]
    [InlineData("at = '12:00'", "at = TIME '12:00:00'")]
    [InlineData("name LIKE 'abc'", "name = 'abc'")]
    [InlineData("name LIKE '%'", "name IS NOT NULL")]
    [InlineData("name NOT LIKE '%'", "FALSE")]
    [InlineData("NOT name LIKE 'a%'", "name NOT LIKE 'a%'")]
    [InlineData("uid = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'", "uid = UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'")]
    [InlineData("bin = X'00ff'", "bin = X'00ff'")]
    [InlineData("flag", "flag = TRUE")]
    [InlineData("flag = 'false'", "flag = FALSE")]
    [InlineData("address IS NULL", "address IS NULL")]
    [InlineData("NOT (id = 1 AND (name IS NULL OR flag))", "id <> 1 OR name IS NOT NULL AND flag <> TRUE")]
    public void Bind_ConvertsExactly(string filter, string expected) =>
        Assert.Equal(expected, Binder.Bind(FilterParser.Parse(filter), _schema).ToString());

    [Theory]
    [InlineData("nmae = 'x'", "no column nmae", "Nearest: name")]
    [InlineData("USER_ID = 1", "user_id or uSeR_Id", "Write it exactly")]
    [InlineData("tags.element = 'x'", "inside a list or map", "structs only")]
    [InlineData("name = 5", "name is string", "single quotes")]
    [InlineData("id = 'x'", "id is int", "a number such as 5")]
    [InlineData("id = TRUE", "id is int", "a number such as 5")]
    [InlineData("born = 5", "born is date", "DATE '2024-01-31'")]
    [InlineData("ts = TIMESTAMPTZ '2024-01-31 00:00Z'", "ts is timestamp", "without offset")]
    [InlineData("bin = 'x'", "bin is binary", "X'0aff'")]
    [InlineData("d = 'NaN'", "Nothing equals NaN", "d IS NAN")]
    [InlineData("id IS NAN", "float or double", "id is int")]
    [InlineData("id LIKE 'x%'", "string column", "id is int")]
    [InlineData("address = 'x'", "address is struct", "IS NULL")]
    [InlineData("xyzzy = 1", "no column xyzzy", "The columns are id, big")]
    public void Bind_ExplainsWhatIsWrong(string filter, params string[] parts)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Binder.Bind(FilterParser.Parse(filter), _schema));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_TakesBoundPredicatesAgain()
    {
        Predicate bound = Binder.Bind(FilterParser.Parse("id > 5.5 OR d IS NAN OR name LIKE 'a_'"), _schema);

        Assert.Equal(bound, Binder.Bind(bound, _schema));
    }
}
