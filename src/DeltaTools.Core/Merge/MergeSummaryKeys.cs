namespace DeltaTools.Core.Merge;

/// <summary>Keys that merges add to the snapshot summary.</summary>
public static class MergeSummaryKeys
{
    public const string ReportDate = "deltatools.report-date";
    public const string Source = "deltatools.source";
    public const string SourceSnapshotId = "deltatools.source-snapshot-id";
    public const string SourceSequenceNumber = "deltatools.source-sequence-number";
    public const string SourceSchemaId = "deltatools.source-schema-id";
    public const string TargetSchemaId = "deltatools.target-schema-id";
    public const string Key = "deltatools.key";
    /// <summary>See <see cref="MergeRecipe"/>.</summary>
    public const string Options = "deltatools.merge-options";
    /// <summary>The snapshot whose merge this one takes back.</summary>
    public const string UndoOf = "deltatools.undo-of";
    public const string Inserted = "deltatools.rows-inserted";
    public const string Updated = "deltatools.rows-updated";
    public const string Deleted = "deltatools.rows-deleted";
    public const string Unchanged = "deltatools.rows-unchanged";
    public const string IgnoredTombstones = "deltatools.ignored-tombstones";
    public const string Late = "deltatools.late-rows";
    public const string Ties = "deltatools.ties";
    public const string Skipped = "deltatools.skipped-null-keys";
    public const string FilesRewritten = "deltatools.files-rewritten";
    public const string BytesRead = "deltatools.bytes-read";
    public const string BytesWritten = "deltatools.bytes-written";
    public const string Duration = "deltatools.duration-ms";
    public const string Mode = "deltatools.merge-mode";
}
