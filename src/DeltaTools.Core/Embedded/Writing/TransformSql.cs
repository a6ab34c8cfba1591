using System.Globalization;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Partition transforms in the engine's SQL ("Partition Transforms").</summary>
internal static class TransformSql
{
    private const string Epoch = "TIMESTAMP '1970-01-01'";

    /// <param name="source">SQL of the column.</param>
    /// <param name="type">Its type.</param>
    /// <returns>SQL of the transform's result; for a date, the engine's DATE.</returns>
    public static string Of(Transform transform, IcebergType type, string source) => (transform, type.Id) switch
    {
        (VoidTransform, _) => $"CAST(NULL AS {DuckTypes.Of(type)})",
        (IdentityTransform, _) => source,
        (YearTransform, _) => DateDiff("year", type, source),
        (MonthTransform, _) => DateDiff("month", type, source),
        (DayTransform, TypeId.Date) => source,
        (DayTransform, _) => $"CAST({Utc(type, source)} AS DATE)",
        (HourTransform, _) => DateDiff("hour", type, source),
        (BucketTransform b, _) => $"({Hash(type, source)} % {Number(b.Count)})::INTEGER",
        (TruncateTransform t, TypeId.Int) => $"({FloorTo(source, t.Width, "INTEGER")})::INTEGER",
        (TruncateTransform t, TypeId.Long) => $"({FloorTo(source, t.Width, "BIGINT")})::BIGINT",
        (TruncateTransform t, TypeId.Decimal) => TruncateDecimal((DecimalType)type, t.Width, source),
        (TruncateTransform t, TypeId.String) => $"left({source}, {Number(t.Width)})",
        (TruncateTransform t, TypeId.Binary) => $"unhex(left(hex({source}), {Number(2L * t.Width)}))",
        _ => throw IcebergException.Unsupported($"The transform {transform} of a column of type {type} is not known, so the table cannot be written."),
    };

    private static string DateDiff(string part, IcebergType type, string source) =>
        $"date_diff('{part}', {Epoch}, {(type.Id == TypeId.Date ? $"{source}::TIMESTAMP" : Utc(type, source))})::INTEGER";

    /// <summary>A timestamp of microseconds in UTC. Nanoseconds are floored: casting would move those before 1970 up.</summary>
    private static string Utc(IcebergType type, string source) => type.Id switch
    {
        TypeId.TimestampTz => $"make_timestamp(epoch_us({source}))",
        TypeId.TimestampNs or TypeId.TimestampTzNs => $"make_timestamp({Micros(source)})",
        _ => source,
    };

    private static string Micros(string nanos) => $"(({FloorTo($"epoch_ns({nanos})", 1000, "BIGINT")}) // 1000)";

    /// <summary>The greatest multiple of the width that is not greater.</summary>
    private static string FloorTo(string source, long width, string type)
    {
        string w = $"{Number(width)}::{type}";
        return $"{source} - ((({source} % {w}) + {w}) % {w})";
    }

    /// <summary>The width counts the last digit of the scale.</summary>
    private static string TruncateDecimal(DecimalType type, int width, string source)
    {
        string unscaled = Unscaled(type, source);
        string floored = $"({FloorTo(unscaled, width, "HUGEINT")})";
        string text = $"abs({floored})::VARCHAR";
        text = $"(CASE WHEN length({text}) > {Number(type.Scale)} THEN {text} ELSE lpad({text}, {Number(type.Scale + 1)}, '0') END)";
        string digits = type.Scale == 0 ? text : $"{text}[:-{Number(type.Scale + 1)}] || '.' || {text}[-{Number(type.Scale)}:]";
        return $"CAST(CASE WHEN {floored} < 0 THEN '-' ELSE '' END || {digits} AS {DuckTypes.Of(type)})";
    }

    /// <summary>By text: the engine's decimal arithmetic would overflow on 38 digits.</summary>
    private static string Unscaled(DecimalType type, string source) => type.Scale == 0
        ? $"CAST({source} AS HUGEINT)"
        : $"CAST(replace({source}::VARCHAR, '.', '') AS HUGEINT)";

    private static string Hash(IcebergType type, string source) => type.Id switch
    {
        TypeId.Int or TypeId.Long => $"{BucketFunction.OfLong}({source}::BIGINT)",
        TypeId.Date => $"{BucketFunction.OfLong}(date_diff('day', DATE '1970-01-01', {source})::BIGINT)",
        TypeId.Time => $"{BucketFunction.OfLong}(epoch_us({source})::BIGINT)",
        TypeId.Timestamp or TypeId.TimestampTz => $"{BucketFunction.OfLong}(epoch_us({source}))",
        TypeId.TimestampNs or TypeId.TimestampTzNs => $"{BucketFunction.OfLong}({Micros(source)})",
        TypeId.String => $"{BucketFunction.OfBytes}(encode({source}))",
        TypeId.Uuid => $"{BucketFunction.OfBytes}({source}::BLOB)",
        TypeId.Fixed or TypeId.Binary => $"{BucketFunction.OfBytes}({source})",
        TypeId.Decimal => $"{BucketFunction.OfDecimal}({Unscaled((DecimalType)type, source)})",
        _ => throw IcebergException.Unsupported($"Columns of type {type} cannot be partitioned by bucket."),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
