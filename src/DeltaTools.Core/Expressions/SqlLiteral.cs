using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Expressions;

/// <summary>Names and constants in DuckDB's SQL.</summary>
public static class SqlLiteral
{
    // Finite dates and timestamps of DuckDB end a little before those of Iceberg; the values beyond are its infinities.
    private const int MaxDate = 2147483646;
    private const long MaxMicros = 9223372036854775806;
    private const long MinMicros = -9223372022400000000;
    private const long MinNanos = -9223286400000000000;

    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Text as a constant. A NUL character would end the statement, so it is put together by concatenation.</summary>
    public static string Text(string text)
    {
        string quoted = $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return quoted.Contains('\0', StringComparison.Ordinal) ? $"({quoted.Replace("\0", "' || chr(0) || '", StringComparison.Ordinal)})" : quoted;
    }

    public static string Date(DateOnly date) => $"DATE '{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'";

    /// <summary>A value of the type, in physical form, as a constant that needs neither a conversion nor the session's time zone.</summary>
    public static string Of(object value, IcebergType type) => (value, type.Id) switch
    {
        (bool flag, _) => flag ? "true" : "false",
        (int days, TypeId.Date) => Date(days),
        (long micros, TypeId.Time) => $"TIME '{CivilTime.TimeText(micros * 1000)}'",
        (long micros, TypeId.Timestamp) => Micros(micros, "TIMESTAMP", "", "make_timestamp"),
        (long micros, TypeId.TimestampTz) => Micros(micros, "TIMESTAMPTZ", "+00", "make_timestamptz"),
        (long nanos, TypeId.TimestampNs or TypeId.TimestampTzNs) => Nanos(nanos),
        (int number, _) => string.Create(CultureInfo.InvariantCulture, $"({number})::INTEGER"),
        (long number, _) => string.Create(CultureInfo.InvariantCulture, $"({number})::BIGINT"),
        (float number, _) => string.Create(CultureInfo.InvariantCulture, $"'{number:R}'::FLOAT"),
        (double number, _) => string.Create(CultureInfo.InvariantCulture, $"'{number:R}'::DOUBLE"),
        (DecimalValue number, TypeId.Decimal) => $"'{number}'::DECIMAL({((DecimalType)type).Precision},{((DecimalType)type).Scale})",
        (string text, _) => Text(text),
        (Guid uuid, _) => $"'{uuid}'::UUID",
        (byte[] bytes, _) => $"from_hex('{Convert.ToHexString(bytes)}')",
        _ => throw new ArgumentException($"A {value.GetType().Name} is no value of {type}.", nameof(value)),
    };

    /// <summary>A value of a script as a constant.</summary>
    /// <exception cref="IcebergException">InvalidArgument: no constant for such a value.</exception>
    public static string Parameter(object? value) => value switch
    {
        null or DBNull => "NULL",
        bool flag => flag ? "true" : "false",
        string text => Text(text),
        char c => Text(c.ToString()),
        sbyte or byte or short or ushort or int or uint or long => Of(Convert.ToInt64(value, CultureInfo.InvariantCulture), IcebergType.Long),
        ulong or decimal => $"({Convert.ToString(value, CultureInfo.InvariantCulture)})",
        float number => Of(number, IcebergType.Float),
        double number => Of(number, IcebergType.Double),
        DateOnly date => Date(date),
        TimeOnly time => $"TIME '{time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'",
        DateTimeOffset time => $"TIMESTAMPTZ '{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'",
        DateTime time => $"TIMESTAMP '{time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'",
        Guid uuid => Of(uuid, IcebergType.Uuid),
        byte[] bytes => Of(bytes, IcebergType.Binary),
        _ => throw IcebergException.Invalid($"A {value.GetType().Name} cannot be a parameter of a query. Use texts, numbers, dates or times."),
    };

    internal static string Infinity(IcebergType type) => type.Id == TypeId.Float ? "'Infinity'::FLOAT" : "'Infinity'::DOUBLE";

    private static string Date(int days) => days switch
    {
        > MaxDate => "'infinity'::DATE",
        < -MaxDate => "'-infinity'::DATE",
        _ when HasPlainYear(days) => $"DATE '{IsoText.Date(days)}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"(DATE '1970-01-01' + ({days}))"),
    };

    private static string Micros(long micros, string type, string zone, string make) => micros switch
    {
        > MaxMicros => $"'infinity'::{type}",
        < MinMicros => $"'-infinity'::{type}",
        _ when HasPlainYear(Math.DivRem(micros, 86_400_000_000).Quotient) => $"{type} '{CivilTime.TimestampText((Int128)micros * 1000)}{zone}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{make}(({micros})::BIGINT)"),
    };

    private static string Nanos(long nanos) => nanos switch
    {
        long.MaxValue => "'infinity'::TIMESTAMP_NS",
        < MinNanos => "'-infinity'::TIMESTAMP_NS",
        _ => $"TIMESTAMP_NS '{CivilTime.TimestampText(nanos)}'",
    };

    /// <summary>Whether the day lies in the years 2 to 9998, whose text every reader understands.</summary>
    private static bool HasPlainYear(long days) => days is > -718_000 and < 2_932_000;
}
