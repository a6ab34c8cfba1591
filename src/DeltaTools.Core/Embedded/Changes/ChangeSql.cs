using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>SQL that pairs rows that are gone with rows that came.</summary>
/// <param name="fields">Columns that are compared and shown.</param>
internal sealed class ChangeSql(ImmutableArray<NestedField> fields)
{
    public const string Number = "_n";
    public const string Kind = "_kind";
    public const string Here = "_here";
    public const string Insert = "_insert";

    private readonly string _columns = string.Join(", ", fields.Select(f => Sql.Column(f)));

    /// <summary>Name in the table of pairs of a column as it was.</summary>
    public static string Before(NestedField field) => "b_" + Sql.Column(field);

    public static string After(NestedField field) => "a_" + Sql.Column(field);

    /// <summary>Keys that more than one row has on a side: which row became which cannot be told.</summary>
    public static string Ambiguous(ImmutableArray<NestedField> key, string gone, string came)
    {
        string columns = Columns(key);
        return $"SELECT {columns} FROM (SELECT {columns}, true AS was FROM {gone} UNION ALL SELECT {columns}, false AS was FROM {came}) "
            + $"GROUP BY {columns} HAVING count_if(was) > 1 OR count_if(NOT was) > 1";
    }

    /// <summary>Rows whose key is not among the ambiguous ones.</summary>
    public static string Without(ImmutableArray<NestedField> key, string rows, string ambiguous) =>
        $"(SELECT * FROM {rows} r ANTI JOIN {ambiguous} x ON {Same(key, "r", "x")})";

    public static string Only(ImmutableArray<NestedField> key, string rows, string ambiguous) =>
        $"(SELECT * FROM {rows} r SEMI JOIN {ambiguous} x ON {Same(key, "r", "x")})";

    /// <summary>One row for each change: its number in the order of the keys, what it is, and the columns before and after.</summary>
    /// <param name="order">Columns to put the changes in order by.</param>
    public string Pairs(ImmutableArray<NestedField> key, ImmutableArray<NestedField> order, string gone, string came)
    {
        string sort = string.Join(", ", order.Select(f => $"coalesce(c.{Sql.Column(f)}, g.{Sql.Column(f)}) NULLS FIRST").Append($"c.{Here} IS NOT NULL"));
        string differs = fields.IsEmpty ? "false" : string.Join(" OR ", fields.Select(f => $"g.{Sql.Column(f)} IS DISTINCT FROM c.{Sql.Column(f)}"));
        return $"SELECT row_number() OVER (ORDER BY {sort}) AS {Number}, {KindOf} AS {Kind}, {BothSides} FROM {gone} g FULL JOIN {came} c ON {Same(key, "g", "c")} "
            + $"WHERE g.{Here} IS NULL OR c.{Here} IS NULL OR {differs}";
    }

    /// <summary>As <see cref="Pairs"/>, for rows that nothing but their content identifies: no updates, and equal rows cancel out one by one.</summary>
    /// <param name="first">Number of the first change.</param>
    public string Unpaired(string gone, string came, string first)
    {
        string deleted = $"SELECT {_columns}, true AS {Here} FROM (SELECT {_columns} FROM {gone} EXCEPT ALL SELECT {_columns} FROM {came})";
        string inserted = $"SELECT {_columns}, true AS {Here} FROM (SELECT {_columns} FROM {came} EXCEPT ALL SELECT {_columns} FROM {gone})";
        return $"SELECT {first} + row_number() OVER (ORDER BY c.{Here} IS NOT NULL) AS {Number}, {KindOf} AS {Kind}, {BothSides} "
            + $"FROM ({deleted}) g FULL JOIN ({inserted}) c ON false";
    }

    /// <summary>Numbers of deletes and inserts of rows that hold the same: one of the ones for one of the others.</summary>
    public string Cancelling(string pairs) =>
        $"SELECT unnest(list({Number})) AS {Number} FROM (SELECT *, row_number() OVER (PARTITION BY {_columns}, {Kind} ORDER BY {Number}) AS _r FROM {OneSided(pairs)}) "
        + $"GROUP BY {_columns}, _r HAVING count(*) = 2";

    /// <summary>Updates made of the deletes and inserts of keys that have one of each, under the number of the delete; that of the insert is <see cref="Insert"/>.</summary>
    public string Replacing(ImmutableArray<NestedField> key, string pairs)
    {
        string columns = Columns(key), sides = string.Join(", ", fields.Select(f => $"g.{Before(f)}, c.{After(f)}"));
        string once = $"SELECT max(CASE WHEN {Kind} = 0 THEN {Number} END) AS d, max(CASE WHEN {Kind} = 1 THEN {Number} END) AS i FROM {OneSided(pairs)} "
            + $"GROUP BY {columns} HAVING count_if({Kind} = 0) = 1 AND count_if({Kind} = 1) = 1";
        return $"SELECT g.{Number}, 2 AS {Kind}, {sides}, c.{Number} AS {Insert} FROM ({once}) o JOIN {pairs} g ON g.{Number} = o.d JOIN {pairs} c ON c.{Number} = o.i";
    }

    /// <summary>The rows that are gone or came, with what they are and their number.</summary>
    private string OneSided(string pairs) =>
        $"(SELECT {Number}, {Kind}, {string.Join(", ", fields.Select(f => $"CASE WHEN {Kind} = 0 THEN {Before(f)} ELSE {After(f)} END AS {Sql.Column(f)}"))} FROM {pairs} WHERE {Kind} <> 2)";

    /// <summary>The feed: a row for each image, with the change as a number, in order.</summary>
    public string Feed(string pairs)
    {
        string Image(RowChange change, int kind, Func<NestedField, string> column) =>
            $"SELECT {Number}, {(int)change} AS _change, {string.Join(", ", fields.Select(f => $"{column(f)} AS {Sql.Column(f)}"))} FROM {pairs} WHERE {Kind} = {kind}";
        return $"SELECT * FROM ({Image(RowChange.Delete, 0, Before)} UNION ALL {Image(RowChange.Insert, 1, After)} "
            + $"UNION ALL {Image(RowChange.UpdateBefore, 2, Before)} UNION ALL {Image(RowChange.UpdateAfter, 2, After)}) ORDER BY {Number}, _change";
    }

    public static string Same(ImmutableArray<NestedField> key, string left, string right) =>
        string.Join(" AND ", key.Select(f => $"{left}.{Sql.Column(f)} IS NOT DISTINCT FROM {right}.{Sql.Column(f)}"));

    private static string KindOf => $"CASE WHEN c.{Here} IS NULL THEN 0 WHEN g.{Here} IS NULL THEN 1 ELSE 2 END";

    private string BothSides => string.Join(", ", fields.Select(f => $"g.{Sql.Column(f)} AS {Before(f)}, c.{Sql.Column(f)} AS {After(f)}"));

    private static string Columns(ImmutableArray<NestedField> columns) => string.Join(", ", columns.Select(f => Sql.Column(f)));
}
