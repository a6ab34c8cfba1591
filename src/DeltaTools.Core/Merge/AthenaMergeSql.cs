using System.Globalization;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>The statements of a merge on Athena: what is wrong with the rows, what would be done, and doing it.</summary>
internal sealed class AthenaMergeSql(MergeOpening opening, AthenaSource source, IcebergTable target, MergeOptions options)
{
    public const string Batch = "_batch";

    /// <summary>What the name of the table of branches and tags ends with.</summary>
    public const string Refs = "$refs";

    private const string Rank = "_rank", Tie = "_tie", Repeat = "_rep";

    private readonly MergeColumns _columns = opening.Columns;
    private readonly string _keys = RowNames.Keys(opening.Columns);
    private readonly string _target = AthenaSql.Table(target.Identifier!);

    /// <summary>Decided by what <see cref="Check"/> finds.</summary>
    public Resolution Resolution { get; set; }

    private string NoNullKey => AthenaSource.NoNullKey(_columns);

    private static string Newness => Q(AthenaSource.IsNew);

    /// <summary>One row of numbers: NULL keys, bad flags, missing dates, bad values, partial rows, rows, late rows, ties that decide, ties, repeats.</summary>
    public string Check()
    {
        string partial = _columns.Absent is null ? "false" : $"coalesce(cardinality({Q(RowNames.Absent)}) > 0, false)";
        return $"{source.With()}, {Ranked()} SELECT count_if({Newness} AND NOT {Q(AthenaSource.IsBad)} AND NOT {NoNullKey}), count_if({Q(RowNames.Deleted)} IS NULL), "
            + $"count_if({Q(RowNames.Date)} IS NULL), count_if({Q(AthenaSource.IsBad)}), count_if({partial}), count_if({Newness}), "
            + $"count_if({Q(AthenaSource.IsLate)} AND {NoNullKey}), count_if({Q(Tie)} AND {Q(Rank)} = 1 AND {NoNullKey}), count_if({Q(Tie)} AND {NoNullKey}), "
            + $"count_if({Q(Repeat)} > 1 AND {NoNullKey}) FROM ranked";
    }

