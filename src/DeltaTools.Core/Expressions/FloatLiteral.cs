using System.Globalization;
using System.Numerics;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Literals beside float and double columns.</summary>
internal static class FloatLiteral
{
    public static Placement? ToDouble(object literal)
    {
        if (Infinity(literal) is { } infinity) return Placement.Exact(infinity);
        if (LiteralConverter.Number(literal) is not { } number) return null;
        double nearest = double.Parse(Text(number), NumberStyles.Float, CultureInfo.InvariantCulture);
        return Place(number, nearest, double.IsFinite(nearest) ? Exactly(nearest) : null, IsWhole(literal),
            () => double.BitDecrement(nearest));
    }

    public static Placement? ToFloat(object literal)
    {
        if (Infinity(literal) is { } infinity) return Placement.Exact((float)infinity);
        if (LiteralConverter.Number(literal) is not { } number) return null;
        float nearest = float.Parse(Text(number), NumberStyles.Float, CultureInfo.InvariantCulture);
        return Place(number, nearest, float.IsFinite(nearest) ? Exactly(nearest) : null, IsWhole(literal),
            () => float.BitDecrement(nearest));
    }

    /// <param name="nearest">The float or double nearest to the number.</param>
    /// <param name="value">Its exact value, null when the number is beyond the largest.</param>
    /// <param name="exactly">Whether the number must not be rounded.</param>
    /// <param name="below">The next float or double below the nearest one.</param>
    private static Placement Place(DecimalValue number, object nearest, DecimalValue? value, bool exactly, Func<object> below)
    {
        // Beyond the largest finite number: above it and still below infinity; on the other side above minus infinity.
        if (value is not { } rounded) return Placement.Between(number.Unscaled.Sign > 0 ? below() : nearest);
        bool vanished = rounded.Unscaled.IsZero && !number.Unscaled.IsZero;
        if (!exactly && !vanished) return Placement.Exact(nearest);
        int order = rounded.CompareTo(number);
        return order == 0 ? Placement.Exact(nearest) : Placement.Between(order < 0 ? nearest : below());
    }

    private static bool IsWhole(object literal) => literal is long or DecimalValue { Scale: 0 };

    private static double? Infinity(object literal) => literal is not string text ? null : text.Trim().ToUpperInvariant() switch
    {
        "INFINITY" or "+INFINITY" or "INF" or "+INF" => double.PositiveInfinity,
        "-INFINITY" or "-INF" => double.NegativeInfinity,
        _ => null,
    };

    private static string Text(DecimalValue number) => string.Create(CultureInfo.InvariantCulture, $"{number.Unscaled}E{-number.Scale}");

    /// <summary>Every finite double is a whole number times a power of two, so it is a decimal too.</summary>
    private static DecimalValue Exactly(double number)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = exponent == 0 ? (bits & 0xFFFFFFFFFFFFF) << 1 : (bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
        BigInteger whole = number < 0 ? -mantissa : mantissa;
        int power = exponent - 1075;
        return power >= 0 ? new(whole * BigInteger.Pow(2, power), 0) : new(whole * BigInteger.Pow(5, -power), -power);
    }
}
