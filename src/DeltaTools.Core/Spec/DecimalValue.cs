using System.Globalization;
using System.Numerics;

namespace DeltaTools.Core.Spec;

/// <summary>A decimal of up to 38 digits: <c>Unscaled * 10^-Scale</c>. Values of one column share their scale.</summary>
public readonly record struct DecimalValue(BigInteger Unscaled, int Scale) : IComparable<DecimalValue>
{
    public int CompareTo(DecimalValue other) => Scale == other.Scale
        ? Unscaled.CompareTo(other.Unscaled)
        : (Unscaled * BigInteger.Pow(10, Math.Max(0, other.Scale - Scale)))
            .CompareTo(other.Unscaled * BigInteger.Pow(10, Math.Max(0, Scale - other.Scale)));

    /// <summary>The same number at another scale.</summary>
    /// <exception cref="OverflowException">Digits would be lost.</exception>
    public DecimalValue Rescale(int scale)
    {
        if (scale >= Scale) return new(Unscaled * BigInteger.Pow(10, scale - Scale), scale);
        BigInteger quotient = BigInteger.DivRem(Unscaled, BigInteger.Pow(10, Scale - scale), out BigInteger rest);
        return rest.IsZero ? new(quotient, scale) : throw new OverflowException($"{this} has more than {scale} digits after the point.");
    }

    /// <summary>Digits of the unscaled value; 1 for zero.</summary>
    public int Precision => Unscaled.IsZero ? 1 : BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).Length;

    /// <summary>Reads <c>-12.34</c> and <c>2E+20</c>; the scale is that of the text. Longer texts than a decimal can need are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DecimalValue value)
    {
        value = default;
        if (text.Length is 0 or > 128) return false;
        int exponent = 0;
        int e = text.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || exponent is < -100 or > 100) return false;
            text = text[..e];
        }
        int point = text.IndexOf('.');
        ReadOnlySpan<char> fraction = point < 0 ? [] : text[(point + 1)..];
        if (fraction.ContainsAnyExceptInRange('0', '9')) return false;
        string digits = point < 0 ? text.ToString() : string.Concat(text[..point], fraction);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled)) return false;
        value = new(unscaled, fraction.Length - exponent);
        return true;
    }

    public override string ToString()
    {
        if (Scale < 0) return string.Create(CultureInfo.InvariantCulture, $"{Unscaled}E+{-Scale}");
        if (Scale == 0) return Unscaled.ToString(CultureInfo.InvariantCulture);
        string digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        return $"{(Unscaled.Sign < 0 ? "-" : "")}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}
