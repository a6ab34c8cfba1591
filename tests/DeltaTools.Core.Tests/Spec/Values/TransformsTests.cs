using System.Text;
using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Spec.Values;

public class TransformsTests
{
    private const long Day = 86_400_000_000;

    /// <summary>Appendix B.</summary>
    public static TheoryData<IcebergType, object, int> Hashes => new()
    {
        { IcebergType.Int, 34, 2017239379 },
        { IcebergType.Long, 34L, 2017239379 },
        { IcebergType.Decimal(4, 2), new DecimalValue(1420, 2), -500754589 },
        { IcebergType.Date, Date("2017-11-16"), -653330422 },
        { IcebergType.Time, 81_068_000_000L, -662762989 },
        { IcebergType.Timestamp, Micros("2017-11-16T22:31:08"), -2047944441 },
        { IcebergType.Timestamp, Micros("2017-11-16T22:31:08.000001"), -1207196810 },
        { IcebergType.TimestampTz, Micros("2017-11-16T14:31:08-08:00"), -2047944441 },
        { IcebergType.TimestampNs, Micros("2017-11-16T22:31:08") * 1000, -2047944441 },
        { IcebergType.TimestampTzNs, Micros("2017-11-16T14:31:08.000001-08:00") * 1000 + 1, -1207196810 },
        { IcebergType.String, "iceberg", 1210000089 },
        { IcebergType.Uuid, Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), 1488055340 },
        { IcebergType.Fixed(4), new byte[] { 0, 1, 2, 3 }, -188683207 },
        { IcebergType.Binary, new byte[] { 0, 1, 2, 3 }, -188683207 },
        { IcebergType.Boolean, true, 1392991556 },
        { IcebergType.Float, 1f, -142385009 },
        { IcebergType.Float, -0f, 1669671676 },
        { IcebergType.Double, 1d, -142385009 },
        { IcebergType.Double, 0d, 1669671676 },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void BucketHash_GivesTheValuesOfTheSpecification(IcebergType type, object value, int hash) =>
        Assert.Equal(hash, BucketHash.Of(type, value));

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1009084850)]
    [InlineData("ab", -1681926305)]
    [InlineData("abc", -1277324294)]
    [InlineData("abcde", -392455434)]
    public void Murmur3_TakesEveryLengthOfTail(string text, int hash) => Assert.Equal(hash, Murmur3.Hash(Encoding.UTF8.GetBytes(text)));

    public static TheoryData<int, IcebergType, object, object> Truncations => new()
    {
        { 10, IcebergType.Int, 1, 0 },
        { 10, IcebergType.Int, -1, -10 },
        { 10, IcebergType.Int, -10, -10 },
        { int.MaxValue, IcebergType.Int, 5, 0 },
        // As Java: two's complement.
        { 10, IcebergType.Int, int.MinValue, int.MaxValue - 1 },
        { 10, IcebergType.Long, 1L, 0L },
        { 10, IcebergType.Long, -1L, -10L },
        { 10, IcebergType.Long, long.MaxValue, long.MaxValue - 7 },
        { 50, IcebergType.Decimal(4, 2), new DecimalValue(1065, 2), new DecimalValue(1050, 2) },
        { 10, IcebergType.Decimal(4, 2), new DecimalValue(-5, 2), new DecimalValue(-10, 2) },
        { 3, IcebergType.String, "iceberg", "ice" },
        { 3, IcebergType.String, "ic", "ic" },
        { 2, IcebergType.String, "\U0001F600\U0001F601\U0001F602", "\U0001F600\U0001F601" },
        { 1, IcebergType.String, "\U0001F600x", "\U0001F600" },
        { 3, IcebergType.Binary, new byte[] { 1, 2, 3, 4, 5 }, new byte[] { 1, 2, 3 } },
        { 3, IcebergType.Binary, new byte[] { 1 }, new byte[] { 1 } },
    };

    [Theory]
    [MemberData(nameof(Truncations))]
    public void Apply_TruncatesAsTheSpecificationDoes(int width, IcebergType type, object value, object expected) =>
        Assert.Equal(expected, Transforms.Apply(Transform.Truncate(width), type, value));

    [Theory]
    [InlineData("1970-01-01T00:00:00", 0, 0, 0, 0)]
    [InlineData("1969-12-31T23:59:59.999999", -1, -1, -1, -1)]
    [InlineData("1969-01-01T00:00:00", -1, -12, -365, -8760)]
    [InlineData("1968-12-31T23:00:00", -2, -13, -366, -8761)]
    [InlineData("2017-11-16T22:31:08", 47, 574, 17486, 419686)]
    [InlineData("0001-01-01T00:00:00", -1969, -23628, -719162, -17259888)]
    public void Apply_CountsTimeUnitsDownwardsBefore1970(string timestamp, int years, int months, int days, int hours)
    {
        long micros = Micros(timestamp);
        foreach (IcebergType type in new[] { IcebergType.Timestamp, IcebergType.TimestampTz })
        {
            Assert.Equal(years, Transforms.Apply(Transform.Year, type, micros));
            Assert.Equal(months, Transforms.Apply(Transform.Month, type, micros));
            Assert.Equal(days, Transforms.Apply(Transform.Day, type, micros));
            Assert.Equal(hours, Transforms.Apply(Transform.Hour, type, micros));
        }
        Assert.Equal(years, Transforms.Apply(Transform.Year, IcebergType.Date, days));
        Assert.Equal(months, Transforms.Apply(Transform.Month, IcebergType.Date, days));
        Assert.Equal(days, Transforms.Apply(Transform.Day, IcebergType.Date, days));
        if (timestamp.StartsWith('0')) return; // Beyond the range of nanoseconds.
        Assert.Equal(hours, Transforms.Apply(Transform.Hour, IcebergType.TimestampNs, micros * 1000));
        Assert.Equal(days, Transforms.Apply(Transform.Day, IcebergType.TimestampTzNs, micros * 1000));
        Assert.Equal(years, Transforms.Apply(Transform.Year, IcebergType.TimestampNs, micros * 1000));
    }

    [Fact]
    public void Apply_GivesNullForNullAndVoid()
    {
        Assert.Null(Transforms.Apply(Transform.Bucket(4), IcebergType.Int, null));
        Assert.Null(Transforms.Apply(Transform.Void, IcebergType.Int, 1));
        Assert.Equal("x", Transforms.Apply(Transform.Identity, IcebergType.String, "x"));
        Assert.Equal(
            IcebergErrorKind.Unsupported,
            Assert.Throws<IcebergException>(() => Transforms.Apply(new UnknownTransform("zorder"), IcebergType.Int, 1)).Kind);
    }

    [Theory]
    [InlineData("hour", "date", false)]
    [InlineData("hour", "timestamp_ns", true)]
    [InlineData("day", "date", true)]
    [InlineData("day", "time", false)]
    [InlineData("bucket[2]", "boolean", false)]
    [InlineData("bucket[2]", "double", false)]
    [InlineData("bucket[2]", "uuid", true)]
    [InlineData("truncate[2]", "fixed[3]", false)]
    [InlineData("truncate[2]", "decimal(9, 2)", true)]
    [InlineData("identity", "geometry", false)]
    [InlineData("identity", "variant", false)]
    [InlineData("identity", "boolean", true)]
    [InlineData("void", "variant", true)]
    [InlineData("zorder", "int", true)]
    public void CanApply_KnowsTheSourceTypes(string transform, string type, bool expected) => Assert.Equal(
        expected, Transforms.CanApply(DeltaTools.Core.Spec.Json.TransformText.Parse(transform), DeltaTools.Core.Spec.Json.TypeJson.Parse(type)!));

    [Fact]
    public void Apply_KeepsTheOrderOfValues()
    {
        Transform[] onTimestamps = [Transform.Year, Transform.Month, Transform.Day, Transform.Hour];
        Gen.Select(Gen.Int[0, 3].Select(i => onTimestamps[i]), Gen.Long[-100 * 366 * Day, 100 * 366 * Day], Gen.Long[-100 * 366 * Day, 100 * 366 * Day])
            .Sample((transform, a, b) => InOrder(transform, IcebergType.Timestamp, a, b));
        Gen.Select(Gen.Int[1, 1000], Gen.Int[-100000, 100000], Gen.Int[-100000, 100000])
            .Sample((width, a, b) => InOrder(Transform.Truncate(width), IcebergType.Int, a, b));
        Gen.Select(Gen.Int[1, 5], Gen.String, Gen.String).Where(t => IsText(t.Item2) && IsText(t.Item3))
            .Sample((width, a, b) => InOrder(Transform.Truncate(width), IcebergType.String, a, b));
    }

    [Fact]
    public void Apply_PutsEveryValueIntoABucket() => Gen.Select(Gen.Int[1, int.MaxValue], Gen.Long, Gen.String).Sample((count, number, text) =>
        Transforms.Apply(Transform.Bucket(count), IcebergType.Long, number) is int a && a >= 0 && a < count
        && Transforms.Apply(Transform.Bucket(count), IcebergType.String, text) is int b && b >= 0 && b < count);

    /// <summary>The calendar of .NET, where it reaches.</summary>
    [Fact]
    public void CivilDate_AgreesWithTheCalendar() => Gen.Int[-719162, 2932896].Sample(days =>
    {
        DateOnly date = DateOnly.FromDayNumber(days + 719162);
        var civil = CivilDate.FromDays(days);
        return civil == new CivilDate(date.Year, date.Month, date.Day) && civil.ToDays() == days && civil.Exists;
    });

    [Fact]
    public void CivilDate_ReachesAllDays() => Gen.Int.Sample(days => CivilDate.FromDays(days).ToDays() == days && CivilDate.FromDays(days).Exists);

    private static bool InOrder(Transform transform, IcebergType type, object a, object b) =>
        ValueComparer.Instance.Compare(a, b) * ValueComparer.Instance.Compare(Transforms.Apply(transform, type, a), Transforms.Apply(transform, type, b)) >= 0;

    private static bool IsText(string text) => text.IsNormalized() && !text.Any(char.IsSurrogate);

    private static int Date(string text) => IsoText.TryDate(text, out int days) ? days : throw new FormatException(text);

    private static long Micros(string text) => IsoText.TryTimestamp(text, out IsoTimestamp value) ? value.Micros!.Value : throw new FormatException(text);
}
