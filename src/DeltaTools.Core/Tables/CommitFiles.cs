using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tables;

/// <summary>Writes the manifests and manifest lists of one commit, and deletes those that did not become part of the table.</summary>
internal sealed class CommitFiles(IObjectStore store, long snapshotId)
{
    private readonly Guid _commit = Guid.NewGuid();
    private readonly List<string> _written = [];
    private int _manifests;
    private int _lists;

    public IObjectStore Store => store;

    public long SnapshotId => snapshotId;

    /// <summary>Writes a manifest. Its sequence numbers and first row id are left open for the list to assign.</summary>
    public async Task<ManifestFile> WriteManifestAsync(
        TableMetadata metadata, int specId, ManifestContent content, IReadOnlyList<ManifestEntry> entries, CancellationToken cancel)
    {
        (byte[] bytes, ManifestFile manifest) = ManifestWriter.Write(metadata, metadata.Spec(specId), content, snapshotId, entries);
        string location = NewLocation(metadata, string.Create(CultureInfo.InvariantCulture, $"{_commit}-m{_manifests++}.avro"));
        await store.WriteAsync(location, bytes, cancel).ConfigureAwait(false);
        return metadata.FormatVersion == 1
            ? manifest with { ManifestPath = location, SequenceNumber = 0, MinSequenceNumber = 0 }
            : manifest with { ManifestPath = location };
    }

    /// <summary>Writes entries to as many manifests as their number asks for.</summary>
    /// <param name="most">Entries of one manifest; null: some 8 MB, the usual target size, at several hundred bytes an entry.</param>
    public async Task<ImmutableArray<ManifestFile>> WriteManifestsAsync(
        TableMetadata metadata, int specId, ManifestContent content, IReadOnlyList<ManifestEntry> entries, int? most, CancellationToken cancel)
    {
        const int MostEntries = 10_000;
        ImmutableArray<ManifestFile>.Builder manifests = ImmutableArray.CreateBuilder<ManifestFile>();
        foreach (ManifestEntry[] part in entries.Chunk(most ?? MostEntries))
        {
            manifests.Add(await WriteManifestAsync(metadata, specId, content, part, cancel).ConfigureAwait(false));
        }
        return manifests.ToImmutable();
    }

    /// <summary>Where the list of the next attempt goes.</summary>
    public string NewListLocation(TableMetadata metadata) =>
        NewLocation(metadata, string.Create(CultureInfo.InvariantCulture, $"snap-{snapshotId}-{++_lists}-{_commit}.avro"));

    /// <summary>Deletes what was written except what is named. A file that cannot be deleted is an orphan, not an error.</summary>
    public async Task DeleteAllButAsync(IReadOnlySet<string> used)
    {
        string[] unused = [.. _written.Where(f => !used.Contains(f))];
        _written.Clear();
        try
        {
            await store.DeleteAsync(unused, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // Remove-IcebergOrphanFile finds them.
        }
    }

    private string NewLocation(TableMetadata metadata, string fileName)
    {
        string location = TableLocations.NewMetadataFile(metadata, fileName);
        _written.Add(location);
        return location;
    }
}
