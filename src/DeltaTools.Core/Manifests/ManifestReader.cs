using System.Collections.Frozen;
using System.Text;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Manifests;

/// <summary>Reads the entries of a manifest, with everything that they inherit from the manifest list.</summary>
public static class ManifestReader
{
    /// <returns>The entries in file order. Sequence numbers, snapshot ids and first row ids are resolved.</returns>
    /// <exception cref="IcebergException">Corrupt: the manifest is missing or broken; Unsupported: its compression or a file format.</exception>
    public static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(
        IObjectStore store, ManifestFile manifest, TableMetadata metadata, ManifestReadOptions options, CancellationToken cancel)
    {
        if (manifest.KeyMetadata is { Length: > 0 }) throw IcebergException.Unsupported($"Manifest {manifest.ManifestPath} is encrypted.");
        byte[] content = await store.ReadAllAsync(manifest.ManifestPath, cancel).ConfigureAwait(false);
        return FileGuard.Read("Manifest", manifest.ManifestPath, () => Read(content, manifest, metadata, options, cancel));
    }

    /// <summary>The manifest with its counts, for lists that must state them (v2 and later) when those of v1 did not.</summary>
    /// <returns>The manifest itself when it has them already; then nothing is read.</returns>
    /// <exception cref="IcebergException">As <see cref="ReadAsync"/>.</exception>
    public static async Task<ManifestFile> WithCountsAsync(IObjectStore store, ManifestFile manifest, TableMetadata metadata, CancellationToken cancel)
    {
        if (manifest is
            {
                AddedFilesCount: not null, ExistingFilesCount: not null, DeletedFilesCount: not null,
                AddedRowsCount: not null, ExistingRowsCount: not null, DeletedRowsCount: not null,
            })
        {
            return manifest;
        }
        IReadOnlyList<ManifestEntry> entries = await ReadAsync(
            store, manifest, metadata, ManifestReadOptions.All with { MetricFields = FrozenSet<int>.Empty }, cancel).ConfigureAwait(false);
        ILookup<ManifestEntryStatus, long> rows = entries.ToLookup(entry => entry.Status, entry => entry.DataFile.RecordCount);
        return manifest with
        {
            AddedFilesCount = rows[ManifestEntryStatus.Added].Count(),
            ExistingFilesCount = rows[ManifestEntryStatus.Existing].Count(),
            DeletedFilesCount = rows[ManifestEntryStatus.Deleted].Count(),
            AddedRowsCount = rows[ManifestEntryStatus.Added].Sum(),
            ExistingRowsCount = rows[ManifestEntryStatus.Existing].Sum(),
            DeletedRowsCount = rows[ManifestEntryStatus.Deleted].Sum(),
        };
    }

    internal static List<ManifestEntry> Read(
        ReadOnlyMemory<byte> content, ManifestFile manifest, TableMetadata metadata, ManifestReadOptions options, CancellationToken cancel)
    {
        StructType partitionType = metadata.PartitionType(metadata.Spec(manifest.PartitionSpecId));
        AvroFile file = AvroFile.Open(content);
        var reader = new ManifestEntryReader(file.Schema, partitionType, options);
        var entry = new ManifestEntryBuilder(manifest.PartitionSpecId, PartitionReader.AllNull(partitionType), options);
        var entries = new List<ManifestEntry>();
        long? nextRowId = manifest.Content == ManifestContent.Data ? manifest.FirstRowId : null;
        while (file.NextBlock(out long count, out ReadOnlySpan<byte> block))
        {
            cancel.ThrowIfCancellationRequested();
            var decoder = new AvroDecoder(block);
            for (; count > 0; count--)
            {
                entry.Reset();
                reader.Read(ref decoder, entry);
                entry.Check();
                Inherit(entry, manifest, ref nextRowId);
                if (entry.IsWanted) entries.Add(entry.ToEntry(Encoding.UTF8.GetString(block[entry.Path!.Value])));
            }
        }
        return entries;
    }

    /// <summary>"Sequence Number Inheritance" and "First Row ID Inheritance".</summary>
    private static void Inherit(ManifestEntryBuilder entry, ManifestFile manifest, ref long? nextRowId)
    {
        var status = (ManifestEntryStatus)entry.Status!.Value;
        entry.SnapshotId ??= manifest.AddedSnapshotId;
        // Manifests of v1 have no sequence numbers and stand in the list with 0: then 0 goes for entries of any status.
        if (status == ManifestEntryStatus.Added || manifest.SequenceNumber == 0)
        {
            entry.SequenceNumber ??= manifest.SequenceNumber;
            entry.FileSequenceNumber ??= manifest.SequenceNumber;
        }
        // Without it nobody can tell which deletes apply. (Old v2 writers left out file_sequence_number; nothing depends on that.)
        if (status == ManifestEntryStatus.Existing && entry.SequenceNumber is null)
        {
            throw new InvalidDataException("An existing entry has no sequence number.");
        }
        // A manifest of the commit being made is in no list yet: what is missing will be assigned, and what is there stands.
        if (manifest.SequenceNumber is null) return;
        // As in Java: a stored id counts only when the manifest has one, and deleted entries take no part.
        if (nextRowId is not { } rowId)
        {
            entry.FirstRowId = null;
        }
        else if (status != ManifestEntryStatus.Deleted && entry.FirstRowId is null)
        {
            entry.FirstRowId = rowId;
            if (entry.RecordCount > long.MaxValue - rowId) throw new InvalidDataException("Row ids go beyond 2^63.");
            nextRowId = rowId + entry.RecordCount;
        }
    }
}
