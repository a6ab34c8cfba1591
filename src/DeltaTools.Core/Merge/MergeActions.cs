namespace DeltaTools.Core.Merge;

/// <summary>What a merge does with a key; numbers in the working table.</summary>
internal static class MergeActions
{
    /// <summary>A tombstone of a key that is not there.</summary>
    public const int Ignore = 0;
    public const int Insert = 1;
    public const int Update = 2;
    public const int Delete = 3;
    /// <summary>The row is as it should be.</summary>
    public const int Keep = 4;
}
