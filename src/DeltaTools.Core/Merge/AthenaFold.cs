using DeltaTools.Core.Athena;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>The general case in Athena's SQL: the rows of a key are played one after the other onto its row in the report table. What it means is told by <see cref="Fold"/>.</summary>
internal sealed class AthenaFold(MergeColumns columns, string target)
{
    private const string Number = "_n", Life = "_life", Base = "_base", BaseCreated = "_bc", BaseUpdated = "_bu", Was = "_was", Differs = "_diff", Of = "_m";

    private readonly string _keys = RowNames.Keys(columns);
    private readonly string[] _values = [.. columns.Values.Select((_, i) => RowNames.Value(i))];

    /// <summary>WITH queries over <c>source_rows</c>; the last, named as given, has one row for each key: values, whether it is deleted, audit dates.</summary>
    /// <param name="withTarget">Whether rows are played onto those of the report table.</param>
    public IEnumerable<string> With(string name, bool withTarget)
    {
        string days = $"OVER (PARTITION BY {_keys} ORDER BY {Q(Number)})";
        string order = string.Join(", ", [$"{Q(Base)} DESC", Q(RowNames.Date), .. columns.OrderBy.Select((_, i) => $"{RowNames.Order(i)} ASC NULLS FIRST")]);
        yield return $"gathered AS ({Rows()}{(withTarget ? $" UNION ALL {BaseRows()}" : "")})";
        yield return $"played AS (SELECT *, row_number() OVER (PARTITION BY {_keys} ORDER BY {order}) AS {Q(Number)} FROM gathered)";
        yield return $"lived AS (SELECT *, sum(CASE WHEN {Q(RowNames.Deleted)} THEN 1 ELSE 0 END) {days} AS {Q(Life)} FROM played)";
        yield return $"stated AS (SELECT {_keys}, {Q(Number)}, {Q(BaseCreated)}, {Q(BaseUpdated)}, {Q(RowNames.Date)}, {Q(RowNames.Deleted)}{Columns(Running)} FROM lived)";
        yield return $"closing AS (SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY {_keys}, {Q(RowNames.Date)} ORDER BY {Q(Number)} DESC) AS {Q(Of)} FROM stated) s WHERE {Q(Of)} = 1)";
        yield return $"daily AS (SELECT *, lag(NOT {Q(RowNames.Deleted)}) {days} AS {Q(Was)}, {Changed(days)} AS {Q(Differs)} FROM closing)";
        string birth = $"NOT {Q(RowNames.Deleted)} AND NOT coalesce({Q(Was)}, false)";
        string created = Audit($"CASE WHEN {birth} THEN {Q(RowNames.Date)} END", BaseCreated);
        string updated = Audit($"CASE WHEN ({birth}) OR (NOT {Q(RowNames.Deleted)} AND {Q(Differs)}) THEN {Q(RowNames.Date)} END", BaseUpdated);
        yield return $"{name} AS (SELECT {_keys}{Columns(i => _values[i])}, {Q(RowNames.Deleted)}, {Q(RowNames.Created)}, {Q(RowNames.Updated)} FROM ("
            + $"SELECT {_keys}, {Q(RowNames.Deleted)}{Columns(i => _values[i])}, {created} AS {Q(RowNames.Created)}, {updated} AS {Q(RowNames.Updated)}, "
            + $"row_number() OVER (PARTITION BY {_keys} ORDER BY {Q(Number)} DESC) AS {Q(Life)} FROM daily) d WHERE {Q(Life)} = 1)";
    }

    private string Rows() => $"SELECT {_keys}{Columns(i => _values[i])}{Orders((_, i) => RowNames.Order(i))}, {Q(RowNames.Deleted)}, {Q(RowNames.Date)}"
        + $"{(columns.Absent is null ? "" : ", " + Q(RowNames.Absent))}, false AS {Q(Base)}, CAST(NULL AS date) AS {Q(BaseCreated)}, CAST(NULL AS date) AS {Q(BaseUpdated)} "
        + $"FROM source_rows WHERE {AthenaSource.NoNullKey(columns)}";

    /// <summary>The report table's rows for keys whose history is not played.</summary>
    private string BaseRows()
    {
        IEnumerable<string> keys = columns.Keys.Select(p => $"t.{AthenaSql.Name(p.Target.Name)}");
        string on = string.Join(" AND ", columns.Keys.Select((p, i) => $"t.{AthenaSql.Name(p.Target.Name)} = d.{RowNames.Key(i)}"));
        return $"SELECT {string.Join(", ", keys)}{Columns(i => $"t.{AthenaSql.Name(columns.Values[i].Target.Name)}")}"
            + $"{Orders((f, _) => $"CAST(NULL AS {AthenaTypes.Of(f.Type)})")}, false, {AthenaCasts.FirstDate}"
            + $"{(columns.Absent is null ? "" : ", CAST(NULL AS array(varchar))")}, true, {Own(columns.Created)}, {Own(columns.Updated)} "
            + $"FROM {target} t JOIN (SELECT DISTINCT {_keys} FROM source_rows WHERE {Q(AthenaSource.HasHistory)} = 0 AND {AthenaSource.NoNullKey(columns)}) d ON {on}";
    }

    /// <summary>The value of a column after a row; wrapped in an array, so that a NULL that was carried differs from none.</summary>
    private string Running(int index)
    {
        ColumnPair pair = columns.Values[index];
        string carried = columns.Absent is null
            ? "true" : $"NOT coalesce(contains({Q(RowNames.Absent)}, {AthenaSql.Text(pair.Source.Name)}), false)";
        string winner = pair.Updates
            ? $"last_value(CASE WHEN NOT {Q(RowNames.Deleted)} AND {carried} THEN ARRAY[{_values[index]}] END) IGNORE NULLS"
            : $"first_value(CASE WHEN NOT {Q(RowNames.Deleted)} THEN ARRAY[CASE WHEN {carried} THEN {_values[index]} END] END) IGNORE NULLS";
        return $"({winner} OVER (PARTITION BY {_keys}, {Q(Life)} ORDER BY {Q(Number)} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))[1] AS {_values[index]}";
    }

    private string Changed(string days) => _values.Length == 0 ? "false"
        : $"({string.Join(" OR ", _values.Select((v, i) => AthenaCasts.Differ(v, $"lag({v}) {days}", columns.Values[i].Target.Type)))})";

    /// <summary>The last date the expression names; the target row's own date when that is its row.</summary>
    private string Audit(string date, string own)
    {
        string last = $"max({date}) OVER (PARTITION BY {_keys})";
        return $"CASE WHEN {last} = {AthenaCasts.FirstDate} THEN max({Q(own)}) OVER (PARTITION BY {_keys}) ELSE {last} END";
    }

    private static string Own(NestedField? field) => field is null ? "CAST(NULL AS date)" : AthenaCasts.AsDate($"t.{AthenaSql.Name(field.Name)}", field.Type);

    private string Columns(Func<int, string> column) => string.Concat(_values.Select((_, i) => ", " + column(i)));

    private string Orders(Func<NestedField, int, string> column) => string.Concat(columns.OrderBy.Select((f, i) => ", " + column(f, i)));

    private static string Q(string name) => AthenaSql.Name(name);
}
