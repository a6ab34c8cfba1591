using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Scan;

/// <summary>Plans scans: from a snapshot's manifests to the data files that may hold wanted rows, each with the deletes that apply ("Scan Planning").</summary>
public sealed class ScanPlanner
{
    private readonly IObjectStore _store;
    private readonly TableMetadata _metadata;
    private readonly ScanOptions _options;
    private readonly Predicate _filter;
    private readonly MetricsFilter? _metrics;
    private readonly FrozenDictionary<int, PartitionFilter> _partitions;

    private ScanPlanner(IObjectStore store, TableMetadata metadata, Schema schema, ScanOptions options)
    {
        _store = store;
        _metadata = metadata;
        _options = options;
        _filter = Binder.Bind(options.Filter, schema);
        _metrics = _filter == Predicate.True ? null : new MetricsFilter(_filter);
        _partitions = metadata.PartitionSpecs.DistinctBy(s => s.SpecId).ToFrozenDictionary(s => s.SpecId, s => PartitionFilter.Of(_filter, s));
    }

    /// <param name="snapshot">Null for a table without snapshots.</param>
    /// <param name="schema">The schema to read with: the snapshot's for time travel, the table's current one at the head of a branch.</param>
    /// <exception cref="IcebergException">
    /// Corrupt: a manifest is missing or broken, or a data file is listed twice; InvalidArgument: the filter does not fit the schema.
    /// </exception>
    public static async Task<ScanPlan> PlanAsync(
        IObjectStore store, TableMetadata metadata, Snapshot? snapshot, Schema schema, ScanOptions options, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        var planner = new ScanPlanner(store, metadata, schema, options);
        ScanPlan plan = snapshot is null || planner._filter == Predicate.False
            ? new ScanPlan(snapshot, schema, planner._filter, [], new ScanStatistics())
            : await planner.PlanAsync(snapshot, schema, cancel).ConfigureAwait(false);
        return plan with { Statistics = plan.Statistics with { Duration = Stopwatch.GetElapsedTime(start) } };
    }

    private async Task<ScanPlan> PlanAsync(Snapshot snapshot, Schema schema, CancellationToken cancel)
    {
        IReadOnlyList<ManifestFile> manifests = await ManifestListReader.ReadAsync(_store, snapshot, _metadata, cancel).ConfigureAwait(false);
        ManifestFile[] data = [.. manifests.Where(m => m.Content == ManifestContent.Data && MayMatch(m))];
        ManifestFile[] deletes = data.Length == 0 ? [] : [.. manifests.Where(m => m.Content == ManifestContent.Deletes && MayMatch(m))];

        IReadOnlyList<DeleteFile> deleteFiles = await ReadDeletesAsync(deletes, cancel).ConfigureAwait(false);
        var index = new DeleteIndex(deleteFiles, _metadata, _store.Resolve);
        ScannedManifest[] scanned = await ReadDataAsync(data, index, cancel).ConfigureAwait(false);

        (ImmutableArray<FileScanTask> tasks, int applied) = Join(scanned, index);
        return new ScanPlan(snapshot, schema, _filter, tasks, new ScanStatistics
        {
            DataManifests = manifests.Count(m => m.Content == ManifestContent.Data),
            SkippedDataManifests = manifests.Count(m => m.Content == ManifestContent.Data) - data.Length,
            DeleteManifests = manifests.Count(m => m.Content == ManifestContent.Deletes),
            SkippedDeleteManifests = manifests.Count(m => m.Content == ManifestContent.Deletes) - deletes.Length,
            FilesSkippedByPartition = scanned.Sum(s => s.SkippedByPartition),
            FilesSkippedByMetrics = scanned.Sum(s => s.SkippedByMetrics),
            DeleteFiles = deleteFiles.Count,
            AppliedDeleteFiles = applied,
            Files = tasks.Length,
            Rows = tasks.Sum(t => t.File.RecordCount),
            Bytes = tasks.Sum(t => t.File.FileSizeInBytes),
        });
    }

    private bool MayMatch(ManifestFile manifest) =>
        manifest.HasLiveFiles && FilterOf(manifest).MayMatch(manifest.Partitions);

