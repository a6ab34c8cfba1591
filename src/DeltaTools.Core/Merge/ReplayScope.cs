namespace DeltaTools.Core.Merge;

/// <summary>What of a raw table the test of a report replays: what the last merge saw, or all there is, and why.</summary>
public enum ReplayScope
{
    /// <summary>The state that the last merge read.</summary>
    AsMerged,

    /// <summary>All, as that state has expired: what came since counts as a difference.</summary>
    Expired,

    /// <summary>All, as a merge was taken back that others had followed: its rows count as differences until the next merge brings them again.</summary>
    TakenBack,

    /// <summary>What the merge before the last one saw, as it is not known how much of the last has landed: what has counts as differences.</summary>
    Unsettled,
}
