using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>SQL that turns text into a column's type and never guesses: no rounding, no overflow, no half-read numbers.</summary>
/// <remarks>
/// DuckDB's own casts are lenient ('1.5' becomes the integer 2, '0x10' becomes 16, '1.999' becomes decimal 2.00), so every cast is guarded.
/// The guard first compares the cast value's own text with the input, which is cheap and true for almost every row; only the rest meets a pattern.
/// </remarks>
/// <param name="Value">SQL of the value; NULL for NULL and, quietly, for text that does not fit.</param>
/// <param name="Fits">SQL that is true when the text is NULL or a value of the type; never NULL.</param>
public sealed record StrictCast(string Value, string Fits)
{
    /// <summary>SQL of the value for nearly all texts that fit, at a fraction of the cost, and NULL for the rest; null when there is none.
    /// It needs <see cref="EngineFunctions"/>.</summary>
    public string? Plain { get; private init; }

    /// <summary>The same where a column holds <see cref="Value"/> already: the engine does not see that both compute the same.</summary>
    public StrictCast At(string column) => new(column, Fits.Replace(Value, column, StringComparison.Ordinal));

    private const string WholeNumber = "[+-]?[0-9]+";
    private const string Time = @"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?";
    private const string Date = @"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
    private const string Zone = @" ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)";
    private const string Uuid = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private const string BooleanCases =
        "WHEN 'true' THEN true WHEN 't' THEN true WHEN '1' THEN true WHEN 'y' THEN true WHEN 'yes' THEN true " +
        "WHEN 'false' THEN false WHEN 'f' THEN false WHEN '0' THEN false WHEN 'n' THEN false WHEN 'no' THEN false";

    /// <param name="text">SQL of the text.</param>
    public static StrictCast Of(string text, IcebergType type, TextCulture culture)
    {
        string number = CultureCast.Number(text, culture);
        return type switch
        {
            { Id: TypeId.String } => new(text, "true"),
            { Id: TypeId.Boolean } => Checked(text, $"CASE {text} WHEN 'f' THEN false WHEN 't' THEN true WHEN 'false' THEN false WHEN 'true' THEN true "
                + $"ELSE (CASE lower(trim({text})) {BooleanCases} END) END") with
            { Plain = $"{PlainText.Boolean}({text})" },
            { Id: TypeId.Int } => Guarded(number, type, WholeNumber) with { Plain = $"{PlainText.Int}({number})" },
            { Id: TypeId.Long } => Guarded(number, type, WholeNumber) with { Plain = $"{PlainText.Long}({number})" },
            { Id: TypeId.Float or TypeId.Double } => Checked(text,
                $"CASE WHEN NOT contains({text}, '_') AND (NOT isinf({TryCast(number, type)}) OR contains(lower({text}), 'inf')) THEN {TryCast(number, type)} END"),
            DecimalType d => Guarded(number, type, $@"[+-]?[0-9]*\.?[0-9]{{0,{d.Scale}}}0*"),
            { Id: TypeId.Date } when culture.Date is not null => Checked(text, CultureCast.Moment(text, type, culture)),
            { Id: TypeId.Date } => Guarded(text, type, Date) with { Plain = $"{PlainText.Date}({text})" },
            { Id: TypeId.Time } => Or(IsoTime(text, type), text, type, culture),
            { Id: TypeId.Timestamp } => Or(Guarded(text, type, $"{Date}([T ]{Time})?"), text, type, culture),
            { Id: TypeId.TimestampNs } => Or(Guarded(text, type, Nanos($"{Date}([T ]{Time})?")), text, type, culture),
            { Id: TypeId.TimestampTz } => Or(Guarded(text, type, $"{Date}[T ]{Time}{Zone}"), text, type, culture),
            { Id: TypeId.TimestampTzNs } => Guarded(text, type, Nanos($"{Date}[T ]{Time}{Zone}")),
            { Id: TypeId.Uuid } => Guarded(text, type, Uuid),
            FixedType f => Hex(text, $"{{{f.Length}}}"),
            { Id: TypeId.Binary } => Hex(text, "*"),
            { IsNested: true } => Checked(text, $"TRY(from_json_strict({text}, {Sql.Text(JsonShape.Of(type))}))"),
            _ => throw IcebergException.Unsupported($"A delta cannot hold values of type {type}."),
        };
    }

    private static StrictCast Checked(string text, string value) => new(value, $"({text} IS NULL OR ({value}) IS NOT NULL)");

    private static StrictCast Guarded(string text, IcebergType type, string pattern)
    {
        string value = TryCast(text, type), usual = $"CAST({value} AS VARCHAR) = {text}";
        // The engine knows days without end; Iceberg has none.
        if (type.Id is TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs) usual += $" AND {text} NOT IN ('infinity', '-infinity')";
        return new(value, $"CASE WHEN {text} IS NULL OR {usual} THEN true ELSE {value} IS NOT NULL AND regexp_full_match(trim({text}), '{pattern}') END");
    }

    /// <summary>The engine knows 24:00:00; Iceberg's time ends before it.</summary>
    private static StrictCast IsoTime(string text, IcebergType type) => Guarded($"nullif(trim({text}), '24:00:00')", type, Time) with
    {
        Fits = $"({Guarded(text, type, Time).Fits}) AND coalesce(trim({text}) NOT LIKE '24:%', true)",
    };

    /// <summary>ISO text, or else text as the culture writes it.</summary>
    private static StrictCast Or(StrictCast iso, string text, IcebergType type, TextCulture culture) => culture.Date is null ? iso
        : Checked(text, $"CASE WHEN {iso.Fits} THEN {iso.Value} ELSE ({CultureCast.Moment(text, type, culture)}) END");

    private static StrictCast Hex(string text, string count) => new(
        $"CASE WHEN regexp_full_match({text}, '([0-9a-fA-F]{{2}}){count}') THEN unhex({text}) END",
        $"({text} IS NULL OR regexp_full_match({text}, '([0-9a-fA-F]{{2}}){count}'))");

    private static string Nanos(string pattern) => pattern.Replace("{1,6}", "{1,9}", StringComparison.Ordinal);

    private static string TryCast(string text, IcebergType type) => $"TRY_CAST({text} AS {DuckTypes.Of(type)})";
}
