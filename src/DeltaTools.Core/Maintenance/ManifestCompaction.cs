using System.Collections.Immutable;
using System.Diagnostics;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Maintenance;

/// <summary>Writes the manifests of a table anew when that makes them fewer, so that scans are planned faster. Data files stay as they are.</summary>
public sealed class ManifestCompaction(IcebergTable table, string branch)
{
    /// <summary>What would be done now. Nothing is written.</summary>
    public async Task<ManifestPlan> PlanAsync(CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        Snapshot? head = SnapshotSelection.ByRef(metadata, branch).Snapshot;
        IReadOnlyList<ManifestFile> manifests =
            head is null ? [] : await ManifestListReader.ReadAsync(table.Store, head, metadata, cancel).ConfigureAwait(false);
        long target = RewriteManifests.TargetSize(metadata), fewer = 0;
        List<ManifestFile> rewritten = [];
        foreach (IGrouping<(ManifestContent, int), ManifestFile> group in manifests.GroupBy(m => (m.Content, m.PartitionSpecId)))
        {
            ImmutableArray<ManifestFile> files = [.. group];
            if (RewriteManifests.Fewer(files, target) is not { } count) continue;
            fewer += count;
            rewritten.AddRange(files);
        }
        return new(table.Name, branch, head?.SnapshotId, manifests.Count, rewritten.Count, rewritten.Sum(m => m.ManifestLength), fewer);
    }

    /// <exception cref="IcebergException">CommitConflict: other writers were faster every time; CommitUnknown: it may have happened.</exception>
    public async Task<ManifestResult> RunAsync(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        ManifestPlan plan = await PlanAsync(cancel).ConfigureAwait(false);
        if (plan.NothingToDo is not null) return new(plan, null, 0, 0, 0, Stopwatch.GetElapsedTime(start));
        var rewrite = new RewriteManifests { Branch = branch, Summary = Provenance.Of(Compaction.Command) };
        CommitResult commit = await table.CommitAsync([rewrite, new KeepMergeState(branch)], cancel).ConfigureAwait(false);
        ImmutableSortedDictionary<string, string> summary = commit.Snapshot?.Summary ?? StringMap.Empty;
        return new(
            plan, commit.Snapshot?.SnapshotId, TableProperties.Int(summary, SnapshotSummary.ManifestsReplaced, 0),
            TableProperties.Int(summary, SnapshotSummary.ManifestsCreated, 0), commit.Attempts, Stopwatch.GetElapsedTime(start));
    }
}

/// <summary>What rewriting the manifests of a state would do.</summary>
/// <param name="SnapshotId">The state; null for a table without snapshots.</param>
/// <param name="Total">All manifests of the state.</param>
/// <param name="Rewritten">Those that are written anew.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Expected">Manifests that they become.</param>
public sealed record ManifestPlan(string Table, string Branch, long? SnapshotId, int Total, int Rewritten, long Bytes, long Expected)
{
    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? NothingToDo => Rewritten > 0 ? null
        : Total == 0 ? "The table has no manifests." : "The manifests cannot become fewer.";
}

/// <summary>What rewriting manifests did.</summary>
/// <param name="SnapshotId">The snapshot that it made; null when there was nothing to do.</param>
/// <param name="Attempts">1 when no other writer came between.</param>
public sealed record ManifestResult(ManifestPlan Plan, long? SnapshotId, int Removed, int Added, int Attempts, TimeSpan Duration);
