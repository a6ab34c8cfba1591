using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Spec.Values;

public class BoundsTests
{
    [Theory]
    [InlineData("short", "short", "short")]
    [InlineData("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaax", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaab")]
    // The last code point that can be raised is.
    [InlineData("aaaaaaaaaaaaaa\uD7FF\U0010FFFFx", "aaaaaaaaaaaaaa\uD7FF\U0010FFFF", "aaaaaaaaaaaaaa\uE000")]
    // Sixteen code points in twenty-four UTF-16 units.
    [InlineData("\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600aaaaaaaab",
        "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600aaaaaaaa",
        "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600aaaaaaab")]
    [InlineData("aaaaaaaaaaaaaaa\U0001F600\U0001F600", "aaaaaaaaaaaaaaa\U0001F600", "aaaaaaaaaaaaaaa\U0001F601")]
    // U+FFFF is followed by the first code point beyond the 16-bit plane.
    [InlineData("aaaaaaaaaaaaaaa\uFFFFb", "aaaaaaaaaaaaaaa\uFFFF", "aaaaaaaaaaaaaaa\U00010000")]
    public void StringsAreCutAtSixteenCodePoints(string value, string lower, string upper)
    {
        Assert.Equal(lower, SingleValue.FromBytes(IcebergType.String, Bounds.Lower(IcebergType.String, value)));
        Assert.Equal(upper, SingleValue.FromBytes(IcebergType.String, Bounds.Upper(IcebergType.String, value)));
    }

    [Fact]
    public void Upper_IsNullWhenNothingShortIsGreater()
    {
        Assert.Null(Bounds.Upper(IcebergType.String, string.Concat(Enumerable.Repeat("\U0010FFFF", 17))));
        Assert.NotNull(Bounds.Upper(IcebergType.String, string.Concat(Enumerable.Repeat("\U0010FFFF", 16))));
        Assert.Null(Bounds.Upper(IcebergType.Binary, Enumerable.Repeat((byte)255, 17).ToArray()));
    }

    [Fact]
    public void BinariesAreCutAtSixteenBytes()
    {
        byte[] value = [.. Enumerable.Range(1, 14).Select(i => (byte)i), 7, 255, 3];
        Assert.Equal(value[..16], Bounds.Lower(IcebergType.Binary, value));
        Assert.Equal([.. value[..14], 8], Bounds.Upper(IcebergType.Binary, value));
        Assert.Equal(value, Bounds.Upper(IcebergType.Fixed(17), value));
        Assert.Equal(value, Bounds.Lower(IcebergType.Fixed(17), value));
    }

    [Fact]
    public void ZerosCountAsTheLesserBelowAndTheGreaterAbove()
    {
        foreach (double zero in new[] { 0d, -0d })
        {
            Assert.True(double.IsNegative((double)SingleValue.FromBytes(IcebergType.Double, Bounds.Lower(IcebergType.Double, zero))));
            Assert.False(double.IsNegative((double)SingleValue.FromBytes(IcebergType.Double, Bounds.Upper(IcebergType.Double, zero))));
            Assert.True(float.IsNegative((float)SingleValue.FromBytes(IcebergType.Float, Bounds.Lower(IcebergType.Float, (float)zero))));
            Assert.False(float.IsNegative((float)SingleValue.FromBytes(IcebergType.Float, Bounds.Upper(IcebergType.Float, (float)zero))));
        }
    }

    [Fact]
    public void NanNullAndTypesWithoutOrderHaveNoBounds()
    {
        Assert.Null(Bounds.Lower(IcebergType.Double, double.NaN));
        Assert.Null(Bounds.Upper(IcebergType.Float, float.NaN));
        Assert.Null(Bounds.Lower(IcebergType.Int, null));
        Assert.Null(Bounds.Lower(new GeometryType(), new byte[] { 1 }));
        Assert.NotNull(Bounds.Upper(IcebergType.Double, double.PositiveInfinity));
    }

    [Fact]
    public void BoundsContainTheValue()
    {
        Gen<string> texts = Gen.OneOf(Gen.Int[0, 0xd7ff], Gen.Int[0xe000, 0x10ffff], Gen.Const(0x10ffff), Gen.Const(0xd7ff))
            .Select(char.ConvertFromUtf32).Array[0, 24].Select(string.Concat);
        texts.Sample(text => Contains(IcebergType.String, text));
        Gen.OneOf(Gen.Byte, Gen.Const((byte)255)).Array[0, 24].Sample(bytes => Contains(IcebergType.Binary, bytes));
        Gen.Double.Where(d => !double.IsNaN(d)).Sample(number => Contains(IcebergType.Double, number));
        Gen.Long.Sample(number => Contains(IcebergType.Timestamp, number));
        Gen.Guid.Sample(uuid => Contains(IcebergType.Uuid, uuid));
    }

    private static bool Contains(IcebergType type, object value) =>
        Bounds.Lower(type, value) is { } lower && ValueComparer.Instance.Compare(SingleValue.FromBytes(type, lower), value) <= 0
        && (Bounds.Upper(type, value) is not { } upper || ValueComparer.Instance.Compare(SingleValue.FromBytes(type, upper), value) >= 0);
}
