using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>SQL that turns a delta's rows into rows of its raw table, not yet numbered (see <see cref="RowNumbers"/>).</summary>
/// <param name="Date">Date of all rows; null when the delta has its own.</param>
/// <param name="Keys">Columns that must not be NULL.</param>
internal sealed record DeltaSelect(DeltaSource Delta, Schema Table, DeltaContract Contract, DateOnly? Date, ImmutableArray<string> Keys)
{
    private const string Refused = "deltatools: a row does not fit";

    /// <summary>All rows; the statement fails on the first that does not fit (see <see cref="IsRefusal"/>).</summary>
    /// <remarks>Values that have no plain reading are computed once, below the checks: the engine would compute them again for a condition of the rows.</remarks>
    public string Strict
    {
        get
        {
            string[] values = [.. Checks.Select((c, i) => $"{c.Cast.Value} AS {Value(i)}").Where((_, i) => Checks[i].Cast.Plain is null)];
            string rows = values.Length == 0 ? Delta.Rows : $"SELECT *, {string.Join(", ", values)} FROM ({Delta.Rows})";
            return $"SELECT {Items(CheckedItem)} FROM ({rows})";
        }
    }

    /// <summary>The rows that fit.</summary>
    public string Fitting => $"SELECT {Items(Item)} FROM ({Delta.NumberedRows}) WHERE {AllFit}";

    /// <summary>For each row that does not fit: its number, for each check a struct with the value when it fails, and the row as JSON.</summary>
    public string Unfitting(long limit)
    {
        IEnumerable<string> items = Checks.Select(c =>
            $"CASE WHEN NOT ({c.Cast.Fits}) THEN {{'v': left(CAST({DeltaSource.Column(c.Column)} AS VARCHAR), {BadRow.MaxValueLength})}} END");
        return $"SELECT ord, {string.Join(", ", items)}, CAST({Delta.RowJson} AS VARCHAR) FROM ({Delta.NumberedRows}) WHERE NOT ({AllFit}) "
            + $"ORDER BY ord LIMIT {limit.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The columns whose values may not fit, in the order of <see cref="Unfitting"/>.</summary>
    public ImmutableArray<ValueCheck> Checks { get; } =
    [
        .. Contract.Feeds.Select((feed, i) => (Feed: feed, Field: Table.Fields[i])).Where(f => f.Feed is not null && !(f.Field.Name == RawColumns.Date && Date is not null))
            .SelectMany(f => ValueCheck.Of(Delta, f.Feed!.Value, f.Field, Contract, Keys)),
    ];

    public static bool IsRefusal(IcebergException error) =>
        error.Message.Contains(Refused, StringComparison.Ordinal) || error.Kind == IcebergErrorKind.InvalidArgument || error.Message.Contains("CSV", StringComparison.Ordinal)
        || error.Message.Contains("broken row", StringComparison.Ordinal);

    private string AllFit => Checks.Length == 0 ? "true" : string.Join(" AND ", Checks.Select(c => $"({c.Cast.Fits})"));

    private static string Refuse => $"error({Sql.Text(Refused)})";

    private static string Value(int check) => "v" + check.ToString(CultureInfo.InvariantCulture);

    private string Items(Func<NestedField, int?, string> item) =>
        string.Join(", ", Table.Fields.Index().Where(f => !RowNumbers.Is(f.Item)).Select(f => $"{item(f.Item, Contract.Feeds[f.Index])} AS {Sql.Column(f.Item)}"));

    private string CheckedItem(NestedField field, int? feed)
    {
        int[] checks = [.. Enumerable.Range(0, Checks.Length).Where(i => Checks[i].Field.Id == field.Id)];
        if (checks.Length == 0) return Item(field, feed);
        StrictCast[] casts = [.. checks.Select(i => Checks[i].Cast.Plain is null ? Checks[i].Cast.At(Value(i)) : Checks[i].Cast)];
        string value = $"CASE WHEN {string.Join(" AND ", casts.Select(c => $"({c.Fits})"))} THEN {casts[0].Value} ELSE {Refuse} END";
        // Few rows are left to the checks by the reading in front.
        if (casts[0].Plain is { } plain) value = $"coalesce({plain}, {value})";
        return field.Name == RawColumns.Date ? $"CAST({value} AS {DuckTypes.Of(field.Type)})" : value;
    }

    private string Item(NestedField field, int? feed)
    {
        if (field.Name == RawColumns.Date && Date is { } date)
            return $"CAST({Sql.Date(date)} AS {DuckTypes.Of(field.Type)})";
        if (field.Name == RawColumns.Date && feed is { } own && Contract.Date == own)
            return $"CAST({ReceivedDate.Cast(Delta, own).Value} AS {DuckTypes.Of(field.Type)})";
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
