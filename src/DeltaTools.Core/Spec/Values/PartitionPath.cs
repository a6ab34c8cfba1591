using System.Globalization;
using System.Text;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Spec.Values;

/// <summary>Partition values for people: <c>ts_day=2024-01-01</c>, alone and as folders of data files.</summary>
public static class PartitionPath
{
    /// <summary>Folders below the data location, escaped as Java's URL encoder does: <c>ts_day=2024-01-01/country=DE</c>; empty when unpartitioned.</summary>
    /// <param name="type">The type of the spec's tuples.</param>
    public static string Of(PartitionSpec spec, StructType type, PartitionTuple tuple) =>
        string.Join('/', spec.Fields.Select((f, i) => $"{Encode(f.Name)}={Encode(Text(f.Transform, type.Fields[i].Type, tuple[i]))}"));

    /// <summary>As <see cref="Of"/>, but with the values as they are.</summary>
    public static string Display(PartitionSpec spec, StructType type, PartitionTuple tuple) =>
        string.Join('/', spec.Fields.Select((f, i) => $"{f.Name}={Text(f.Transform, type.Fields[i].Type, tuple[i])}"));

    /// <summary>One value as text, in the unit of its transform; <c>null</c> for null.</summary>
    /// <param name="type">The type of the transform's results.</param>
    public static string Text(Transform transform, IcebergType type, object? value) => (transform, value) switch
    {
        (_, null) => "null",
        (YearTransform, int year) => Year(1970L + year),
        (MonthTransform, int month) => $"{Year(1970 + FloorMath.Div(month, 12))}-{1 + FloorMath.Mod(month, 12):00}",
        (DayTransform, int day) => Day(day),
        (HourTransform, int hour) => $"{Day(FloorMath.Div(hour, 24))}-{FloorMath.Mod(hour, 24):00}",
        _ => Text(type, value),
    };

    private static string Text(IcebergType type, object value) => (type.Id, value) switch
    {
        (TypeId.Date, int v) => Day(v),
        (TypeId.Time, long v) => Time(v),
        (TypeId.Timestamp or TypeId.TimestampTz, long v) => IsoText.Timestamp(v, type.Id == TypeId.TimestampTz),
        (TypeId.TimestampNs or TypeId.TimestampTzNs, long v) => IsoText.TimestampNanos(v, type.Id == TypeId.TimestampTzNs),
        (_, bool v) => v ? "true" : "false",
        (_, byte[] v) => Convert.ToBase64String(v),
        (_, float v) => Float(v.ToString("R", CultureInfo.InvariantCulture)),
        (_, double v) => Float(v.ToString("R", CultureInfo.InvariantCulture)),
        (_, IFormattable v) => v.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>Seconds only when there are some, and their fraction in groups of three digits.</summary>
    private static string Time(long micros)
    {
        string text = IsoText.Time(micros);
        if (micros % 60_000_000 == 0) return text[..5];
        return text.Length is > 8 and < 12 ? text.PadRight(12, '0') : text.Length is > 12 and < 15 ? text.PadRight(15, '0') : text;
    }

    private static string Day(long days)
    {
        CivilDate date = CivilDate.FromDays(days);
        return $"{Year(date.Year)}-{date.Month:00}-{date.Day:00}";
    }

    private static string Year(long year) => year.ToString(year < 0 ? "000" : "0000", CultureInfo.InvariantCulture);

    private static string Float(string digits) => digits.All(c => char.IsAsciiDigit(c) || c == '-') ? digits + ".0" : digits;

    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'*' or (byte)'_') encoded.Append((char)b);
            else if (b == ' ') encoded.Append('+');
            else encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}
