namespace DeltaTools.Core.Merge;

/// <summary>What a merge does with a key, or with a version of it; numbers in the working table.</summary>
internal static class MergeActions
{
    /// <summary>A tombstone of a key that is not there.</summary>
    public const int Ignore = 0;
    public const int Insert = 1;
    public const int Update = 2;
    /// <summary>The row is taken out of the table.</summary>
    public const int Delete = 3;
    /// <summary>The row is as it should be.</summary>
    public const int Keep = 4;
    /// <summary>A tombstone ends the row, which stays: SoftDelete, Scd2.</summary>
    public const int Retire = 5;

    /// <summary>SQL list of the actions that change the table.</summary>
    public const string Changing = "(1, 2, 3, 5)";

    /// <summary>SQL list of the actions that take a row out of its data file.</summary>
    public const string Replacing = "(2, 3, 5)";

    /// <summary>SQL list of the actions that write a row.</summary>
    public const string Writing = "(1, 2, 5)";

    /// <summary>SQL list of the actions that write a row in the place of another.</summary>
    public const string Rewriting = "(2, 5)";
}
