using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace DeltaTools.TestServers.Athena;

/// <summary>Types and values as Athena spells them in results.</summary>
internal static partial class AthenaText
{
    /// <param name="duck">DuckDB's name of the type.</param>
    public static AthenaColumn Column(string name, string duck)
    {
        if (duck.EndsWith(']')) return new(name, "array");
        if (duck.StartsWith("STRUCT", StringComparison.Ordinal)) return new(name, "row");
        if (duck.StartsWith("MAP", StringComparison.Ordinal)) return new(name, "map");
        if (Decimal().Match(duck) is { Success: true } m)
            return new(name, "decimal", int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        return duck switch
        {
            "BOOLEAN" => new(name, "boolean"),
            "TINYINT" => new(name, "tinyint", 3),
            "SMALLINT" => new(name, "smallint", 5),
            "INTEGER" => new(name, "integer", 10),
            "BIGINT" or "HUGEINT" or "UBIGINT" => new(name, "bigint", 19),
            "FLOAT" => new(name, "float", 17),
            "DOUBLE" => new(name, "double", 17),
            "DATE" => new(name, "date"),
            "TIME" => new(name, "time", 6),
            "TIMESTAMP" => new(name, "timestamp", 6),
            "TIMESTAMP WITH TIME ZONE" => new(name, "timestamp with time zone", 6),
            "BLOB" => new(name, "varbinary"),
            "UUID" => new(name, "uuid"),
            _ => new(name, "varchar", int.MaxValue),
        };
    }

    public static string? Value(object? value) => value switch
    {
        null => null,
        bool b => b ? "true" : "false",
        double d => Real(d, d.ToString("R", CultureInfo.InvariantCulture)),
        float f => Real(f, f.ToString("R", CultureInfo.InvariantCulture)),
        DateOnly d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly t => t.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTime t => t.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTimeOffset t => t.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture),
        byte[] bytes => string.Join(' ', bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),
        BigInteger n => n.ToString(CultureInfo.InvariantCulture),
        object?[] items => $"[{string.Join(", ", items.Select(i => Value(i) ?? "null"))}]",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string Real(double value, string text) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity"
        : text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? text.Replace("E+", "E", StringComparison.Ordinal) : text + ".0";

    [GeneratedRegex(@"^DECIMAL\((\d+),(\d+)\)$")]
    private static partial Regex Decimal();
}
