using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL that compares a full extract with the state before it.</summary>
/// <param name="state">Table with one row for each key that is there, as <see cref="RowNames"/> calls its columns.</param>
/// <param name="extract">The same of the extract.</param>
internal sealed class ExtractRows(MergeColumns columns, string state, string extract, DateOnly date)
{
    /// <summary>Column of <see cref="Select"/>: 0 for a new row, 1 for a changed one, 2 for a missing key.</summary>
    public const string Kind = "_kind";

    /// <summary>The rows to import, as rows of the raw table, and what each of them is.</summary>
    public string Select =>
        $"SELECT {Items("e", deleted: false)}, CASE WHEN s.{RowNames.Key(0)} IS NULL THEN 0 ELSE 1 END AS {Kind} "
        + $"FROM {extract} e LEFT JOIN {state} s ON {Same} WHERE s.{RowNames.Key(0)} IS NULL OR {Changed} "
        + $"UNION ALL BY NAME SELECT {Items("s", deleted: true)}, 2 AS {Kind} FROM {state} s ANTI JOIN {extract} e ON {Same}";

    /// <summary>Keys that are there, rows of the extract, new ones, changed ones, missing keys.</summary>
    /// <param name="derived">Table made of <see cref="Select"/>.</param>
    public string Counts(string derived) => $"""
        SELECT (SELECT count(*) FROM {state}), (SELECT count(*) FROM {extract}), count_if({Kind} = 0), count_if({Kind} = 1), count_if({Kind} = 2) FROM {derived}
        """;

    private string Same => RowNames.SameKey(columns, "s", "e");

    private string Changed => columns.Values.IsEmpty ? "false" : $"({string.Join(" OR ", columns.Values.Select((p, i) =>
        $"(e.{RowNames.Value(i)} IS DISTINCT FROM s.{RowNames.Value(i)}"
        + (columns.Absent is null ? ")" : $" AND NOT coalesce(list_contains(e.{RowNames.Absent}, {Sql.Text(p.Source.Name)}), false))")))})";

    private string Items(string table, bool deleted)
    {
        IEnumerable<string> keys = columns.Keys.Select((p, i) => $"{table}.{RowNames.Key(i)} AS {Sql.Column(p.Source)}");
        IEnumerable<string> values = columns.Values.Select((p, i) => $"{table}.{RowNames.Value(i)} AS {Sql.Column(p.Source)}");
        NestedField flag = columns.Deleted!;
        string mark = flag.Type.Id switch
        {
            TypeId.String => deleted ? "'true'" : "'false'",
            _ => $"CAST({(deleted ? 1 : 0)} AS {DuckTypes.Of(flag.Type)})",
        };
        string[] own = [$"{mark} AS {Sql.Column(flag)}", $"{DateSql.To(Sql.Date(date), columns.Date.Type)} AS {Sql.Column(columns.Date)}"];
        IEnumerable<string> absent = columns.Absent is { } list
            ? [$"{(deleted ? $"CAST(NULL AS {DuckTypes.Of(list.Type)})" : $"{table}.{RowNames.Absent}")} AS {Sql.Column(list)}"] : [];
        return string.Join(", ", [.. keys, .. values, .. own, .. absent]);
    }
}
