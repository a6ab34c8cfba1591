using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Takes old snapshots out of a table, as Java does.</summary>
/// <remarks>
/// Kept are: the heads of branches and tags; of each branch the newest snapshots up to its number, and those younger than its age (its
/// own, else those given here, else the table's <c>history.expire.*</c> properties); and snapshots that no branch or tag leads to while
/// they are young. Branches and tags older than their own age go first; main never does. Files that nothing refers to any more are
/// found by <see cref="UnreachableFiles"/> and deleted after the commit, never before.
/// </remarks>
public sealed record ExpireSnapshots : MetadataAction
{
    private static readonly TimeSpan s_maxSnapshotAge = TimeSpan.FromDays(5);

    /// <summary>Snapshots to expire whatever their age. Given alone, without age or number, nothing else is expired.</summary>
    public ImmutableArray<long> SnapshotIds { get; init; } = [];

    /// <summary>Snapshots made before go; null: by the table's properties, default 5 days ago.</summary>
    public DateTimeOffset? OlderThan { get; init; }

    /// <summary>How many snapshots of a branch stay at least; null: by the table's properties, default 1.</summary>
    public int? RetainLast { get; init; }

    public DateTimeOffset Now { get; init; } = DateTimeOffset.UtcNow;

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        ExpirePlan plan = Plan(metadata);
        List<TableUpdate> updates = [.. plan.Refs.Select(r => new RemoveSnapshotRef(r))];
        if (!plan.SnapshotIds.IsEmpty) updates.Add(new RemoveSnapshots(plan.SnapshotIds));
        return [.. updates];
    }

    /// <exception cref="IcebergException">SnapshotReferenced, SnapshotNotFound; InvalidArgument: <c>gc.enabled</c> is false.</exception>
    public ExpirePlan Plan(TableMetadata metadata)
    {
        if (!TableProperties.Bool(metadata.Properties, TableProperties.GcEnabled, true))
        {
            throw IcebergException.Invalid(
                $"Table property {TableProperties.GcEnabled} is false: other tables may use the same files, so snapshots are not expired.");
        }
        if (RetainLast < 1) throw IcebergException.Invalid("At least 1 snapshot has to be retained.");
        bool namedOnly = !SnapshotIds.IsEmpty && OlderThan is null && RetainLast is null;
        Dictionary<string, SnapshotRef> kept =
            metadata.Refs.Where(r => namedOnly || r.Key == SnapshotRef.Main || !IsAged(metadata, r.Value)).ToDictionary();
        CheckNamed(metadata, kept);
        if (namedOnly) return new([.. SnapshotIds.Distinct()], []);

        HashSet<long> retained = [.. kept.Values.Select(r => r.SnapshotId)];
        foreach (SnapshotRef branch in kept.Values.Where(r => r.Type == SnapshotRefType.Branch)) retained.UnionWith(OfBranch(metadata, branch));
        retained.UnionWith(Unreferenced(metadata, kept.Values));
        retained.ExceptWith(SnapshotIds);
        return new(
            [.. metadata.Snapshots.Select(s => s.SnapshotId).Where(id => !retained.Contains(id))],
            [.. metadata.Refs.Keys.Where(name => !kept.ContainsKey(name))]);
    }

    private void CheckNamed(TableMetadata metadata, Dictionary<string, SnapshotRef> kept)
    {
        foreach (long id in SnapshotIds)
        {
            _ = SnapshotSelection.ById(metadata, id);
            string[] heads = [.. kept.Where(r => r.Value.SnapshotId == id).Select(r => r.Key)];
            if (heads.Length == 0) continue;
            throw new IcebergException(
                IcebergErrorKind.SnapshotReferenced,
                $"Snapshot {id} is the head of {string.Join(", ", heads)} and cannot be expired. Move or remove that branch or tag first.");
        }
    }

    private bool IsAged(TableMetadata metadata, SnapshotRef reference)
    {
        // A reference to nothing is of no use to anybody.
        if (metadata.Snapshot(reference.SnapshotId) is not { } snapshot) return true;
        TimeSpan? age = reference.MaxRefAge ?? Age(metadata, TableProperties.MaxRefAge);
        return age is { } most && Now - snapshot.Timestamp > most;
    }

    private IEnumerable<long> OfBranch(TableMetadata metadata, SnapshotRef branch)
    {
        DateTimeOffset limit = branch.MaxSnapshotAge is { } age ? Now - age : Limit(metadata);
        int least = branch.MinSnapshotsToKeep ?? RetainLast ?? TableProperties.Int(metadata.Properties, TableProperties.MinSnapshotsToKeep, 1);
        return Ancestry.Of(metadata, branch.SnapshotId)
            .TakeWhile((snapshot, index) => index < least || snapshot.Timestamp >= limit)
            .Select(s => s.SnapshotId);
    }

    private IEnumerable<long> Unreferenced(TableMetadata metadata, IEnumerable<SnapshotRef> kept)
    {
        HashSet<long> referenced =
        [
            .. kept.SelectMany(r => r.Type == SnapshotRefType.Branch ? Ancestry.Of(metadata, r.SnapshotId).Select(s => s.SnapshotId) : [r.SnapshotId]),
        ];
        DateTimeOffset limit = Limit(metadata);
        return metadata.Snapshots.Where(s => !referenced.Contains(s.SnapshotId) && s.Timestamp >= limit).Select(s => s.SnapshotId);
    }

    private DateTimeOffset Limit(TableMetadata metadata) =>
        OlderThan ?? Now - (Age(metadata, TableProperties.MaxSnapshotAge) ?? s_maxSnapshotAge);

    private static TimeSpan? Age(TableMetadata metadata, string property) =>
        metadata.Properties.ContainsKey(property) && TableProperties.Long(metadata.Properties, property, 0) is var millis
            && millis < TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(millis)
            : null;
}

/// <summary>What an expiry takes out of the metadata.</summary>
public sealed record ExpirePlan(ImmutableArray<long> SnapshotIds, ImmutableArray<string> Refs);
