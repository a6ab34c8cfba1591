using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>SQL that turns a delta's rows into rows of its raw table.</summary>
/// <param name="Date">Date of all rows; null when the delta has its own.</param>
internal sealed record DeltaSelect(DeltaSource Delta, Schema Table, DeltaContract Contract, DateOnly? Date)
{
    private const string Refused = "deltatools: a row does not fit";

    /// <summary>All rows; the statement fails on the first that does not fit (see <see cref="IsRefusal"/>).</summary>
    public string Strict => Checks.Length == 0
        ? $"SELECT {Items} FROM ({Delta.Rows})"
        : $"SELECT {Items} FROM ({Delta.Rows}) WHERE CASE WHEN {AllFit} THEN true ELSE error({Sql.Text(Refused)}) END";

    /// <summary>The rows that fit.</summary>
    public string Fitting => $"SELECT {Items} FROM ({Delta.NumberedRows}) WHERE {AllFit}";

    /// <summary>Number of the row, and whether each checked column fits, for the rows that do not.</summary>
    public string Unfitting(long limit)
    {
        IEnumerable<string> items = Checks.Select(c => $"CASE WHEN NOT ({c.Fits}) THEN left(CAST({DeltaSource.Column(c.Index)} AS VARCHAR), {BadRow.MaxValueLength}) END");
        return $"SELECT ord, {string.Join(", ", items)} FROM ({Delta.NumberedRows}) WHERE NOT ({AllFit}) ORDER BY ord LIMIT {limit.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The columns whose values may not fit, in the order of <see cref="Unfitting"/>.</summary>
    public (int Index, string Fits, NestedField Field)[] Checks { get; } =
    [
        .. Contract.Feeds.Select((feed, i) => (Feed: feed, Field: Table.Fields[i])).Where(f => f.Feed is not null)
            .Select(f => (Index: f.Feed!.Value, Delta.Cast(f.Feed.Value, f.Field.Type).Fits, f.Field))
            .Where(c => c.Fits != "true"),
    ];

    public static bool IsRefusal(IcebergException error) =>
        error.Message.Contains(Refused, StringComparison.Ordinal) || error.Kind == IcebergErrorKind.InvalidArgument || error.Message.Contains("CSV", StringComparison.Ordinal)
        || error.Message.Contains("broken row", StringComparison.Ordinal);

    private string AllFit => Checks.Length == 0 ? "true" : string.Join(" AND ", Checks.Select(c => $"({c.Fits})"));

    private string Items => string.Join(", ", Table.Fields.Select((f, i) => $"{Item(f, Contract.Feeds[i])} AS {Sql.Column(f)}"));

    private string Item(NestedField field, int? feed)
    {
        if (field.Name == RawColumns.Date && Date is { } date)
            return $"CAST(DATE '{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}' AS {DuckTypes.Of(field.Type)})";
        if (feed is { } index) return Delta.Cast(index, field.Type).Value;
        if (field.Name == RawColumns.Absent) return Absent(field);
        string type = DuckTypes.Of(field.Type);
        // A delta without the flag has no tombstones.
        return field.Name.Equals(RawColumns.Deleted, StringComparison.OrdinalIgnoreCase)
            ? field.Type.Id == TypeId.String ? "'false'" : $"CAST(false AS {type})"
            : $"CAST(NULL AS {type})";
    }

    /// <summary>Names of the columns that a row does not carry; NULL when it carries all.</summary>
    private string Absent(NestedField field)
    {
        string list = $"[{string.Join(", ", Contract.Missing.Select(Sql.Text))}]";
        IEnumerable<string> maybe = Contract.Feeds.Select((feed, i) => feed is { } index && Delta.IsAbsent(index) is { } test
            ? $"CASE WHEN {test} THEN {Sql.Text(Table.Fields[i].Name)} END" : "").Where(t => t.Length > 0);
        string rows = string.Join(", ", maybe);
        if (rows.Length > 0) list = $"list_concat({list}, list_filter([{rows}], lambda x: x IS NOT NULL))";
        return $"CAST(CASE WHEN len({list}) > 0 THEN {list} END AS {DuckTypes.Of(field.Type)})";
    }
}
