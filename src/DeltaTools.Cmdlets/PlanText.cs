using DeltaTools.Core.Merge;
using CorePlan = DeltaTools.Core.Merge.MergePlan;

namespace DeltaTools.Cmdlets;

/// <summary>Merge plans in words.</summary>
internal static class PlanText
{
    private const int Shown = 3;

    /// <summary>The plan in one line, as -WhatIf and -Confirm show it.</summary>
    /// <param name="withFiles">Whether the engine knows which files change.</param>
    public static string Of(CorePlan plan, bool withFiles = true)
    {
        string columns = string.Concat(plan.SchemaChanges.Select(c => $"; {c}"));
        if (plan.NothingToDo is { } reason) return $"nothing to do. {reason}{columns}";
        long rewritten = plan.Files.Count(f => f.Rewritten), bytes = plan.Files.Where(f => f.Rewritten).Sum(f => f.Bytes);
        string counts = $"{ViewFormat.Counted(plan.Inserted, "insert")}, {ViewFormat.Counted(plan.Updated, "update")}, {ViewFormat.Counted(plan.Deleted, "delete")} ({ViewFormat.Count(plan.Unchanged)} unchanged, "
            + $"{ViewFormat.Counted(plan.IgnoredTombstones, "tombstone")} ignored)";
        // Which files change is Athena's own affair.
        if (withFiles) counts += $"; {ViewFormat.Counted(plan.Files.Length, "file")} changed, {ViewFormat.Counted(rewritten, "file")} rewritten ({ViewFormat.Bytes(bytes)})";
        IEnumerable<MergeChange> examples = plan.Sample.OrderBy(c => c.Kind == MergeChangeKind.Insert).Take(Shown);
        return counts + columns + string.Concat(examples.Select(c => $"; {c}"));
    }
}
