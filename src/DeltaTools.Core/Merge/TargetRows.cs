using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>What the table of newest rows decides: values of columns that updates do not set (else the target's stay), and audit dates.</summary>
internal readonly record struct Resolution(bool Folded, bool Audited);

/// <summary>SQL about rows of the report table: reading them for a set of keys, comparing them, and the rows that are written.</summary>
/// <param name="lineage">Whether rows have row ids (v3), which an update keeps.</param>
internal sealed class TargetRows(MergeColumns columns, Schema schema, MergeOptions options, bool lineage)
{
    /// <summary>The target's columns that are read, in order.</summary>
    public ImmutableArray<NestedField> Fields { get; } = lineage ? [.. schema.Fields, MetadataColumns.RowId] : schema.Fields;

    /// <summary>The key columns as data files name them.</summary>
    public string KeyColumns => string.Join(", ", columns.Keys.Select(k => Sql.Column(k.Target)));

    /// <summary>The target's rows that have one of the keys, with their row key and columns as <see cref="RowNames"/> calls them.</summary>
    /// <param name="scan">A SELECT of all target columns with the row key.</param>
    /// <param name="keys">Table with the key columns.</param>
    /// <param name="replayed">Scd2: keys that all versions are wanted of, of the others only the current ones; null for none.</param>
    public string Find(string scan, string keys, string? replayed)
    {
        string found = $"SELECT {string.Join(", ", Items("t"))} FROM ({scan}) t SEMI JOIN {keys} d ON {Join("t", "d")}";
        if (columns.History.IsCurrent is not { } current) return found;
        string isCurrent = RowNames.TargetColumn(current.Id);
        return replayed is null
            ? $"SELECT * FROM ({found}) WHERE {isCurrent}"
            : $"SELECT f.* FROM ({found}) f LEFT JOIN (SELECT *, true AS _l FROM {replayed}) l ON {RowNames.SameKey(columns, "f", "l")} WHERE f.{isCurrent} OR l._l";
    }

    /// <summary>
    /// For every key what is done with it, the target's row beside the new values. Keys are matched by equality of values in one type.
    /// A replay takes out all other rows of the target, those with NULL in the key too.
    /// </summary>
    /// <param name="newest">Table with one row for each key.</param>
    /// <param name="scan">A SELECT of the target columns with the row key; or a table that <see cref="Find"/> made.</param>
    /// <param name="found">Whether <paramref name="scan"/> is such a table.</param>
    public string Match(string newest, string scan, bool found, Resolution resolution)
    {
        IEnumerable<string> target = found
            ? Fields.Select(f => $"t.{RowNames.TargetColumn(f.Id)}").Prepend($"t.{RowNames.Target}")
            : Items("t").Skip(columns.Keys.Length);
        string on = (found ? RowNames.SameKey(columns, "t", "d") : Join("t", "d")) + SameVersion(found);
        string strays = options.Rebuild ? $" UNION ALL BY NAME {Strays(scan)} ANTI JOIN {newest} d ON {on}" : "";
        return $"SELECT *, ({Action(resolution)})::TINYINT AS {RowNames.Action} FROM (SELECT d.*, {string.Join(", ", target)}{Copy} FROM {newest} d LEFT JOIN {(found ? scan : $"({scan})")} t ON {on}{strays})";
    }

    /// <summary>The same where no row of the target can be one of the new rows: all are taken out.</summary>
    public string Renew(string newest, string scan, Resolution resolution) =>
        $"SELECT *, ({Action(resolution)})::TINYINT AS {RowNames.Action} FROM (SELECT *, 1 AS {RowNames.Copy} FROM {newest} "
        + $"UNION ALL BY NAME {Strays(scan)})";

    /// <summary>Counts the keys that are no longer there when all rows were renewed.</summary>
    /// <param name="matched">Table that <see cref="Renew"/> made.</param>
    /// <param name="wasCurrent">Column that told the current versions; null: all rows were there.</param>
    public string Vanished(string matched, NestedField? wasCurrent)
    {
        string were = $"{RowNames.Target} IS NOT NULL{(wasCurrent is null ? "" : $" AND {RowNames.TargetColumn(wasCurrent.Id)}")}";
        string are = $"{RowNames.Action} = {MergeActions.Insert}{(columns.History.DeletedAt is null ? "" : $" AND NOT {RowNames.Ended}")}";
        return $"SELECT count(*) FROM (SELECT DISTINCT {RowNames.Keys(columns)} FROM {matched} WHERE {were}) o "
            + $"ANTI JOIN (SELECT * FROM {matched} WHERE {are}) n ON {RowNames.SameKey(columns, "o", "n")}";
    }

    /// <summary>A replay leaves one row of a key, however many the table had.</summary>
    private string Copy => options.Rebuild
        ? $", row_number() OVER (PARTITION BY {RowNames.Keys(columns)}{(columns.History.ValidFrom is null ? "" : $", {RowNames.From}")} ORDER BY {RowNames.Target}) AS {RowNames.Copy}" : "";

    /// <summary>The rows that inserts and updates write, named as data files want them.</summary>
    /// <param name="matched">Table that <see cref="Match"/> made.</param>
    public string Written(string matched, Resolution resolution)
    {
        IEnumerable<string> items = schema.Fields.Select(f => $"{NewValue(f, resolution)} AS {Sql.Column(f)}");
        if (lineage)
        {
            items = items
                .Append($"CASE WHEN {RowNames.Action} IN {MergeActions.Rewriting} THEN {RowNames.TargetColumn(MetadataColumns.RowId.Id)} END AS {MetadataColumns.RowId.Name}")
                .Append($"NULL::BIGINT AS {MetadataColumns.LastUpdatedSequenceNumber.Name}");
        }
        return $"SELECT {string.Join(", ", items)} FROM {matched} WHERE {RowNames.Action} IN {MergeActions.Writing}";
    }

    /// <summary>The columns that <see cref="Sample"/> shows: all but keys.</summary>
    public ImmutableArray<NestedField> ValueFields { get; } = [.. schema.Fields.Where(f => columns.Keys.All(k => k.Target != f))];

    /// <summary>The first keys of every kind of change: action, keys, and of each value column what it was, what it becomes, and whether these differ.</summary>
    public string Sample(string matched, Resolution resolution, int count)
    {
        IEnumerable<string> values = ValueFields.Select(f => (Old: RowNames.TargetColumn(f.Id), New: $"CASE WHEN {RowNames.Action} IN {MergeActions.Writing} THEN {NewValue(f, resolution)} END"))
            .Select(v => $", {v.Old}, {v.New}, {v.Old} IS DISTINCT FROM {v.New}");
        string order = RowNames.Keys(columns) + (columns.History.ValidFrom is null ? "" : $", {RowNames.From}");
        return $"SELECT {RowNames.Action}, {RowNames.Keys(columns)}{string.Concat(values)} FROM {matched} WHERE {RowNames.Action} IN {MergeActions.Changing} "
            + $"QUALIFY row_number() OVER (PARTITION BY {RowNames.Action} ORDER BY {order}) <= {count.ToString(CultureInfo.InvariantCulture)} ORDER BY {order}";
    }

    /// <summary>Rows of the target, as tombstones of themselves.</summary>
    private string Strays(string scan)
    {
        string version = columns.History.ValidFrom is null ? "" : $", {FirstDay(found: false)} AS {RowNames.From}";
        return $"SELECT {string.Join(", ", Items("t"))}{version}, true AS {RowNames.Deleted}, 1 AS {RowNames.Copy} FROM ({scan}) t";
    }

    /// <summary>Tombstones for the versions of a table that <see cref="Find"/> made which a table of newest versions does not have.</summary>
    public string StrayVersions(string found, string newest) =>
        $"SELECT {string.Join(", ", columns.Keys.Select((_, i) => $"t.{RowNames.Key(i)}"))}, {FirstDay(found: true)} AS {RowNames.From}, true AS {RowNames.Deleted} "
        + $"FROM {found} t ANTI JOIN {newest} d ON {RowNames.SameKey(columns, "t", "d")}{SameVersion(found: true)}";

    /// <summary>Counts the versions of a table that <see cref="Find"/> made without first day, and those that are current beside another.</summary>
    public string BrokenVersions(string found)
    {
        string keys = RowNames.Keys(columns);
        string current = $"{RowNames.TargetColumn(columns.History.IsCurrent!.Id)}";
        return $"SELECT count_if({FirstDay(found: true)} IS NULL), count_if({current}) - (SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {found} WHERE {current})) FROM {found} t";
    }

    private string FirstDay(bool found) => columns.History.ValidFrom is { } from
        ? DateSql.From(found ? $"t.{RowNames.TargetColumn(from.Id)}" : $"t.{Sql.Column(from)}", from.Type) : "NULL";

    private string SameVersion(bool found) => columns.History.ValidFrom is null ? "" : $" AND {FirstDay(found)} IS NOT DISTINCT FROM d.{RowNames.From}";

    private string Action(Resolution resolution)
    {
        string unless = $"CASE WHEN {RowNames.Target} IS NULL THEN (CASE WHEN {RowNames.Deleted} THEN {MergeActions.Ignore} ELSE {MergeActions.Insert} END) ";
        string otherwise = $"WHEN {Changed(resolution)} THEN {MergeActions.Update} ELSE {MergeActions.Keep} END";
        string delete = $"WHEN {RowNames.Deleted}{(options.Rebuild ? $" OR {RowNames.Copy} > 1" : "")} THEN {MergeActions.Delete} ";
        HistoryColumns history = columns.History;
        if (history.DeletedAt is { } mark)
            return $"{unless}{delete}WHEN {RowNames.Ended} AND {RowNames.TargetColumn(mark.Id)} IS NULL THEN {MergeActions.Retire} {otherwise}";
        if (history.ValidTo is { } end)
            return $"{unless}{delete}WHEN {RowNames.Ended} AND {RowNames.TargetColumn(end.Id)} IS NULL THEN {MergeActions.Retire} {otherwise}";
        if (options.Mode == MergeMode.InsertOnly && !options.Rebuild)
            return $"{unless}WHEN {RowNames.Deleted} THEN {MergeActions.Ignore} WHEN NOT {RowNames.Replayed} THEN {MergeActions.Keep} {otherwise}";
        return unless + delete + otherwise;
    }

    private string Changed(Resolution resolution)
    {
        IEnumerable<string> tests = columns.Values.Select((p, i) => (p, i)).Where(x => resolution.Folded || x.p.Updates)
            .Select(x => $"{RowNames.TargetColumn(x.p.Target.Id)} IS DISTINCT FROM {RowNames.Value(x.i)}");
        if (resolution.Audited)
        {
            tests = tests.Concat(new[] { (columns.Created, RowNames.Created), (columns.Updated, RowNames.Updated) }.Where(c => c.Item1 is not null)
                .Select(c => $"{RowNames.TargetColumn(c.Item1!.Id)} IS DISTINCT FROM {DateSql.To(c.Item2, c.Item1!.Type)}"));
        }
        if (columns.History.DeletedAt is { } mark)
        {
            string current = RowNames.TargetColumn(mark.Id);
            tests = tests.Append(resolution.Audited
                ? $"{current} IS DISTINCT FROM {EndedAt(mark, resolution)}" : $"({current} IS NOT NULL) IS DISTINCT FROM {RowNames.Ended}");
        }
        if (columns.History is { ValidTo: { } end, IsCurrent: { } flag })
        {
            tests = tests.Append($"{DateSql.From(RowNames.TargetColumn(end.Id), end.Type)} IS DISTINCT FROM {RowNames.Until}")
                .Append($"{RowNames.TargetColumn(flag.Id)} IS DISTINCT FROM ({RowNames.Until} IS NULL)");
        }
        string all = string.Join(" OR ", tests);
        return all.Length == 0 ? "false" : $"({all})";
    }

    private string NewValue(NestedField field, Resolution resolution)
    {
        string current = RowNames.TargetColumn(field.Id);
        string isUpdate = $"{RowNames.Action} IN {MergeActions.Rewriting}";
        if (field == columns.Created)
            return resolution.Audited ? DateSql.To(RowNames.Created, field.Type) : $"CASE WHEN {isUpdate} THEN {current} ELSE {ReportDate(field.Type)} END";
        if (field == columns.Updated) return resolution.Audited ? DateSql.To(RowNames.Updated, field.Type) : ReportDate(field.Type);
        HistoryColumns history = columns.History;
        if (field == history.DeletedAt) return EndedAt(field, resolution);
        if (field == history.ValidFrom) return $"CASE WHEN {isUpdate} THEN {current} ELSE {DateSql.To(RowNames.From, field.Type)} END";
        if (field == history.ValidTo) return DateSql.To(RowNames.Until, field.Type);
        if (field == history.IsCurrent) return $"({RowNames.Until} IS NULL)";
        int key = columns.Keys.IndexOf(columns.Keys.FirstOrDefault(p => p.Target == field)!);
        if (key >= 0) return RowNames.Key(key);
        int value = columns.Values.IndexOf(columns.Values.FirstOrDefault(p => p.Target == field)!);
        if (value < 0) return $"CASE WHEN {isUpdate} THEN {current} ELSE {Sql.Literal(field.WriteDefault, field.Type)} END";
        return columns.Values[value].Updates || resolution.Folded ? RowNames.Value(value) : $"CASE WHEN {isUpdate} THEN {current} ELSE {RowNames.Value(value)} END";
    }

    /// <summary>The date of deletion: what the deltas say, else the report date of the merge that found it; NULL for rows that are there.</summary>
    private string EndedAt(NestedField field, Resolution resolution)
    {
        string date = resolution.Audited
            ? DateSql.To(RowNames.EndedAt, field.Type) : $"coalesce({RowNames.TargetColumn(field.Id)}, {ReportDate(field.Type)})";
        return $"CASE WHEN {RowNames.Ended} THEN {date} END";
    }

    private string ReportDate(IcebergType type) => DateSql.To(Sql.Date(options.ReportDate), type);

    private IEnumerable<string> Items(string table)
    {
        IEnumerable<string> keys = columns.Keys.Select((p, i) => $"{table}.{Sql.Column(p.Target)} AS {RowNames.Key(i)}");
        IEnumerable<string> all = Fields.Select(f => $"{table}.{Sql.Column(f)} AS {RowNames.TargetColumn(f.Id)}");
        return [.. keys, $"{table}.{Sql.RowKey} AS {RowNames.Target}", .. all];
    }

    private string Join(string target, string keys) =>
        string.Join(" AND ", columns.Keys.Select((p, i) => $"{target}.{Sql.Column(p.Target)} = {keys}.{RowNames.Key(i)}"));
}
