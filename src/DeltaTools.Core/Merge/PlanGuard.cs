namespace DeltaTools.Core.Merge;

/// <summary>Sees to it that a plan that was approved is what is carried out, or nothing.</summary>
internal static class PlanGuard
{
    /// <param name="now">The plan of this moment, before anything was counted.</param>
    /// <exception cref="IcebergException">PlanStale: the report table or the raw table has another snapshot than the plan was made on.</exception>
    public static void CheckBase(MergePlan? approved, MergePlan now)
    {
        if (approved is null) return;
        if (approved.BaseSnapshotId != now.BaseSnapshotId || approved.Watermark != now.Watermark)
            throw Stale($"table {now.Table} was changed since (snapshot {Text(approved.BaseSnapshotId)} then, {Text(now.BaseSnapshotId)} now)");
        if (approved.SourceSnapshotId != now.SourceSnapshotId)
            throw Stale($"the raw table {now.Source} was changed since (snapshot {Text(approved.SourceSnapshotId)} then, {Text(now.SourceSnapshotId)} now)");
    }

    /// <exception cref="IcebergException">PlanStale: the same snapshots give other changes, because columns or properties were changed.</exception>
    public static void CheckSame(MergePlan? approved, MergePlan now)
    {
        if (approved is null) return;
        bool same = (approved.Inserted, approved.Updated, approved.Deleted, approved.Removed, approved.Unchanged)
                == (now.Inserted, now.Updated, now.Deleted, now.Removed, now.Unchanged)
            && approved.Files.SequenceEqual(now.Files) && approved.SchemaChanges.SequenceEqual(now.SchemaChanges);
        if (!same) throw Stale($"columns or properties of {now.Table} or {now.Source} were changed since");
    }

    private static IcebergException Stale(string why) => new(IcebergErrorKind.PlanStale, $"The plan is not carried out: {why}. Nothing was changed; make the plan again.");

    private static string Text(long? snapshot) => snapshot?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
}
