using System.Collections.Immutable;

namespace DeltaTools.Core.Merge;

/// <summary>What must hold of a merge's result before anybody sees it. Rows that are marked as deleted and past versions are not looked at.</summary>
public sealed record MergeChecks
{
    /// <summary>Columns that must not be NULL.</summary>
    public ImmutableArray<string> NotNull { get; init; } = [];

    /// <summary>Sets of columns whose values no two rows may share; rows with a NULL among them do not count.</summary>
    public ImmutableArray<ImmutableArray<string>> Unique { get; init; } = [];

    /// <summary>How far the number of rows may go up or down, in percent; a table without rows may grow to any number. Null: no limit.</summary>
    public double? MaxRowChangePercent { get; init; }

    /// <summary>A check of the caller's own, told the plan and the branch that has the result; returns what is wrong, or null.</summary>
    public Func<MergePlan, string, CancellationToken, Task<string?>>? Custom { get; init; }

    public bool IsEmpty => NotNull.IsEmpty && Unique.IsEmpty && MaxRowChangePercent is null && Custom is null;
}
