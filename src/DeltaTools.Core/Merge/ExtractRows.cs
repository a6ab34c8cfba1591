using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL that compares a full extract with the state before it.</summary>
/// <param name="state">Table with one row for each key that is there, as <see cref="RowNames"/> calls its columns.</param>
/// <param name="extract">The same of the extract.</param>
internal sealed class ExtractRows(MergeColumns columns, string state, string extract, DateOnly date)
{
    /// <summary>Keys that are there, rows of the extract, new ones, changed ones, missing keys.</summary>
    public string Counts => $"""
        SELECT (SELECT count(*) FROM {state}), count(*), count_if(s.{RowNames.Key(0)} IS NULL), count_if(s.{RowNames.Key(0)} IS NOT NULL AND {Changed}),
          (SELECT count(*) FROM {state} s ANTI JOIN {extract} e ON {Same})
        FROM {extract} e LEFT JOIN {state} s ON {Same}
        """;

    /// <summary>The rows to import, as rows of the raw table.</summary>
    public string Select =>
        $"SELECT {Items("e", deleted: false)} FROM {extract} e LEFT JOIN {state} s ON {Same} WHERE s.{RowNames.Key(0)} IS NULL OR {Changed} "
        + $"UNION ALL BY NAME SELECT {Items("s", deleted: true)} FROM {state} s ANTI JOIN {extract} e ON {Same}";

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
