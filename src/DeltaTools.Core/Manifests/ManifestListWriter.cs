using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>Writes manifest lists in memory.</summary>
public static class ManifestListWriter
{
    /// <param name="snapshot">The snapshot to be: id, parent, sequence number and, in v3, the first row id that it starts from.</param>
    /// <param name="manifests">
    /// Manifests without a sequence number must be this snapshot's and get its sequence number. In v3, data manifests without a first row
    /// id get one ("First Row ID Assignment"). From v2 on counts must be known; see <see cref="ManifestReader.WithCountsAsync"/>.
    /// </param>
    /// <returns>The file's content, and the table's next row id after the commit (null before v3).</returns>
    /// <exception cref="IcebergException">InvalidArgument: a manifest or the snapshot lacks what it must carry.</exception>
    public static (byte[] Content, long? NextRowId) Write(
        int formatVersion, Snapshot snapshot, IReadOnlyList<ManifestFile> manifests, AvroCompression compression = AvroCompression.Deflate)
    {
        long? nextRowId = formatVersion < 3 ? null : snapshot.FirstRowId
            ?? throw IcebergException.Invalid($"Snapshot {snapshot.SnapshotId} of a v3 table has no first row id.");
        var file = new AvroFileWriter(ManifestSchemas.List(formatVersion), compression.Codec(), Header(formatVersion, snapshot));
        foreach (ManifestFile manifest in manifests)
        {
            ManifestFile resolved = Resolve(formatVersion, snapshot, manifest);
            if (nextRowId is { } rowId && manifest.Content == ManifestContent.Data && manifest.FirstRowId is null)
            {
                resolved = resolved with { FirstRowId = rowId };
                // Existing files may lack ids too: those of manifests from before v3.
                nextRowId = checked(rowId + resolved.AddedRowsCount + resolved.ExistingRowsCount);
            }
            Write(file.Record, formatVersion, resolved);
            file.EndRecord();
        }
        return (file.ToArray(), nextRowId);
    }

    private static ManifestFile Resolve(int formatVersion, Snapshot snapshot, ManifestFile manifest)
    {
        if (manifest.ManifestPath.Length == 0) throw IcebergException.Invalid("A manifest has no path.");
        if (formatVersion == 1)
        {
            return manifest.Content == ManifestContent.Data ? manifest : throw IcebergException.Invalid("Tables of format version 1 have no delete manifests.");
        }
        if (manifest.SequenceNumber is null && manifest.AddedSnapshotId != snapshot.SnapshotId)
        {
            throw IcebergException.Invalid($"Manifest {manifest.ManifestPath} of snapshot {manifest.AddedSnapshotId} has no sequence number.");
        }
        if (manifest is { AddedFilesCount: null } or { ExistingFilesCount: null } or { DeletedFilesCount: null }
            or { AddedRowsCount: null } or { ExistingRowsCount: null } or { DeletedRowsCount: null })
        {
            throw IcebergException.Invalid($"The counts of manifest {manifest.ManifestPath} are unknown.");
        }
        return manifest with
        {
            SequenceNumber = manifest.SequenceNumber ?? snapshot.SequenceNumber,
            MinSequenceNumber = manifest.MinSequenceNumber ?? manifest.SequenceNumber ?? snapshot.SequenceNumber,
        };
    }

    private static void Write(AvroEncoder encoder, int formatVersion, ManifestFile manifest)
    {
        bool v1 = formatVersion == 1;
        encoder.WriteString(manifest.ManifestPath);
        encoder.WriteLong(manifest.ManifestLength);
        encoder.WriteLong(manifest.PartitionSpecId);
        if (!v1)
        {
            encoder.WriteLong((int)manifest.Content);
            encoder.WriteLong(manifest.SequenceNumber!.Value);
            encoder.WriteLong(manifest.MinSequenceNumber!.Value);
        }
        encoder.WriteLong(manifest.AddedSnapshotId);
        Number(encoder, v1, manifest.AddedFilesCount);
        Number(encoder, v1, manifest.ExistingFilesCount);
        Number(encoder, v1, manifest.DeletedFilesCount);
        if (v1) Summaries(encoder, manifest.Partitions);
        Number(encoder, v1, manifest.AddedRowsCount);
        Number(encoder, v1, manifest.ExistingRowsCount);
        Number(encoder, v1, manifest.DeletedRowsCount);
        if (!v1) Summaries(encoder, manifest.Partitions);
        Bytes(encoder, manifest.KeyMetadata);
        if (formatVersion >= 3) Number(encoder, optional: true, manifest.FirstRowId);
    }

    /// <summary>Null when there are none: readers take an empty list of a partitioned spec for a broken one, not for unknown.</summary>
    private static void Summaries(AvroEncoder encoder, ImmutableArray<FieldSummary> summaries)
    {
        encoder.WriteLong(summaries.IsDefaultOrEmpty ? 0 : 1);
        if (summaries.IsDefaultOrEmpty) return;
        encoder.WriteLong(summaries.Length);
        foreach (FieldSummary summary in summaries)
        {
            encoder.WriteBoolean(summary.ContainsNull);
            encoder.WriteLong(summary.ContainsNan is null ? 0 : 1);
            if (summary.ContainsNan is { } hasNan) encoder.WriteBoolean(hasNan);
            Bytes(encoder, summary.LowerBound);
            Bytes(encoder, summary.UpperBound);
        }
        encoder.WriteLong(0);
    }

    private static void Number(AvroEncoder encoder, bool optional, long? value)
    {
        if (optional) encoder.WriteLong(value is null ? 0 : 1);
        if (value is { } present) encoder.WriteLong(present);
    }

    private static void Bytes(AvroEncoder encoder, byte[]? value)
    {
        encoder.WriteLong(value is null ? 0 : 1);
        if (value is not null) encoder.WriteBytes(value);
    }

    private static List<KeyValuePair<string, string>> Header(int formatVersion, Snapshot snapshot)
    {
        List<KeyValuePair<string, string>> header =
        [
            new("snapshot-id", Text(snapshot.SnapshotId)),
            new("parent-snapshot-id", snapshot.ParentSnapshotId is { } parent ? Text(parent) : "null"),
        ];
        if (formatVersion >= 2) header.Add(new("sequence-number", Text(snapshot.SequenceNumber)));
        if (formatVersion >= 3) header.Add(new("first-row-id", Text(snapshot.FirstRowId!.Value)));
        header.Add(new("format-version", Text(formatVersion)));
        return header;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