    /// <summary>Date and keys of the first rows with a fault.</summary>
    public string Faulty(RowFault fault)
    {
        string test = fault switch
        {
            RowFault.BadValue => Q(AthenaSource.IsBad),
            RowFault.NullKey => $"NOT {NoNullKey}",
            RowFault.BadFlag => $"{Q(RowNames.Deleted)} IS NULL",
            _ => $"{Q(RowNames.Date)} IS NULL",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{source.With()} SELECT {Q(RowNames.Date)}, {_keys} FROM source_rows WHERE {test} ORDER BY {Ordinals(1)} LIMIT {FaultReport.Shown}");
    }

    /// <summary>Keys of the first rows that contradict each other.</summary>
    public string Ties() => string.Create(CultureInfo.InvariantCulture,
        $"{source.With()}, {Ranked()} SELECT DISTINCT {_keys} FROM ranked WHERE {Q(Tie)} AND {NoNullKey}{(Resolution.Folded ? "" : $" AND {Q(Rank)} = 1")} ORDER BY {Ordinals(0)} LIMIT {FaultReport.Shown}");

    /// <summary>One row of numbers: inserts, updates, deletes, unchanged keys, ignored tombstones, rows, keys, partitions that are written, rows of the
    /// report table with NULL in the key that a replay should take out.</summary>
    public string Preview(AthenaPartitions partitions) =>
        $"{Matched()} SELECT {string.Join(", ", new[] { MergeActions.Insert, MergeActions.Update, MergeActions.Delete, MergeActions.Keep, MergeActions.Ignore }
            .Select(a => string.Create(CultureInfo.InvariantCulture, $"count_if({Q(RowNames.Action)} = {a})")))}, count(*), count(DISTINCT ROW({_keys})), "
        + $"{(partitions.IsEmpty ? "0" : $"count(DISTINCT CASE WHEN {Q(RowNames.Action)} IN ({MergeActions.Insert}, {MergeActions.Update}) THEN ROW({partitions.Values(NewValue)}) END)")}, count_if(NOT {NoNullKey}) FROM matched";

    /// <summary>Keys of which the report table has several rows.</summary>
    public string Twice() => string.Create(CultureInfo.InvariantCulture,
        $"{Matched()} SELECT {_keys} FROM matched GROUP BY {_keys} HAVING count(*) > 1 ORDER BY {Ordinals(0)} LIMIT {FaultReport.Shown}");

    /// <summary>The merge in one statement. It does nothing when the report table is no longer as it was planned on.</summary>
    /// <param name="looks">False leaves the look out.</param>
    public string Merge(bool looks = true) => Merge($"({Newest()} SELECT * FROM newest{(looks ? $" WHERE {IsHead(opening.Plan.BaseSnapshotId)}" : "")})");

    /// <summary>The part of the merge that belongs to a batch of a staging table. It does nothing when the report table has another head.</summary>
    /// <param name="looks">False leaves the look out.</param>
    public string Merge(TableIdentifier staging, int batch, long? head, bool looks) => Merge(string.Create(CultureInfo.InvariantCulture,
        $"(SELECT {SourceColumns} FROM {AthenaSql.Table(staging)} WHERE {(looks ? $"{IsHead(head)} AND " : "")}{Q(Batch)} = {batch})"));

    private string IsHead(long? snapshotId)
    {
        TableIdentifier name = target.Identifier!;
        string head = $"FROM {AthenaSql.Table(new(name.Namespace, name.Name + Refs))} WHERE name = {AthenaSql.Text(SnapshotRef.Main)}";
        return snapshotId is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"(SELECT max(snapshot_id) {head}) = {known}") : $"(SELECT count(*) {head}) = 0";
    }

    /// <summary>Makes the staging table: all keys that change, each with the number of its batch.</summary>
    public string Stage(TableIdentifier staging, string location, AthenaPartitions partitions)
    {
        string written = $"{Q(RowNames.Action)} IN ({MergeActions.Insert}, {MergeActions.Update})";
        string rank = $"dense_rank() OVER (ORDER BY CASE WHEN {written} THEN 0 ELSE 1 END, {partitions.Values(NewValue)})";
        return string.Create(CultureInfo.InvariantCulture,
            $"CREATE TABLE {AthenaSql.Table(staging)} WITH (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = {AthenaSql.Text(location)}) AS ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{Matched()} SELECT {SourceColumns}, CASE WHEN {written} THEN CAST(floor(({rank} - 1) / {partitions.PerBatch}e0) AS integer) ELSE 0 END AS {Q(Batch)} ")
            + $"FROM matched WHERE {Q(RowNames.Action)} IN ({MergeActions.Insert}, {MergeActions.Update}, {MergeActions.Delete})";
    }

    private string SourceColumns => string.Join(", ",
    [
        _keys, .. _columns.Values.Select((_, i) => RowNames.Value(i)), Q(RowNames.Deleted), .. Resolution.Folded ? new[] { Q(RowNames.Created), Q(RowNames.Updated) } : [],
    ]);

    private string Merge(string rows)
    {
        List<(string Column, string Value)> set =
        [
            .. _columns.Values.Select((p, i) => (p, i)).Where(x => x.p.Updates || Resolution.Folded)
                .Select(x => (AthenaSql.Name(x.p.Target.Name), $"s.{RowNames.Value(x.i)}")),
        ];
        List<(string Column, string Value)> inserted =
        [
            .. _columns.Keys.Select((p, i) => (AthenaSql.Name(p.Target.Name), $"s.{RowNames.Key(i)}")),
            .. _columns.Values.Select((p, i) => (AthenaSql.Name(p.Target.Name), $"s.{RowNames.Value(i)}")),
        ];
        if (_columns.Created is { } created)
        {
            inserted.Add((AthenaSql.Name(created.Name), Dated("s.", RowNames.Created, created)));
            if (Resolution.Audited) set.Add(inserted[^1]);
        }
        if (_columns.Updated is { } updated)
        {
            inserted.Add((AthenaSql.Name(updated.Name), Dated("s.", RowNames.Updated, updated)));
            set.Add(inserted[^1]);
        }
        string changed = Changed("t.", "s.");
        string update = changed == "false" ? ""
            : $" WHEN MATCHED AND {changed} THEN UPDATE SET {string.Join(", ", set.Select(c => $"{c.Column} = {c.Value}"))}";
        return $"MERGE INTO {_target} AS t USING {rows} AS s ON {SameKey("t", "s")} WHEN MATCHED AND s.{Q(RowNames.Deleted)} THEN DELETE{update} "
            + $"WHEN NOT MATCHED AND NOT s.{Q(RowNames.Deleted)} THEN INSERT ({string.Join(", ", inserted.Select(c => c.Column))}) VALUES ({string.Join(", ", inserted.Select(c => c.Value))})";
    }

    /// <summary>WITH queries up to <c>newest</c>: one row for each key.</summary>
    private string Newest()
    {
        string place = string.Join(", ", [$"{Q(RowNames.Date)} DESC", .. _columns.OrderBy.Select((_, i) => $"{RowNames.Order(i)} DESC NULLS LAST")]);
        string first = options.Rebuild ? "received" : "newest";
        List<string> queries = [source.With()];
        if (Resolution.Folded)
        {
            queries.AddRange(new AthenaFold(_columns, _target).With(first, withTarget: !options.Rebuild));
        }
        else
        {
            queries.Add($"{first} AS (SELECT {SourceColumns} FROM (SELECT *, row_number() OVER (PARTITION BY {_keys} ORDER BY {place}) AS {Q(Rank)} "
                + $"FROM source_rows WHERE {NoNullKey}) r WHERE {Q(Rank)} = 1)");
        }
        if (options.Rebuild) queries.Add($"newest AS (SELECT {SourceColumns} FROM received UNION ALL {Strays()})");
        return string.Join(", ", queries);
    }

    /// <summary>Tombstones for keys of the report table that the raw table does not have.</summary>
    private string Strays()
    {
        string[] items =
        [
            .. _columns.Keys.Select(p => $"t.{AthenaSql.Name(p.Target.Name)}"),
            .. _columns.Values.Select(p => $"CAST(NULL AS {AthenaTypes.Of(p.Target.Type)})"),
            "true", .. Resolution.Folded ? new[] { "CAST(NULL AS date)", "CAST(NULL AS date)" } : [],
        ];
        return $"SELECT {string.Join(", ", items)} FROM {_target} t LEFT JOIN received d ON {SameKey("t", "d")} WHERE d.{RowNames.Key(0)} IS NULL";
    }

    /// <summary>WITH queries up to <c>matched</c>: each key, what is done with it, and the row of the report table beside it.</summary>
    private string Matched()
    {
        string there = $"t.{AthenaSql.Name(_columns.Keys[0].Target.Name)} IS NOT NULL";
        string deleted = $"d.{Q(RowNames.Deleted)}";
        string action = string.Create(CultureInfo.InvariantCulture,
            $"CASE WHEN NOT ({there}) THEN CASE WHEN {deleted} THEN {MergeActions.Ignore} ELSE {MergeActions.Insert} END WHEN {deleted} THEN {MergeActions.Delete} WHEN {Changed("t.", "d.")} THEN {MergeActions.Update} ELSE {MergeActions.Keep} END");
        IEnumerable<string> kept = target.Metadata.CurrentSchema.Fields.Select(f => $"t.{AthenaSql.Name(f.Name)} AS {RowNames.TargetColumn(f.Id)}");
        return $"{Newest()}, matched AS (SELECT d.*, {action} AS {Q(RowNames.Action)}, {string.Join(", ", kept)} FROM newest d LEFT JOIN {_target} t ON {SameKey("t", "d")})";
    }

    /// <summary>What a column holds after the merge, over <c>matched</c>.</summary>
    private string NewValue(NestedField field)
    {
        string current = RowNames.TargetColumn(field.Id);
        string kept = $"CASE WHEN {Q(RowNames.Action)} = {MergeActions.Update} THEN {current} ELSE ";
        if (field == _columns.Created) return Resolution.Audited ? Dated("", RowNames.Created, field) : $"{kept}{Dated("", RowNames.Created, field)} END";
        if (field == _columns.Updated) return Dated("", RowNames.Updated, field);
        for (int i = 0; i < _columns.Keys.Length; i++)
        {
            if (_columns.Keys[i].Target == field) return RowNames.Key(i);
        }
        for (int i = 0; i < _columns.Values.Length; i++)
        {
            if (_columns.Values[i].Target == field)
                return _columns.Values[i].Updates || Resolution.Folded ? RowNames.Value(i) : $"{kept}{RowNames.Value(i)} END";
        }
        return current;
    }

    private string Ranked()
    {
        string place = string.Join(", ", [Q(RowNames.Date), .. _columns.OrderBy.Select((_, i) => RowNames.Order(i))]);
        string newest = string.Join(", ", [$"{Q(RowNames.Date)} DESC", .. _columns.OrderBy.Select((_, i) => $"{RowNames.Order(i)} DESC NULLS LAST")]);
        // Of a tombstone only that it is one matters.
        string[] content =
        [
            Q(RowNames.Deleted), .. _columns.Values.Select((_, i) => $"CASE WHEN NOT {Q(RowNames.Deleted)} THEN {RowNames.Value(i)} END"),
            .. _columns.Absent is null ? [] : new[] { $"CASE WHEN NOT {Q(RowNames.Deleted)} AND cardinality({Q(RowNames.Absent)}) > 0 THEN {Q(RowNames.Absent)} END" },
        ];
        string row = $"ROW({string.Join(", ", content)})";
        return $"ranked AS (SELECT *, rank() OVER (PARTITION BY {_keys} ORDER BY {newest}) AS {Q(Rank)}, row_number() OVER (PARTITION BY {_keys}) AS {Q(Repeat)}, "
            + $"{row} IS DISTINCT FROM first_value({row}) OVER (PARTITION BY {_keys}, {place}) AS {Q(Tie)} FROM source_rows)";
    }

    private string Changed(string left, string right)
    {
        List<string> tests = [.. _columns.Values.Select((p, i) => (p, i)).Where(x => Resolution.Folded || x.p.Updates)
            .Select(x => AthenaCasts.Differ(left + AthenaSql.Name(x.p.Target.Name), right + RowNames.Value(x.i), x.p.Target.Type))];
        if (Resolution.Audited)
        {
            foreach ((NestedField? field, string date) in new[] { (_columns.Created, RowNames.Created), (_columns.Updated, RowNames.Updated) })
            {
                if (field is not null) tests.Add($"{left}{AthenaSql.Name(field.Name)} IS DISTINCT FROM {Dated(right, date, field)}");
            }
        }
        return tests.Count == 0 ? "false" : $"({string.Join(" OR ", tests)})";
    }

    private string Dated(string row, string date, NestedField field) =>
        AthenaCasts.Dated(Resolution.Audited ? row + Q(date) : AthenaSql.Date(options.ReportDate), field.Type);

    private string SameKey(string table, string rows) =>
        string.Join(" AND ", _columns.Keys.Select((p, i) => $"{table}.{AthenaSql.Name(p.Target.Name)} = {rows}.{RowNames.Key(i)}"));

    private string Ordinals(int before) => string.Join(", ", Enumerable.Range(1, _columns.Keys.Length + before).Select(i => i.ToString(CultureInfo.InvariantCulture)));

    private static string Q(string name) => AthenaSql.Name(name);
}
