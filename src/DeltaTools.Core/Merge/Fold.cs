using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL for the general case: the rows of a key are played one after the other onto its row in the report table.</summary>
/// <remarks>
/// <para>A tombstone ends a life of the key. Within a life the first row gives every column, later rows give the columns they carry and
/// that updates may set; a column that no row of the life carried is NULL. So the result depends on the rows alone, and not on how many
/// merges they were played in. With SoftDelete a key has one life only: its tombstones mark it, and the next row takes the mark away.</para>
/// <para>The report table's row, where its history is not replayed, is the first row of the first life.</para>
/// <para>Dates are those that merging each date would have given: the key was born on the date after whose rows it was there and
/// before whose rows it was not; it changed last on the last date after whose rows a column was different.</para>
/// </remarks>
internal sealed class Fold(MergeColumns columns)
{
    private const string Number = "_n", Life = "_life", Differs = "_diff", Own = "_own";

    /// <summary>Columns of <see cref="Daily"/>: the report table's row, whether the key's row is there after the day, and was before it.</summary>
    internal const string Base = "_base", There = "_there", Was = "_was";

    /// <summary>Columns of <see cref="Daily"/>: the dates that the report table's row has.</summary>
    internal const string BaseCreated = "_bc", BaseUpdated = "_bu", BaseEnded = "_be";

    private readonly string _keys = RowNames.Keys(columns);
    private readonly string[] _values = [.. columns.Values.Select((_, i) => RowNames.Value(i))];
    private readonly bool _marks = columns.History.DeletedAt is not null;

    /// <summary>One row for each key: its values, whether it is deleted, the dates its audit columns take.</summary>
    /// <param name="rows">Rows as <see cref="SourceRows"/> makes them.</param>
    /// <param name="target">Target rows that are played onto: <see cref="RowNames.Key"/> and <see cref="RowNames.TargetColumn"/>; null for none.</param>
    public string Select(string rows, string? target)
    {
        string dead = $"{There} AND {RowNames.Deleted} AND ({Was} IS NOT TRUE OR (lag({RowNames.Deleted}) OVER days) IS NOT TRUE)";
        string marks = _marks
            ? $", {RowNames.Deleted} AS {RowNames.Ended}, {Last($"CASE WHEN {Own} THEN {RowNames.Date} END", BaseEnded)} AS {RowNames.EndedAt}" : "";
        return $"""
            {Daily(rows, target)}
            SELECT {_keys}, NOT {There} AS {RowNames.Deleted}{Columns(i => _values[i])},
              {Last($"CASE WHEN {IsBirth} THEN {RowNames.Date} END", BaseCreated)} AS {RowNames.Created},
              {Last($"CASE WHEN {IsChange} THEN {RowNames.Date} END", BaseUpdated)} AS {RowNames.Updated}{marks}
            FROM (SELECT *{(_marks ? $", {dead} AS {Own}" : "")} FROM daily WINDOW days AS (PARTITION BY {_keys} ORDER BY {Number}))
            QUALIFY row_number() OVER (PARTITION BY {_keys} ORDER BY {Number} DESC) = 1
            """;
    }

    /// <summary>One row for each version of a key, with its days; see <see cref="MergeMode.Scd2"/>.</summary>
    /// <param name="target">The target's current versions. Rows of days before a version's first tell nothing new about it.</param>
    public string Versions(string rows, string? target) => $"""
        {Daily(rows, target)},
        turns AS (
          SELECT *, lead({RowNames.Date}) OVER turns AS {RowNames.Until}, coalesce(lead({RowNames.Deleted}) OVER turns, false) AS {RowNames.Ended}
          FROM daily WHERE {IsChange} OR (NOT {There} AND {Was})
          WINDOW turns AS (PARTITION BY {_keys} ORDER BY {Number}))
        SELECT {_keys}, false AS {RowNames.Deleted}{Columns(i => _values[i])}, {RowNames.Date} AS {RowNames.From}, {RowNames.Until}, {RowNames.Ended},
          CASE WHEN {Base} THEN {BaseCreated} ELSE {RowNames.Date} END AS {RowNames.Created},
          coalesce({RowNames.Until}, CASE WHEN {Base} THEN {BaseUpdated} ELSE {RowNames.Date} END) AS {RowNames.Updated}
        FROM turns WHERE {There}
        """;

    private static string IsBirth => $"({There} AND {Was} IS NOT TRUE)";

    private static string IsChange => $"({There} AND ({Was} IS NOT TRUE OR {Differs}))";

