using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tables;

/// <summary>Makes a snapshot out of manifests: id, sequence number, row ids, summary, manifest list.</summary>
/// <remarks>The snapshot keeps its id from attempt to attempt, so that manifests can be kept, and so that it can be recognised after an unknown outcome.</remarks>
internal abstract class SnapshotRun(IcebergTable table, SnapshotAction action) : ActionRun
{
    private Snapshot? _snapshot;
    private HashSet<string> _used = [];

    public override Snapshot? Snapshot => _snapshot;

    protected CommitFiles Files { get; } = new(table.Store, SnapshotIds.New(table.Metadata));

    protected IObjectStore Store => table.Store;

    protected abstract string Operation { get; }

    /// <summary>The manifests of the new snapshot, and its summary without totals; null when there is nothing to do.</summary>
    protected abstract Task<(List<ManifestFile> Manifests, ImmutableSortedDictionary<string, string> Summary)?> ManifestsAsync(
        TableMetadata metadata, Snapshot? parent, CancellationToken cancel);

    public override async Task<ImmutableArray<TableUpdate>> ApplyAsync(TableMetadata metadata, CancellationToken cancel)
    {
        _snapshot = null;
        _used = [];
        SnapshotRef? reference = CheckBranch(metadata);
        Snapshot? parent = reference is null ? null : SnapshotSelection.ById(metadata, reference.SnapshotId).Snapshot;
        if (metadata.Snapshot(Files.SnapshotId) is not null)
        {
            throw new IcebergException(IcebergErrorKind.CommitConflict, $"The table has a snapshot {Files.SnapshotId} already. Run the command again.");
        }
        if (await ManifestsAsync(metadata, parent, cancel).ConfigureAwait(false) is not { } made) return [];
        CheckReplace(made.Summary);

        bool lineage = metadata.FormatVersion >= 3;
        var snapshot = new Snapshot(
            Files.SnapshotId, parent?.SnapshotId, metadata.FormatVersion == 1 ? 0 : metadata.LastSequenceNumber + 1, TableClock.Now(metadata),
            Files.NewListLocation(metadata), [], SummaryTotals.AddTo(WithEngine(made.Summary, parent), parent), metadata.CurrentSchemaId,
            lineage ? metadata.NextRowId : null);
        ManifestFile[] manifests = [.. made.Manifests];
        for (int i = 0; i < manifests.Length; i++)
        {
            manifests[i] = await ManifestReader.WithCountsAsync(Store, Trusted(manifests[i], lineage), metadata, cancel).ConfigureAwait(false);
        }
        (byte[] list, long? nextRowId) = ManifestListWriter.Write(metadata.FormatVersion, snapshot, manifests);
        await Store.WriteAsync(snapshot.ManifestList!, list, cancel).ConfigureAwait(false);
        _used = [snapshot.ManifestList!, .. manifests.Select(m => m.ManifestPath)];
        _snapshot = snapshot with { AddedRows = nextRowId - snapshot.FirstRowId };
        return
        [
            new AddSnapshot(_snapshot),
            new SetSnapshotRef(action.Branch, reference is null ? SnapshotRef.Branch(Files.SnapshotId) : reference with { SnapshotId = Files.SnapshotId }),
        ];
    }

    public override Task CleanUpAsync(bool committed) =>
        Files.DeleteAllButAsync(committed && _snapshot is not null ? _used : new HashSet<string>());

    /// <summary>The counts of manifests for the summary, as Java tells them.</summary>
    protected ImmutableSortedDictionary<string, string> ManifestCounts(
        ImmutableSortedDictionary<string, string> summary, IReadOnlyCollection<ManifestFile> manifests, int replaced)
    {
        int created = manifests.Count(m => m.AddedSnapshotId == Files.SnapshotId);
        return summary
            .SetItem(SnapshotSummary.ManifestsCreated, FileCounts.Text(created))
            .SetItem(SnapshotSummary.ManifestsKept, FileCounts.Text(manifests.Count - created))
            .SetItem(SnapshotSummary.ManifestsReplaced, FileCounts.Text(replaced));
    }

    /// <summary>Lists of v1 need not tell counts; then they are counted. And before older manifests get row ids, their counts are not
    /// taken on trust: were they too low, rows of two files would get the same ids for ever.</summary>
    private ManifestFile Trusted(ManifestFile manifest, bool lineage) =>
        lineage && manifest is { Content: ManifestContent.Data, FirstRowId: null } && manifest.AddedSnapshotId != Files.SnapshotId
            ? manifest with { AddedFilesCount = null }
            : manifest;

    private SnapshotRef? CheckBranch(TableMetadata metadata)
    {
        SnapshotRef? reference = metadata.Refs.GetValueOrDefault(action.Branch);
        if (reference is null && action.Branch != SnapshotRef.Main && !action.MakesBranch) throw SnapshotSelection.RefNotFound(metadata, action.Branch);
        if (reference is { Type: SnapshotRefType.Tag }) throw IcebergException.Invalid($"'{action.Branch}' is a tag. Only branches take new snapshots.");
        return reference;
    }

    /// <summary>A replace must not make rows. (Fewer rows are right: deleted ones are gone for good.)</summary>
    private void CheckReplace(ImmutableSortedDictionary<string, string> summary)
    {
        if (Operation != SnapshotSummary.Replace) return;
        long added = Count(SnapshotSummary.AddedRecords), removed = Count(SnapshotSummary.DeletedRecords);
        if (added > removed) throw IcebergException.Invalid($"A rewrite of {removed} rows would add {added}; it must not make rows.");

        long Count(string name) => TableProperties.Long(summary, name, 0);
    }

    private ImmutableSortedDictionary<string, string> WithEngine(ImmutableSortedDictionary<string, string> counted, Snapshot? parent)
    {
        ImmutableSortedDictionary<string, string> summary = StringMap.Empty
            .Add(SnapshotSummary.EngineName, "DeltaTools")
            .Add(SnapshotSummary.EngineVersion, typeof(SnapshotRun).Assembly.GetName().Version?.ToString(3) ?? "0");
        // A replace leaves readers the rows that they had.
        if (Operation == SnapshotSummary.Replace && RowTotals.Of(parent) is { } rows) summary = RowTotals.Add(summary, rows);
        return summary.SetItems(action.Summary).SetItems(counted).SetItem(SnapshotSummary.Operation, Operation);
    }
}
