using System.Collections.Immutable;
using DeltaTools.Core.Deltas;

namespace DeltaTools.Core.Merge;

/// <summary>What a merge is asked to do. Defaults are those of <c>Invoke-IcebergMerge</c>.</summary>
public sealed record MergeOptions
{
    /// <summary>State to bring the table to: rows received up to and on this date count.</summary>
    public required DateOnly ReportDate { get; init; }

    /// <summary>Key columns by their names in the report table. Empty: its identifier fields, else the key of its last merge.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Source columns that decide between rows of one key and date: the greatest wins, NULL is smallest.</summary>
    public ImmutableArray<string> OrderBy { get; init; } = [];

    /// <summary>Columns that are compared and set by updates. Empty: all that source and target share, except keys and audit columns.</summary>
    public ImmutableArray<string> UpdateColumn { get; init; } = [];

    /// <summary>Source column that flags tombstones. Null: <see cref="RawColumns.Deleted"/> if the source has it.</summary>
    public string? DeletedColumn { get; init; }

    /// <summary>The values of the flag that mean deleted, as text; any other value means not deleted. Empty: the usual spellings of true and false.</summary>
    public ImmutableArray<string> DeletedValue { get; init; } = [];

    /// <summary>Source column with the date a row was received.</summary>
    public string DateColumn { get; init; } = RawColumns.Date;

    /// <summary>Target column that takes the date of insertion. Null: <see cref="MergeColumns.DefaultCreated"/> if the target has it.</summary>
    public string? CreatedColumn { get; init; }

    /// <summary>Target column that takes the date of the last change. Null: <see cref="MergeColumns.DefaultUpdated"/> if the target has it.</summary>
    public string? UpdatedColumn { get; init; }

    public AuditDate AuditDate { get; init; } = AuditDate.ReportDate;

    public NullKeyRule NullKey { get; init; } = NullKeyRule.Error;

    /// <summary>What becomes of rows that change or are deleted. Null: the mode of the table's last merge, else <see cref="MergeMode.Upsert"/>.</summary>
    public MergeMode? Mode { get; init; }

    /// <summary>SoftDelete: target column of the date a row was deleted. Null: <see cref="HistoryColumns.DefaultDeletedAt"/>.</summary>
    public string? DeletedAtColumn { get; init; }

    /// <summary>Scd2: target column of a version's first day. Null: <see cref="HistoryColumns.DefaultValidFrom"/>.</summary>
    public string? ValidFromColumn { get; init; }

    /// <summary>Scd2: target column of the day that ended a version. Null: <see cref="HistoryColumns.DefaultValidTo"/>.</summary>
    public string? ValidToColumn { get; init; }

    /// <summary>Scd2: target column that flags the current version. Null: <see cref="HistoryColumns.DefaultIsCurrent"/>.</summary>
    public string? IsCurrentColumn { get; init; }

    /// <summary>The merge is refused when it would delete more than this share of the table's rows, in percent; null sets no limit.</summary>
    public double? MaxDeletePercent { get; init; }

    public SchemaEvolution SchemaEvolution { get; init; } = SchemaEvolution.None;

    /// <summary>Replays the source up to the report date, which may lie before the table's own; the table then equals that replay.</summary>
    public bool Rebuild { get; init; }

    /// <summary>With <see cref="Rebuild"/>: audit dates that follow report dates are as they are; a replay cannot know when its rows were merged.</summary>
    internal bool KeepsAuditDates { get; init; }

    public string Branch { get; init; } = Spec.SnapshotRef.Main;

    /// <summary>Examples of each kind of change that the plan is to show.</summary>
    public int SampleSize { get; init; }

    /// <summary>A plan that was approved: exactly that is carried out, or nothing. Null: whatever the tables ask for.</summary>
    public MergePlan? Approved { get; init; }
}

/// <summary>Which dates audit columns take.</summary>
public enum AuditDate
{
    /// <summary>The report date of the merge that inserted or changed the row.</summary>
    ReportDate,
    /// <summary>The dates that merging each received date one by one would have given.</summary>
    DateReceived,
}

/// <summary>What happens to source rows with NULL in a key column.</summary>
public enum NullKeyRule
{
    Error,
    /// <summary>They are left out and counted.</summary>
    Skip,
}

public enum MergeMode
{
    /// <summary>Delete, update if changed, insert.</summary>
    Upsert,
    /// <summary>The first row of a key is inserted and stays as it is; later rows and tombstones change nothing. (A late row that is older
    /// than the first takes its place: the result depends on the rows, not on when they came.)</summary>
    InsertOnly,
    /// <summary>As upsert, but a deleted row stays with its date in <c>deleted_at</c>, and with the values it had. When its key returns the
    /// date is cleared: to the row that is an update, so columns that are not carried stay, and so does the date of insertion.</summary>
    SoftDelete,
    /// <summary>Every version of a row stays, with the dates received in <c>valid_from</c> (inclusive) and <c>valid_to</c> (exclusive) and the
    /// flag <c>is_current</c>. A day has one version of a key: the state after its last row.</summary>
    Scd2,
}