    /// <summary>WITH clause that ends in <c>daily</c>: the state of each key after each of its days.</summary>
    private string Daily(string rows, string? target)
    {
        string gives = $"(NOT {RowNames.Deleted} OR {Base})";
        string none = $"false AS {Base}, NULL::DATE AS {BaseCreated}, NULL::DATE AS {BaseUpdated}, NULL::DATE AS {BaseEnded}";
        string past = columns.History.ValidFrom is null || target is null ? ""
            : $" QUALIFY {RowNames.Date} >= coalesce(max(CASE WHEN {Base} THEN {RowNames.Date} END) OVER (PARTITION BY {_keys}), DATE '-infinity')";
        string there = _marks ? $"bool_or({gives}) OVER life" : $"NOT {RowNames.Deleted}";
        string life = _marks ? "0" : $"sum({RowNames.Deleted}::INTEGER) OVER (PARTITION BY {_keys} ORDER BY {Number})";
        string changed = string.Join(" OR ", [
            .. _values.Select(v => $"{v} IS DISTINCT FROM lag({v}) OVER days"),
            .. _marks ? [$"{RowNames.Deleted} IS DISTINCT FROM lag({RowNames.Deleted}) OVER days"] : Array.Empty<string>()]);
        return $"""
            WITH played AS (
              SELECT *, row_number() OVER (PARTITION BY {_keys} ORDER BY {Base} DESC, {Newest.OrderAscending(columns)}) AS {Number}
              FROM (SELECT *, {none} FROM {rows}{BaseRows(target)}){past}),
            lived AS (
              SELECT *, {life} AS {Life} FROM played),
            stated AS (
              SELECT {_keys}, {Number}, {Base}, {BaseCreated}, {BaseUpdated}, {BaseEnded}, {RowNames.Date}, {RowNames.Deleted}, {there} AS {There}{Columns(i => Running(i, gives))}
              FROM lived WINDOW life AS (PARTITION BY {_keys}, {Life} ORDER BY {Number} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)),
            daily AS (
              SELECT *, lag({There}) OVER days AS {Was}, {(changed.Length == 0 ? "false" : changed)} AS {Differs}
              FROM (SELECT * FROM stated QUALIFY row_number() OVER (PARTITION BY {_keys}, {RowNames.Date} ORDER BY {Number} DESC) = 1)
              WINDOW days AS (PARTITION BY {_keys} ORDER BY {Number}))
            """;
    }

    private string BaseRows(string? target)
    {
        if (target is null) return "";
        IEnumerable<string> keys = columns.Keys.Select((_, i) => RowNames.Key(i));
        IEnumerable<string> values = columns.Values.Select((p, i) => $"{RowNames.TargetColumn(p.Target.Id)} AS {RowNames.Value(i)}");
        HistoryColumns history = columns.History;
        string[] items =
        [
            .. keys, .. values,
            $"{(history.DeletedAt is { } mark ? $"{RowNames.TargetColumn(mark.Id)} IS NOT NULL" : "false")} AS {RowNames.Deleted}",
            $"{(history.ValidFrom is null ? "DATE '-infinity'" : AsDate(history.ValidFrom))} AS {RowNames.Date}",
            $"-1::BIGINT AS {RowNames.Arrival}", $"true AS {Base}",
            $"{AsDate(columns.Created)} AS {BaseCreated}", $"{AsDate(columns.Updated)} AS {BaseUpdated}", $"{AsDate(history.DeletedAt)} AS {BaseEnded}",
        ];
        return $" UNION ALL BY NAME SELECT {string.Join(", ", items)} FROM {target}";
    }

    /// <summary>The value of a column after a row; wrapped in a struct, so that a NULL that was carried differs from none.</summary>
    private string Running(int index, string gives)
    {
        ColumnPair pair = columns.Values[index];
        string carried = columns.Absent is null
            ? "true" : $"NOT coalesce(list_contains({RowNames.Absent}, {Sql.Text(pair.Source.Name)}), false)";
        string winner = pair.Updates
            ? $"last_value(CASE WHEN {gives} AND {carried} THEN {{'v': {_values[index]}}} END IGNORE NULLS)"
            : $"first_value(CASE WHEN {gives} THEN {{'v': CASE WHEN {carried} THEN {_values[index]} END}} END IGNORE NULLS)";
        return $"({winner} OVER life).v AS {_values[index]}";
    }

    /// <summary>The last date the expression names; the target row's own date when that is its row.</summary>
    private string Last(string date, string own) =>
        $"CASE WHEN max({date}) OVER (PARTITION BY {_keys}) = DATE '-infinity' THEN max({own}) OVER (PARTITION BY {_keys}) "
        + $"ELSE max({date}) OVER (PARTITION BY {_keys}) END";

    private string Columns(Func<int, string> column) => string.Concat(_values.Select((_, i) => ", " + column(i)));

    private static string AsDate(NestedField? field) => field is null ? "NULL::DATE" : DateSql.From(RowNames.TargetColumn(field.Id), field.Type);
}
