using System.Globalization;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Default values in schema texts: numbers, true, false, and everything else between single quotes.</summary>
internal static class LiteralText
{
    /// <returns>The value in the physical form of the type; null for <c>null</c>.</returns>
    public static object? Read(Scanner scanner, IcebergType type)
    {
        int start = scanner.SkipBlanks();
        if (scanner.TakeWords("null")) return null;
        bool quoted = scanner.Next == '\'';
        string text = quoted ? scanner.Quoted("a default value") : scanner.UpTo(" ,>)\t\r\n");
        return (quoted ? Quoted(text, type) : Plain(text, type))
            ?? throw scanner.Error($"{(quoted ? $"'{text}'" : text)} is not a value of type {type}", start);
    }

    public static string Print(IcebergType type, object value) => value switch
    {
        bool b => b ? "true" : "false",
        int or long when type.Id is TypeId.Int or TypeId.Long => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        float or double => ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture),
        DecimalValue number => number.ToString(),
        _ => $"'{SingleValueJson.ToText(type, value).Replace("'", "''")}'",
    };

    /// <summary>As in JSON, but a point in time may be given in any zone.</summary>
    private static object? Quoted(string text, IcebergType type) => type.Id switch
    {
        TypeId.TimestampTz when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds is not null => v.Micros,
        TypeId.TimestampTzNs when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds is not null => v.Nanos,
        _ => SingleValueJson.FromText(text, type),
    };

    private static object? Plain(string text, IcebergType type)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return type.Id switch
        {
            TypeId.Boolean => bool.TryParse(text, out bool v) ? v : null,
            TypeId.Int => int.TryParse(text, Whole, invariant, out int v) ? v : null,
            TypeId.Long => long.TryParse(text, Whole, invariant, out long v) ? v : null,
            TypeId.Float => float.TryParse(text, NumberStyles.Float, invariant, out float v) && float.IsFinite(v) ? v : null,
            TypeId.Double => double.TryParse(text, NumberStyles.Float, invariant, out double v) && double.IsFinite(v) ? v : null,
            TypeId.Decimal => Decimal(text, (DecimalType)type),
            _ => null,
        };
    }

    /// <summary>Zeros may be missing at the end of the fraction.</summary>
    private static DecimalValue? Decimal(string text, DecimalType type) =>
        DecimalValue.TryParse(text, out DecimalValue value) && value.Scale <= type.Scale && value.Rescale(type.Scale) is var scaled
        && scaled.Precision <= type.Precision ? scaled : null;
}
