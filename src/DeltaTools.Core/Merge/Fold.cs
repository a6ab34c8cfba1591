using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL for the general case: the rows of a key are played one after the other onto its row in the report table.</summary>
/// <remarks>
/// <para>A tombstone ends a life of the key. Within a life the first row gives every column, later rows give the columns they carry and
/// that updates may set; a column that no row of the life carried is NULL. So the result depends on the rows alone, and not on how many
/// merges they were played in.</para>
/// <para>The report table's row, where its history is not replayed, is the first row of the first life.</para>
/// <para>Audit dates are those that merging each date would have given: the key was born on the date after whose rows it was there and
/// before whose rows it was not; it changed last on the last date after whose rows a column was different.</para>
/// </remarks>
internal sealed class Fold(MergeColumns columns)
{
    private const string Number = "_n", Life = "_life", Base = "_base", BaseCreated = "_bc", BaseUpdated = "_bu", Was = "_was", Differs = "_diff";

    private readonly string _keys = RowNames.Keys(columns);
    private readonly string[] _values = [.. columns.Values.Select((_, i) => RowNames.Value(i))];

    /// <summary>One row for each key: its values, whether it is deleted, the dates its audit columns take.</summary>
    /// <param name="rows">Rows as <see cref="SourceRows"/> makes them.</param>
    /// <param name="target">Target rows that are played onto: <see cref="RowNames.Key"/> and <see cref="RowNames.TargetColumn"/>; null for none.</param>
    public string Select(string rows, string? target)
    {
        string birth = $"NOT {RowNames.Deleted} AND NOT coalesce({Was}, false)";
        return $"""
            WITH played AS (
              SELECT *, row_number() OVER (PARTITION BY {_keys} ORDER BY {Base} DESC, {Newest.OrderAscending(columns)}) AS {Number}
              FROM (SELECT *, false AS {Base}, NULL::DATE AS {BaseCreated}, NULL::DATE AS {BaseUpdated} FROM {rows}{BaseRows(target)})),
            lived AS (
              SELECT *, sum({RowNames.Deleted}::INTEGER) OVER (PARTITION BY {_keys} ORDER BY {Number}) AS {Life} FROM played),
            stated AS (
              SELECT {_keys}, {Number}, {Base}, {BaseCreated}, {BaseUpdated}, {RowNames.Date}, {RowNames.Deleted}{Columns(Running)}
              FROM lived WINDOW life AS (PARTITION BY {_keys}, {Life} ORDER BY {Number} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)),
            daily AS (
              SELECT *, lag(NOT {RowNames.Deleted}) OVER days AS {Was}, {Changed} AS {Differs}
              FROM (SELECT * FROM stated QUALIFY row_number() OVER (PARTITION BY {_keys}, {RowNames.Date} ORDER BY {Number} DESC) = 1)
              WINDOW days AS (PARTITION BY {_keys} ORDER BY {Number}))
            SELECT {_keys}, {RowNames.Deleted}{Columns(i => _values[i])},
              {Audit($"CASE WHEN {birth} THEN {RowNames.Date} END", BaseCreated)} AS {RowNames.Created},
              {Audit($"CASE WHEN {birth} OR (NOT {RowNames.Deleted} AND {Differs}) THEN {RowNames.Date} END", BaseUpdated)} AS {RowNames.Updated}
            FROM daily QUALIFY row_number() OVER (PARTITION BY {_keys} ORDER BY {Number} DESC) = 1
            """;
    }

    private string BaseRows(string? target)
    {
        if (target is null) return "";
        IEnumerable<string> keys = columns.Keys.Select((_, i) => RowNames.Key(i));
        IEnumerable<string> values = columns.Values.Select((p, i) => $"{RowNames.TargetColumn(p.Target.Id)} AS {RowNames.Value(i)}");
        string[] items =
        [
            .. keys, .. values, $"false AS {RowNames.Deleted}", $"DATE '-infinity' AS {RowNames.Date}", $"-1::BIGINT AS {RowNames.Arrival}",
            $"true AS {Base}", $"{AsDate(columns.Created)} AS {BaseCreated}", $"{AsDate(columns.Updated)} AS {BaseUpdated}",
        ];
        return $" UNION ALL BY NAME SELECT {string.Join(", ", items)} FROM {target}";
    }

    /// <summary>The value of a column after a row; wrapped in a struct, so that a NULL that was carried differs from none.</summary>
    private string Running(int index)
    {
        ColumnPair pair = columns.Values[index];
        string carried = columns.Absent is null
            ? "true" : $"NOT coalesce(list_contains({RowNames.Absent}, {Sql.Text(pair.Source.Name)}), false)";
        string winner = pair.Updates
            ? $"last_value(CASE WHEN NOT {RowNames.Deleted} AND {carried} THEN {{'v': {_values[index]}}} END IGNORE NULLS)"
            : $"first_value(CASE WHEN NOT {RowNames.Deleted} THEN {{'v': CASE WHEN {carried} THEN {_values[index]} END}} END IGNORE NULLS)";
        return $"({winner} OVER life).v AS {_values[index]}";
    }

    private string Changed => _values.Length == 0
        ? "false"
        : string.Join(" OR ", _values.Select(v => $"{v} IS DISTINCT FROM lag({v}) OVER days"));

    /// <summary>The last date the expression names; the target row's own date when that is its row.</summary>
    private string Audit(string date, string own) =>
        $"CASE WHEN max({date}) OVER (PARTITION BY {_keys}) = DATE '-infinity' THEN max({own}) OVER (PARTITION BY {_keys}) "
        + $"ELSE max({date}) OVER (PARTITION BY {_keys}) END";

    private string Columns(Func<int, string> column) => string.Concat(_values.Select((_, i) => ", " + column(i)));

    private static string AsDate(NestedField? field) => field is null
        ? "NULL::DATE"
        : field.Type.Id == TypeId.TimestampTz
            ? $"CAST({RowNames.TargetColumn(field.Id)} AT TIME ZONE 'UTC' AS DATE)"
            : $"TRY_CAST({RowNames.TargetColumn(field.Id)} AS DATE)";
}
