namespace DeltaTools.Core.Scan;

/// <summary>Whose added files an incremental scan counts.</summary>
public enum AddedFiles
{
    /// <summary>Those of append snapshots.</summary>
    Appends,

    /// <summary>Those of overwrite snapshots too. Compaction adds no rows, so files of replace snapshots never count.</summary>
    All,
}
