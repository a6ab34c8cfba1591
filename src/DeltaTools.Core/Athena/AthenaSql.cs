using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Athena;

/// <summary>Spells names and values in Athena's SQL: Trino's for queries and changes, Hive's for CREATE TABLE and DROP TABLE.</summary>
public static partial class AthenaSql
{
    /// <summary>A name in queries and changes.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the name cannot stand in a statement.</exception>
    public static string Name(string name) => $"\"{Clean(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Table(TableIdentifier table) => $"{Name(table.NamespaceText)}.{Name(table.Name)}";

    /// <summary>A name in CREATE TABLE and DROP TABLE.</summary>
    /// <inheritdoc cref="Name"/>
    public static string HiveName(string name) => $"`{Clean(name).Replace("`", "``", StringComparison.Ordinal)}`";

    public static string HiveTable(TableIdentifier table) => $"{HiveName(table.NamespaceText)}.{HiveName(table.Name)}";

    /// <summary>A table in OPTIMIZE and VACUUM, whose documented form has no quotes; they are added only where they must be.</summary>
    public static string PlainTable(TableIdentifier table) =>
        IsPlain(table.NamespaceText) && IsPlain(table.Name) ? $"{table.NamespaceText}.{table.Name}" : Table(table);

    /// <summary>A constant text.</summary>
    /// <remarks>All but control characters stands as it is: backslashes mean nothing in Trino's literals. With control characters it is written as Unicode escapes.</remarks>
    public static string Text(string text)
    {
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);
        if (!text.Any(char.IsControl) && !HasLoneSurrogate(text)) return $"'{quoted}'";
        var escaped = new StringBuilder("U&'");
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == '\'') escaped.Append("''");
            else if (rune.Value == '\\') escaped.Append(@"\\");
            else if (Rune.IsControl(rune)) escaped.Append(CultureInfo.InvariantCulture, $@"\{rune.Value:X4}");
            else escaped.Append(rune.ToString());
        }
        return escaped.Append('\'').ToString();
    }

    /// <summary>A constant text in CREATE TABLE, where a backslash begins an escape.</summary>
    /// <exception cref="IcebergException">InvalidArgument: control characters cannot be written there.</exception>
    public static string HiveText(string text) => text.Any(char.IsControl)
        ? throw IcebergException.Invalid("Athena takes no control characters in the texts of CREATE TABLE.")
        : $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    public static string Date(DateOnly date) => SqlLiteral.Date(date);

    /// <summary>A value of a primitive type, in physical form, as a constant.</summary>
    /// <exception cref="IcebergException">Unsupported: Athena has no constant for the value.</exception>
    public static string Literal(object? value, IcebergType type) => (value, type.Id) switch
    {
        (null, _) => $"CAST(NULL AS {AthenaTypes.Of(type)})",
        (bool flag, _) => flag ? "true" : "false",
        (int days, TypeId.Date) when IsPlain(days) => $"DATE '{IsoText.Date(days)}'",
        (long micros, TypeId.Time) => $"TIME '{Clock(micros)}'",
        (long micros, TypeId.Timestamp) when IsPlain(Day(micros)) => $"TIMESTAMP '{Stamp(micros)}'",
        (long micros, TypeId.TimestampTz) when IsPlain(Day(micros)) => $"TIMESTAMP '{Stamp(micros)} UTC'",
        (int number, TypeId.Int) => string.Create(CultureInfo.InvariantCulture, $"CAST({number} AS integer)"),
        // The smallest number has no positive counterpart, so its text is no literal by itself.
        (long or int, TypeId.Long) => $"CAST('{Convert.ToString(value, CultureInfo.InvariantCulture)}' AS bigint)",
        (float number, _) => $"CAST('{Real(number, number.ToString("R", CultureInfo.InvariantCulture))}' AS real)",
        (double number, _) => $"CAST('{Real(number, number.ToString("R", CultureInfo.InvariantCulture))}' AS double)",
        (DecimalValue number, TypeId.Decimal) => $"CAST('{number}' AS {AthenaTypes.Of(type)})",
        (string text, TypeId.String) => Text(text),
        (Guid uuid, _) => $"CAST('{uuid}' AS uuid)",
        (byte[] bytes, _) => $"X'{Convert.ToHexString(bytes)}'",
        _ => throw IcebergException.Unsupported($"The value {value} of type {type} cannot be written in Athena's SQL. Use -Engine Embedded."),
    };

    /// <summary>A value of a script as a literal, for question marks.</summary>
    /// <exception cref="IcebergException">InvalidArgument: no literal for such a value.</exception>
    public static string Parameter(object? value) => value switch
    {
        null or DBNull => "NULL",
        bool flag => flag ? "true" : "false",
        string text => Text(text),
        char c => Text(c.ToString()),
        sbyte or byte or short or ushort or int or uint => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        long number => number == long.MinValue ? Literal(number, IcebergType.Long) : number.ToString(CultureInfo.InvariantCulture),
        ulong number => $"DECIMAL '{number.ToString(CultureInfo.InvariantCulture)}'",
        decimal number => $"DECIMAL '{number.ToString(CultureInfo.InvariantCulture)}'",
        float number => Literal(number, IcebergType.Float),
        double number => Literal(number, IcebergType.Double),
        DateOnly date => Date(date),
        TimeOnly time => $"TIME '{time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'",
        DateTimeOffset time => $"TIMESTAMP '{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)} UTC'",
        DateTime time => $"TIMESTAMP '{time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'",
        Guid uuid => Literal(uuid, IcebergType.Uuid),
        byte[] bytes => Literal(bytes, IcebergType.Binary),
        _ => throw IcebergException.Invalid($"A {value.GetType().Name} cannot be a parameter of a query. Use texts, numbers, dates or times."),
    };

    private static string Clean(string name) => name.Length > 0 && !name.Any(char.IsControl)
        ? name : throw IcebergException.Invalid("A name for Athena is empty or holds control characters.");

    private static bool IsPlain(string name) => Plain().IsMatch(name) && !AthenaKeywords.Contains(name);

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(r => r == Rune.ReplacementChar) && !text.Contains('\uFFFD', StringComparison.Ordinal);

    private static string Real(double value, string text) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity" : text;

    private static string Stamp(long micros) => $"{IsoText.Date((int)Day(micros))} {Clock(micros - (Day(micros) * 86_400_000_000))}";

    private static long Day(long micros) => (long)Math.Floor((decimal)micros / 86_400_000_000);

    private static string Clock(long micros) => new TimeOnly(micros * 10).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>Whether the day lies in the years 1 to 9999.</summary>
    private static bool IsPlain(long days) => days is >= -719_162 and <= 2_932_896;

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Plain();
}
