using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL that brings rows of the raw table into the form that merges work with: keys and values in the target's types, a boolean
/// flag, a date, the order of arrival (see <see cref="RowNames"/>).</summary>
internal sealed class SourceRows(MergeColumns columns, MergeOptions options)
{
    private const string Bad = "_bad";

    /// <summary>The columns of the raw table that are read.</summary>
    public ImmutableArray<NestedField> Fields { get; } =
    [
        .. columns.Keys.Concat(columns.Values).Select(p => p.Source).Append(columns.Date).Concat(columns.OrderBy)
            .Concat(new[] { columns.Deleted, columns.Absent }.OfType<NestedField>()).DistinctBy(f => f.Id),
    ];

    /// <param name="scan">A SELECT of <see cref="Fields"/> with their order of arrival.</param>
    /// <param name="arrival">Its column with the order of arrival.</param>
    /// <param name="condition">More about the row, over <see cref="RowNames.Date"/> and <see cref="RowNames.Arrival"/>.</param>
    public string Select(string scan, string arrival, string condition)
    {
        IEnumerable<string> keys = columns.Keys.Select((p, i) => $"{Cast(p).Value} AS {RowNames.Key(i)}");
        IEnumerable<string> values = columns.Values.Select((p, i) => $"{Cast(p).Value} AS {RowNames.Value(i)}");
        IEnumerable<string> orders = columns.OrderBy.Select((f, i) => $"{Sql.Column(f)} AS {RowNames.Order(i)}");
        string[] fits = [.. columns.Keys.Concat(columns.Values).Select(p => Cast(p).Fits).Where(f => f != "true")];
        string[] items =
        [
            .. keys, .. values, .. orders,
            $"{Flag} AS {RowNames.Deleted}",
            $"{DateOf(columns.Date)} AS {RowNames.Date}",
            $"{arrival} AS {RowNames.Arrival}",
            $"{(columns.Absent is { } absent ? Sql.Column(absent) : "NULL::VARCHAR[]")} AS {RowNames.Absent}",
            $"{(fits.Length == 0 ? "false" : $"NOT ({string.Join(" AND ", fits)})")} AS {Bad}",
        ];
        string date = Sql.Date(options.ReportDate);
        return $"SELECT * FROM (SELECT {string.Join(", ", items)} FROM ({scan})) WHERE ({RowNames.Date} <= {date} OR {RowNames.Date} IS NULL) AND ({condition})";
    }

    /// <summary>SQL that counts what cannot be merged, in one pass: NULL keys, bad flags, missing dates, values that do not fit.</summary>
    public string Faults(string table)
    {
        string nullKey = string.Join(" OR ", columns.Keys.Select((_, i) => $"{RowNames.Key(i)} IS NULL"));
        return $"SELECT count_if(({nullKey}) AND NOT {Bad}), count_if({RowNames.Deleted} IS NULL), count_if({RowNames.Date} IS NULL), count_if({Bad}), "
            + $"count_if({RowNames.Absent} IS NOT NULL AND len({RowNames.Absent}) > 0), count(*) FROM {table}";
    }

    public static string IsBad => Bad;

    private static StrictCast Cast(ColumnPair pair)
    {
        string column = Sql.Column(pair.Source);
        return pair.Source.Type.Equals(pair.Target.Type) ? new(column, "true") : ExactCast.Of(column, pair.Source.Type, pair.Target.Type);
    }

    /// <summary>Whether the row is a tombstone. Rows from before the raw table had the flag are none.</summary>
    private string Flag
    {
        get
        {
            if (columns.Deleted is not { } flag) return "false";
            string value = ValueOf(flag);
            return columns.Absent is { } absent
                ? $"CASE WHEN coalesce(list_contains({Sql.Column(absent)}, {Sql.Text(flag.Name)}), false) THEN false ELSE {value} END" : value;
        }
    }

    private string ValueOf(NestedField flag)
    {
        string column = Sql.Column(flag);
        if (!options.DeletedValue.IsEmpty)
            return $"CASE WHEN {column} IS NOT NULL THEN CAST({column} AS VARCHAR) IN ({string.Join(", ", options.DeletedValue.Select(Sql.Text))}) END";
        return flag.Type.Id switch
        {
            TypeId.Boolean => column,
            TypeId.Int or TypeId.Long => $"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END",
            _ => StrictCast.Of($"CAST({column} AS VARCHAR)", IcebergType.Boolean, TextCulture.Invariant).Value,
        };
    }

    private static string DateOf(NestedField field) => field.Type.Id switch
    {
        TypeId.Date => Sql.Column(field),
        TypeId.TimestampTz => $"CAST({Sql.Column(field)} AT TIME ZONE 'UTC' AS DATE)",
        _ => $"CAST({Sql.Column(field)} AS DATE)",
    };
}