    private PartitionFilter FilterOf(ManifestFile manifest) => _partitions.GetValueOrDefault(manifest.PartitionSpecId)
        ?? throw IcebergException.Corrupt($"Manifest {manifest.ManifestPath} belongs to partition spec {manifest.PartitionSpecId}, which the table does not have.");

    private Func<PartitionTuple, bool>? PartitionTest(ManifestFile manifest) =>
        FilterOf(manifest) is { MatchesAll: false } filter ? filter.MayMatch : null;

    private async Task<IReadOnlyList<DeleteFile>> ReadDeletesAsync(ManifestFile[] manifests, CancellationToken cancel)
    {
        var found = await ParallelManifests.ReadAsync(manifests, _options.Parallelism, async (manifest, token) =>
        {
            var options = new ManifestReadOptions { LiveOnly = true, Partition = PartitionTest(manifest) };
            IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(_store, manifest, _metadata, options, token).ConfigureAwait(false);
            return entries.Where(e => MayDelete(e.DataFile)).Select(e => new DeleteFile(e.DataFile, e.SequenceNumber ?? 0)).ToArray();
        }, cancel).ConfigureAwait(false);
        return [.. found.SelectMany(f => f)];
    }

    /// <summary>An equality delete whose keys cannot match the filter deletes no wanted row. Its other columns prove nothing.</summary>
    private bool MayDelete(DataFile delete) =>
        _metrics is null || delete.Content != DataFileContent.EqualityDeletes || _metrics.MayMatch(delete, only: delete.EqualityIds);

    private Task<ScannedManifest[]> ReadDataAsync(ManifestFile[] manifests, DeleteIndex index, CancellationToken cancel)
    {
        FrozenSet<int> metricFields = [.. _options.MetricFields, .. _metrics?.FieldIds ?? [], .. index.EqualityIds];
        return ParallelManifests.ReadAsync(manifests, _options.Parallelism, async (manifest, token) =>
        {
            var options = new ManifestReadOptions { LiveOnly = true, MetricFields = metricFields, Partition = PartitionTest(manifest) };
            IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(_store, manifest, _metadata, options, token).ConfigureAwait(false);
            ManifestEntry[] matching = _metrics is null ? [.. entries] : [.. entries.Where(e => _metrics.MayMatch(e.DataFile))];
            long? live = (long?)manifest.AddedFilesCount + manifest.ExistingFilesCount;
            return new ScannedManifest(manifest, matching, options.Partition is null ? 0 : live - entries.Count ?? 0, entries.Count - matching.Length);
        }, cancel);
    }

    private (ImmutableArray<FileScanTask> Tasks, int AppliedDeletes) Join(ScannedManifest[] scanned, DeleteIndex index)
    {
        ImmutableArray<FileScanTask>.Builder tasks = ImmutableArray.CreateBuilder<FileScanTask>(scanned.Sum(s => s.Entries.Length));
        HashSet<string> paths = new(tasks.Capacity, StringComparer.Ordinal);
        HashSet<DeleteFile> applied = new(ReferenceEqualityComparer.Instance);
        foreach (ScannedManifest manifest in scanned)
        {
            PartitionSpec spec = _metadata.Spec(manifest.File.PartitionSpecId);
            foreach (ManifestEntry entry in manifest.Entries)
            {
                string path = _store.Resolve(entry.DataFile.FilePath);
                if (!paths.Add(path)) throw ListedTwice(entry.DataFile, manifest.File);
                ImmutableArray<DeleteFile> deletes = index.For(entry.DataFile, path, entry.SequenceNumber ?? 0);
                applied.UnionWith(deletes);
                tasks.Add(new FileScanTask(entry.DataFile, entry.SequenceNumber ?? 0, spec, deletes) { SnapshotId = entry.SnapshotId });
            }
        }
        return (tasks.DrainToImmutable(), applied.Count);
    }

    private static IcebergException ListedTwice(DataFile file, ManifestFile manifest) => IcebergException.Corrupt(
        $"Data file {file.FilePath} is listed twice in the snapshot, the second time in manifest {manifest.ManifestPath}.");

    private sealed record ScannedManifest(ManifestFile File, ManifestEntry[] Entries, long SkippedByPartition, long SkippedByMetrics);
}
