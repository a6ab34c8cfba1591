using System.Globalization;
using System.Text.RegularExpressions;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>The date on which a delta was received.</summary>
/// <param name="Column">Index of the delta's column that has it row by row; null: all rows have <paramref name="Last"/>.</param>
/// <param name="First">The earliest of its rows.</param>
/// <param name="Last">The latest of its rows: the date of the delta in the ledger.</param>
internal sealed record ReceivedDate(int? Column, DateOnly First, DateOnly Last)
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyyMMdd", "yyyy_MM_dd", "yyyy.MM.dd"];

    /// <summary>The date of all rows; null when each has its own.</summary>
    public DateOnly? OfAll => Column is null ? Last : null;

    /// <summary>Index of the column that holds the dates of the rows, if there is one.</summary>
    /// <exception cref="IcebergException">SchemaMismatch: the delta has no such column.</exception>
    public static int? ColumnOf(DeltaSource delta, DateSource source) => source switch
    {
        DateSource.OwnColumn => Find(delta, RawColumns.Date),
        DateSource.Column column => Find(delta, column.Name) ?? throw new IcebergException(IcebergErrorKind.SchemaMismatch,
            $"'{delta.Name}' has no column '{column.Name}' to take the date received from. Its columns are {string.Join(", ", delta.Columns.Select(c => c.Name))}."),
        _ => null,
    };

    /// <exception cref="IcebergException">InvalidArgument: the file's name or time does not tell the date; SchemaMismatch: no such column.</exception>
    public static async Task<ReceivedDate> OfAsync(DuckSession session, DeltaSource delta, DateSource source, DateOnly today, CancellationToken cancel)
    {
        if (ColumnOf(delta, source) is { } column) return await ReadAsync(session, delta, column, today, cancel).ConfigureAwait(false);
        DateOnly date = source switch
        {
            DateSource.Fixed known => known.Date,
            DateSource.FileName name => Match(delta.Name, name.Pattern),
            DateSource.LastWrite => DateOnly.FromDateTime((delta.LastWritten ?? throw IcebergException.Invalid(
                "Objects from the pipeline have no file whose time could be their date. Give it with -DateReceived.")).LocalDateTime),
            _ => today,
        };
        return new(null, date, date);
    }

    /// <summary>SQL of the date in a column that may hold timestamps too. A row without a date does not fit.</summary>
    public static StrictCast Cast(DeltaSource delta, int column)
    {
        string name = DeltaSource.Column(column);
        if (delta.Columns[column].Type is { Id: TypeId.Timestamp or TypeId.TimestampNs }) return new($"CAST({name} AS DATE)", "true");
        if (delta.Columns[column].Type is { Id: TypeId.TimestampTz or TypeId.TimestampTzNs }) return new($"CAST({name} AT TIME ZONE 'UTC' AS DATE)", "true");
        StrictCast date = delta.Cast(column, IcebergType.Date);
        if (delta.Columns[column].Type is not null) return date;
        StrictCast time = delta.Cast(column, IcebergType.Timestamp);
        return new($"CASE WHEN {date.Fits} THEN {date.Value} ELSE CAST({time.Value} AS DATE) END", $"(({date.Fits}) OR ({time.Fits}))");
    }

    private static async Task<ReceivedDate> ReadAsync(DuckSession session, DeltaSource delta, int column, DateOnly today, CancellationToken cancel)
    {
        StrictCast cast = Cast(delta, column);
        List<object?[]> bounds = await RowReader.ReadAllAsync(
            session, $"SELECT min(d), max(d) FROM (SELECT CAST({cast.Value} AS DATE) AS d FROM ({delta.NumberedRows}))", [], ValueForm.User, cancel).ConfigureAwait(false);
        return new(column, bounds[0][0] as DateOnly? ?? today, bounds[0][1] as DateOnly? ?? today);
    }

    private static DateOnly Match(string path, Regex pattern)
    {
        string file = Path.GetFileName(path);
        Match match = pattern.Match(file);
        if (!match.Success) throw IcebergException.Invalid($"The name '{file}' does not match -DatePattern '{pattern}', so it does not tell the date received.");
        string text = match.Groups["date"].Success ? match.Groups["date"].Value
            : $"{match.Groups["year"].Value}-{match.Groups["month"].Value.PadLeft(2, '0')}-{match.Groups["day"].Value.PadLeft(2, '0')}";
        return DateOnly.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date
            : throw IcebergException.Invalid($"'{text}', which -DatePattern '{pattern}' finds in the name '{file}', is not a date such as 2021-01-31 or 20210131.");
    }

    private static int? Find(DeltaSource delta, string name)
    {
        int[] found = [.. Enumerable.Range(0, delta.Columns.Length).Where(i => delta.Columns[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 0 ? null : found[0];
    }
}
