using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Checks;

/// <summary>Checks a table: metadata, the manifests of all snapshots, the files they list; and with <see cref="TableCheckOptions.Deep"/> what is in the files.</summary>
/// <remarks>
/// Files are checked once, whichever snapshots have them. How files fit together - double listings, deletes, row ids - is checked for the
/// heads of branches and for tags. Only reads.
/// </remarks>
public sealed class TableCheck
{
    private readonly IObjectStore _store;
    private readonly TableMetadata _metadata;
    private readonly TableCheckOptions _options;
    private readonly ConcurrentBag<Finding> _findings = [];

    /// <summary>Entries of each manifest by its location; those that cannot be read are not here.</summary>
    private readonly ConcurrentDictionary<string, IReadOnlyList<ManifestEntry>> _entries = new(StringComparer.Ordinal);

    private TableCheck(IObjectStore store, TableMetadata metadata, TableCheckOptions options)
    {
        _store = store;
        _metadata = metadata;
        _options = options;
    }

    /// <returns>The worst first; empty when all is well.</returns>
    public static async Task<ImmutableArray<Finding>> RunAsync(
        IObjectStore store, TableMetadata metadata, string metadataLocation, TableCheckOptions options, CancellationToken cancel)
    {
        var check = new TableCheck(store, metadata, options);
        check.Add(MetadataCheck.Of(metadata, metadataLocation));
        await check.RunAsync(cancel).ConfigureAwait(false);
        return
        [
            .. check._findings.DistinctBy(f => (f.Check, f.Path, f.Message)).OrderByDescending(f => f.Severity)
                .ThenBy(f => f.Check).ThenBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal),
        ];
    }

    private void Add(IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings) _findings.Add(finding);
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var lists = new Dictionary<long, IReadOnlyList<ManifestFile>>();
        // Entries inherit from the list; those of heads count, so they come first.
        HashSet<long> heads = [.. HeadIds];
        foreach (Snapshot snapshot in _metadata.Snapshots.OrderByDescending(s => heads.Contains(s.SnapshotId))) lists[snapshot.SnapshotId] = await ListAsync(snapshot, cancel).ConfigureAwait(false);
        (ManifestFile Manifest, long Snapshot)[] manifests =
            [.. lists.SelectMany(l => l.Value.Select(m => (m, l.Key))).DistinctBy(p => p.m.ManifestPath)];
        FilePresence presence = await FilePresence.OfAsync(
            _store, _metadata, manifests.Length + manifests.Sum(m => m.Manifest.AddedFilesCount ?? 1), cancel).ConfigureAwait(false);
        await StatisticsAsync(presence, cancel).ConfigureAwait(false);
        await ForEachAsync(manifests, (m, token) => ManifestAsync(m.Manifest, m.Snapshot, presence, token), cancel).ConfigureAwait(false);

        (DataFile File, long Snapshot)[] files =
        [
            .. manifests.Where(m => _entries.ContainsKey(m.Manifest.ManifestPath))
                .SelectMany(m => _entries[m.Manifest.ManifestPath].Where(e => e.IsLive).Select(e => (File: e.DataFile, m.Snapshot)))
                .DistinctBy(p => (_store.Resolve(p.File.FilePath), p.File.ContentOffset)),
        ];
        var metrics = new MetricsCheck(_metadata);
        var missing = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await ForEachAsync(files, async (file, token) =>
        {
            Add(metrics.Of(file.File).Select(f => f with { SnapshotId = file.Snapshot }));
            if (!await PresentAsync(file.File.FilePath, file.File.FileSizeInBytes, FindingSeverity.Error, file.Snapshot, presence, token).ConfigureAwait(false))
                missing[file.File.FilePath] = true;
        }, cancel).ConfigureAwait(false);

        Dictionary<long, ImmutableArray<SnapshotEntry>> live = Heads(lists);
        if (_options.Deep) await DeepAsync([.. files.Where(f => !missing.ContainsKey(f.File.FilePath))], live, missing, cancel).ConfigureAwait(false);
    }

    private IEnumerable<long> HeadIds =>
        _metadata.Refs.Values.Select(r => (long?)r.SnapshotId).Prepend(_metadata.CurrentSnapshotId).OfType<long>().Distinct();

    /// <summary>The live entries of the snapshots that branches and tags point to, after they were checked.</summary>
    private Dictionary<long, ImmutableArray<SnapshotEntry>> Heads(Dictionary<long, IReadOnlyList<ManifestFile>> lists)
    {
        var heads = new Dictionary<long, ImmutableArray<SnapshotEntry>>();
        foreach (Snapshot snapshot in HeadIds.Select(_metadata.Snapshot).OfType<Snapshot>())
        {
            ManifestFile[] readable = [.. lists[snapshot.SnapshotId].Where(m => _entries.ContainsKey(m.ManifestPath))];
            foreach (ManifestFile manifest in readable)
                Add(ManifestCheck.Of(manifest, _entries[manifest.ManifestPath], _metadata).Select(f => f with { SnapshotId = snapshot.SnapshotId }));
            ImmutableArray<SnapshotEntry> live =
                [.. readable.SelectMany(m => _entries[m.ManifestPath].Where(e => e.IsLive).Select(e => new SnapshotEntry(m, e)))];
            heads[snapshot.SnapshotId] = live;
            try
            {
                Add(new SnapshotCheck(_metadata, snapshot, live, _store.Resolve).Run());
            }
            catch (IcebergException e)
            {
                _findings.Add(new(FindingSeverity.Error, CheckKind.Deletes, null, e.Message) { SnapshotId = snapshot.SnapshotId });
            }
        }
        return heads;
    }

    private async Task<IReadOnlyList<ManifestFile>> ListAsync(Snapshot snapshot, CancellationToken cancel)
    {
        try
        {
            return await ManifestListReader.ReadAsync(_store, snapshot, _metadata, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e)
        {
            bool missing = snapshot.ManifestList is { } list && e.Kind == IcebergErrorKind.Corrupt
                && await _store.FindAsync(list, cancel).ConfigureAwait(false) is null;
            _findings.Add(Unread(e, snapshot.ManifestList, snapshot.SnapshotId) with
            {
                Check = missing ? CheckKind.FileMissing : Unread(e, null, 0).Check,
                Message = missing ? $"The manifest list of snapshot {snapshot.SnapshotId} is missing: the snapshot cannot be read." : e.Message,
            });
            return [];
        }
    }

    private async Task ManifestAsync(ManifestFile manifest, long snapshot, FilePresence presence, CancellationToken cancel)
    {
        if (!await PresentAsync(manifest.ManifestPath, manifest.ManifestLength, FindingSeverity.Warning, snapshot, presence, cancel).ConfigureAwait(false)) return;
        try
        {
            IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(_store, manifest, _metadata, ManifestReadOptions.All, cancel).ConfigureAwait(false);
            _entries[manifest.ManifestPath] = entries;
            Add(ManifestCheck.Of(manifest, entries, _metadata).Select(f => f with { SnapshotId = snapshot }));
        }
        catch (IcebergException e)
        {
            _findings.Add(Unread(e, manifest.ManifestPath, snapshot));
        }
    }

    private async Task StatisticsAsync(FilePresence presence, CancellationToken cancel)
    {
        IEnumerable<(string, long, long)> files = _metadata.Statistics.Select(s => (s.StatisticsPath, s.FileSizeInBytes, s.SnapshotId))
            .Concat(_metadata.PartitionStatistics.Select(s => (s.StatisticsPath, s.FileSizeInBytes, s.SnapshotId)));
        foreach ((string path, long size, long snapshot) in files)
        {
            long? actual = await presence.SizeAsync(path, cancel).ConfigureAwait(false);
            if (actual is null)
                _findings.Add(new(FindingSeverity.Warning, CheckKind.FileMissing, path, "The statistics file is missing. Engines plan worse without it.") { SnapshotId = snapshot });
            else if (actual != size)
                _findings.Add(new(FindingSeverity.Warning, CheckKind.FileSize, path, $"The statistics file has {actual} bytes, and the metadata tells {size}.") { SnapshotId = snapshot });
        }
    }

    /// <param name="severity">Of a wrong size. Readers of data files look for the footer by the size, those of manifests read all that there is.</param>
    private async Task<bool> PresentAsync(string path, long size, FindingSeverity severity, long snapshot, FilePresence presence, CancellationToken cancel)
    {
        long? actual = await presence.SizeAsync(path, cancel).ConfigureAwait(false);
        if (actual is null)
        {
            _findings.Add(new(FindingSeverity.Error, CheckKind.FileMissing, path, "The file is missing: the snapshots that have it cannot be read.") { SnapshotId = snapshot });
            return false;
        }
        if (actual != size)
        {
            string message = $"The file has {actual} bytes, and the metadata tells {size}: it was changed, or readers that go by the size fail.";
            _findings.Add(new(severity, CheckKind.FileSize, path, message) { SnapshotId = snapshot });
        }
        return true;
    }

    private async Task DeepAsync(
        (DataFile File, long Snapshot)[] files, Dictionary<long, ImmutableArray<SnapshotEntry>> heads,
        ConcurrentDictionary<string, bool> missing, CancellationToken cancel)
    {
        using DuckSession session = DuckSession.Open(_options.Engine);
        FrozenDictionary<string, DataFile> live = heads.Values.SelectMany(h => h.Select(e => e.Entry.DataFile)).Where(f => f.Content == DataFileContent.Data)
            .DistinctBy(f => _store.Resolve(f.FilePath)).ToFrozenDictionary(f => _store.Resolve(f.FilePath), StringComparer.Ordinal);
        var data = new DataFileCheck(session, _store, _metadata);
        FrozenSet<string> inUse = heads.Values.SelectMany(h => h.Select(e => _store.Resolve(e.Entry.DataFile.FilePath))).ToFrozenSet(StringComparer.Ordinal);
        var deletes = new DeleteFileCheck(session, _store, live, inUse);
        int done = 0;
        await ForEachAsync(files, async (file, token) =>
        {
            try
            {
                ImmutableArray<Finding> found = file.File.Content == DataFileContent.PositionDeletes
                    ? await deletes.RunAsync(file.File, token).ConfigureAwait(false)
                    : await data.RunAsync(file.File, token).ConfigureAwait(false);
                Add(found.Select(f => f with { SnapshotId = file.Snapshot }));
            }
            catch (IcebergException e)
            {
                _findings.Add(Unread(e, file.File.FilePath, file.Snapshot));
            }
            _options.Progress?.Invoke(Interlocked.Increment(ref done), files.Length);
        }, cancel).ConfigureAwait(false);
        if (!missing.IsEmpty || _findings.Any(f => f.Check is CheckKind.FileUnreadable or CheckKind.Deletes)) return;
        foreach (Snapshot snapshot in heads.Keys.Select(_metadata.Snapshot).OfType<Snapshot>())
            Add(await RowIdCheck.RunAsync(session, _store, _metadata, snapshot, cancel).ConfigureAwait(false));
    }

    /// <summary>A file that is not supported is no fault of the table.</summary>
    private static Finding Unread(IcebergException e, string? path, long snapshot) => e.Kind == IcebergErrorKind.Unsupported
        ? new(FindingSeverity.Information, CheckKind.NotChecked, path, e.Message) { SnapshotId = snapshot }
        : new(FindingSeverity.Error, CheckKind.FileUnreadable, path, e.Message) { SnapshotId = snapshot };

    private static Task ForEachAsync<T>(IReadOnlyCollection<T> items, Func<T, CancellationToken, Task> action, CancellationToken cancel) => Parallel.ForEachAsync(
        items, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Math.Max(4, Environment.ProcessorCount) },
        async (item, token) => await action(item, token).ConfigureAwait(false));
}
