using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>The rows of the raw table that a merge looks at, in Athena's SQL; the counterpart of <see cref="SourceRows"/> and <see cref="SourceLoader"/>.</summary>
/// <remarks>
/// Which files are new since the last merge is read from the raw table's metadata. Only when one of them holds rows for dates that were merged
/// already are files named in the SQL, and is the history of the keys in question read.
/// </remarks>
internal sealed class AthenaSource
{
    public const string IsNew = "_new", IsLate = "_late", HasHistory = "_hist", IsBad = "_bad";

    /// <summary>Characters of the list of files; beyond, the whole history is played.</summary>
    private const int LongestList = 100_000;

    private readonly IcebergTable _source;
    private readonly MergeOpening _opening;
    private readonly MergeOptions _options;
    private readonly ImmutableArray<string> _late;
    private readonly DateOnly? _watermark;

    private AthenaSource(IcebergTable source, MergeOpening opening, MergeOptions options, ImmutableArray<string> late, DateOnly? watermark, bool isEmpty)
    {
        _source = source;
        _opening = opening;
        _options = options;
        _late = late;
        _watermark = watermark;
        IsEmpty = isEmpty;
    }

    /// <summary>Whether no file can hold a row that matters.</summary>
    public bool IsEmpty { get; }

    public static async Task<AthenaSource> PlanAsync(IcebergTable source, MergeOpening opening, MergeOptions options, Action<string> log, CancellationToken cancel)
    {
        MergeState? since = opening.Since;
        SourceSelection selection = await SourceSelection.PlanAsync(
            source, opening.SourceHead, opening.Columns.Date, since, options.ReportDate, cancel).ConfigureAwait(false);
        if (since is null) return new(source, opening, options, [], null, selection.New.IsEmpty);
        NestedField date = opening.Columns.Date;
        var suspect = new MetricsFilter(Binder.Bind(SourceSelection.UpTo(date, since.Watermark), source.Metadata.CurrentSchema));
        ImmutableArray<string> late = [.. selection.New.Where(t => t.SequenceNumber > since.SourceSequenceNumber && suspect.MayMatch(t.File)).Select(t => t.File.FilePath)];
        if (late.Sum(p => p.Length + 4) <= LongestList) return new(source, opening, options, late, since.Watermark, selection.New.IsEmpty);
        log($"{late.Length} files may hold rows of dates that were merged already; the whole history of {source.Name} is played.");
        return new(source, opening, options, [], null, selection.New.IsEmpty);
    }

    /// <summary>WITH queries that end in <c>source_rows</c>.</summary>
    public string With()
    {
        MergeColumns columns = _opening.Columns;
        string date = AthenaSql.Name(columns.Date.Name);
        string isFresh = _late.IsEmpty ? "false" : $"coalesce(\"$path\" IN ({string.Join(", ", _late.Select(AthenaSql.Text))}), false)";
        string isAfter = _watermark is { } day ? $"coalesce({date} >= {Bound(day)}, false)" : "true";
        StrictCast[] casts = [.. columns.Keys.Concat(columns.Values).Select(AthenaCasts.Of)];
        string[] fits = [.. casts.Select(c => c.Fits).Where(f => f != "true")];
        string[] items =
        [
            .. columns.Keys.Select((_, i) => $"{casts[i].Value} AS {RowNames.Key(i)}"),
            .. columns.Values.Select((_, i) => $"{casts[columns.Keys.Length + i].Value} AS {RowNames.Value(i)}"),
            .. columns.OrderBy.Select((f, i) => $"{AthenaSql.Name(f.Name)} AS {RowNames.Order(i)}"),
            $"{Flag} AS {Q(RowNames.Deleted)}",
            $"{AthenaCasts.AsDate(date, columns.Date.Type)} AS {Q(RowNames.Date)}",
            .. columns.Absent is { } absent ? new[] { $"{AthenaSql.Name(absent.Name)} AS {Q(RowNames.Absent)}" } : [],
            $"{(fits.Length == 0 ? "false" : $"NOT ({string.Join(" AND ", fits)})")} AS {Q(IsBad)}",
            $"({isFresh} OR {isAfter}) AS {Q(IsNew)}",
            $"({isFresh} AND NOT {isAfter} AND {date} IS NOT NULL) AS {Q(IsLate)}",
        ];
        string where = $"({date} < {Bound(_options.ReportDate)} OR {date} IS NULL)";
        // Without late rows the history need not be read.
        if (_watermark is not null && _late.IsEmpty) where += $" AND {date} >= {Bound(_watermark.Value)}";
        string rows = $"raw_rows AS (SELECT {string.Join(", ", items)} FROM {AthenaSql.Table(_source.Identifier!)} {Version} WHERE {where})";
        string history = _late.IsEmpty
            ? $"source_rows AS (SELECT *, 0 AS {Q(HasHistory)} FROM raw_rows)"
            : $"source_rows AS (SELECT * FROM (SELECT *, max(CASE WHEN {Q(IsLate)} AND {NoNullKey(columns)} THEN 1 ELSE 0 END) OVER (PARTITION BY {RowNames.Keys(columns)}) AS {Q(HasHistory)} "
                + $"FROM raw_rows) r WHERE {Q(IsNew)} OR ({Q(HasHistory)} = 1 AND {NoNullKey(columns)}))";
        return $"WITH {rows}, {history}";
    }

    /// <summary>The raw table as it was when the merge was planned, whatever is appended meanwhile.</summary>
    private string Version => _opening.SourceHead is { } head ? string.Create(CultureInfo.InvariantCulture, $"FOR VERSION AS OF {head.SnapshotId}") : "";

    public static string NoNullKey(MergeColumns columns) => $"({string.Join(" AND ", columns.Keys.Select((_, i) => $"{RowNames.Key(i)} IS NOT NULL"))})";

    private string Flag
    {
        get
        {
            if (_opening.Columns.Deleted is not { } flag) return "false";
            string column = AthenaSql.Name(flag.Name), text = $"CAST({column} AS varchar)";
            if (!_options.DeletedValue.IsEmpty)
                return $"CASE WHEN {column} IS NOT NULL THEN {text} IN ({string.Join(", ", _options.DeletedValue.Select(AthenaSql.Text))}) END";
            return flag.Type.Id switch
            {
                TypeId.Boolean => column,
                TypeId.Int or TypeId.Long => $"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END",
                _ => StrictCast.Of(text, IcebergType.Boolean, TextCulture.Invariant).Value,
            };
        }
    }

    /// <summary>The beginning of the day after, in the type of the column.</summary>
    private string Bound(DateOnly day)
    {
        string next = day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return _opening.Columns.Date.Type.Id switch
        {
            TypeId.Date => $"DATE '{next}'",
            TypeId.TimestampTz => $"TIMESTAMP '{next} 00:00:00.000000 UTC'",
            _ => $"TIMESTAMP '{next} 00:00:00.000000'",
        };
    }

    private static string Q(string name) => AthenaSql.Name(name);
}
