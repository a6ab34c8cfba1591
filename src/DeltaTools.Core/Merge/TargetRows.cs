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
    public string Find(string scan, string keys) =>
        $"SELECT {string.Join(", ", Items("t"))} FROM ({scan}) t SEMI JOIN {keys} d ON {Join("t", "d")}";

    /// <summary>
    /// For every key what is done with it, the target's row beside the new values. Keys are matched by equality of values in one type.
    /// </summary>
    /// <param name="newest">Table with one row for each key.</param>
    /// <param name="scan">A SELECT of the target columns with the row key; or a table that <see cref="Find"/> made.</param>
    /// <param name="found">Whether <paramref name="scan"/> is such a table.</param>
    public string Match(string newest, string scan, bool found, Resolution resolution)
    {
        IEnumerable<string> target = found
            ? Fields.Select(f => $"t.{RowNames.TargetColumn(f.Id)}").Prepend($"t.{RowNames.Target}")
            : Items("t").Skip(columns.Keys.Length);
        string on = found ? RowNames.SameKey(columns, "t", "d") : Join("t", "d");
        string action = $"CASE WHEN {RowNames.Target} IS NULL THEN (CASE WHEN {RowNames.Deleted} THEN {MergeActions.Ignore} ELSE {MergeActions.Insert} END) "
            + $"WHEN {RowNames.Deleted} THEN {MergeActions.Delete} WHEN {Changed(resolution)} THEN {MergeActions.Update} ELSE {MergeActions.Keep} END";
        return $"SELECT *, ({action})::TINYINT AS {RowNames.Action} FROM (SELECT d.*, {string.Join(", ", target)} FROM {newest} d LEFT JOIN {(found ? scan : $"({scan})")} t ON {on})";
    }

    /// <summary>The rows that inserts and updates write, named as data files want them.</summary>
    /// <param name="matched">Table that <see cref="Match"/> made.</param>
    public string Written(string matched, Resolution resolution)
    {
        IEnumerable<string> items = schema.Fields.Select(f => $"{NewValue(f, resolution)} AS {Sql.Column(f)}");
        if (lineage)
        {
            items = items
                .Append($"CASE WHEN {RowNames.Action} = {MergeActions.Update} THEN {RowNames.TargetColumn(MetadataColumns.RowId.Id)} END AS {MetadataColumns.RowId.Name}")
                .Append($"NULL::BIGINT AS {MetadataColumns.LastUpdatedSequenceNumber.Name}");
        }
        return $"SELECT {string.Join(", ", items)} FROM {matched} WHERE {RowNames.Action} IN ({MergeActions.Insert}, {MergeActions.Update})";
    }

    /// <summary>Tombstones for the target's keys that a table of newest rows does not have.</summary>
    public string Strays(string scan, string newest)
    {
        IEnumerable<string> keys = columns.Keys.Select((p, i) => $"t.{Sql.Column(p.Target)} AS {RowNames.Key(i)}");
        return $"SELECT {string.Join(", ", keys)}, true AS {RowNames.Deleted} FROM ({scan}) t ANTI JOIN {newest} d ON {Join("t", "d")}";
    }

    private string Changed(Resolution resolution)
    {
        IEnumerable<string> tests = columns.Values.Select((p, i) => (p, i)).Where(x => resolution.Folded || x.p.Updates)
            .Select(x => $"{RowNames.TargetColumn(x.p.Target.Id)} IS DISTINCT FROM {RowNames.Value(x.i)}");
        if (resolution.Audited)
        {
            tests = tests.Concat(new[] { (columns.Created, RowNames.Created), (columns.Updated, RowNames.Updated) }.Where(c => c.Item1 is not null)
                .Select(c => $"{RowNames.TargetColumn(c.Item1!.Id)} IS DISTINCT FROM {Dated(c.Item2, c.Item1!.Type)}"));
        }
        string all = string.Join(" OR ", tests);
        return all.Length == 0 ? "false" : $"({all})";
    }

    private string NewValue(NestedField field, Resolution resolution)
    {
        string current = RowNames.TargetColumn(field.Id);
        string isUpdate = $"{RowNames.Action} = {MergeActions.Update}";
        if (field == columns.Created)
            return resolution.Audited ? Dated(RowNames.Created, field.Type) : $"CASE WHEN {isUpdate} THEN {current} ELSE {ReportDate(field.Type)} END";
        if (field == columns.Updated) return resolution.Audited ? Dated(RowNames.Updated, field.Type) : ReportDate(field.Type);
        int key = columns.Keys.IndexOf(columns.Keys.FirstOrDefault(p => p.Target == field)!);
        if (key >= 0) return RowNames.Key(key);
        int value = columns.Values.IndexOf(columns.Values.FirstOrDefault(p => p.Target == field)!);
        if (value < 0) return $"CASE WHEN {isUpdate} THEN {current} ELSE {Sql.Literal(field.WriteDefault, field.Type)} END";
        return columns.Values[value].Updates || resolution.Folded ? RowNames.Value(value) : $"CASE WHEN {isUpdate} THEN {current} ELSE {RowNames.Value(value)} END";
    }

    private string ReportDate(IcebergType type) => Dated($"DATE '{options.ReportDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'", type);

    /// <summary>A date in the type of an audit column; a time of day is midnight, of UTC where there is a zone.</summary>
    private static string Dated(string date, IcebergType type) => type.Id switch
    {
        TypeId.Date => date,
        TypeId.String => $"strftime({date}, '%Y-%m-%d')",
        TypeId.TimestampTz or TypeId.TimestampTzNs => $"CAST(CAST({date} AS TIMESTAMP) AT TIME ZONE 'UTC' AS {DuckTypes.Of(type)})",
        _ => $"CAST({date} AS {DuckTypes.Of(type)})",
    };

    private IEnumerable<string> Items(string table)
    {
        IEnumerable<string> keys = columns.Keys.Select((p, i) => $"{table}.{Sql.Column(p.Target)} AS {RowNames.Key(i)}");
        IEnumerable<string> all = Fields.Select(f => $"{table}.{Sql.Column(f)} AS {RowNames.TargetColumn(f.Id)}");
        return [.. keys, $"{table}.{Sql.RowKey} AS {RowNames.Target}", .. all];
    }

    private string Join(string target, string keys) =>
        string.Join(" AND ", columns.Keys.Select((p, i) => $"{target}.{Sql.Column(p.Target)} = {keys}.{RowNames.Key(i)}"));
}
