using System.Collections.Immutable;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>Writes manifest entries in the order of <see cref="ManifestSchemas.Entry"/>.</summary>
internal sealed class ManifestEntryEncoder(AvroEncoder encoder, int formatVersion, StructType partitionType, ManifestContent content)
{
    /// <summary>The deprecated block size of v1, which nobody reads.</summary>
    private const long BlockSize = 64 * 1024 * 1024;

    /// <exception cref="IcebergException">InvalidArgument: the entry lacks what it must carry.</exception>
    public void Write(ManifestEntry entry)
    {
        Check(entry);
        encoder.WriteLong((int)entry.Status);
        Optional(entry.SnapshotId);
        if (formatVersion >= 2)
        {
            Optional(entry.SequenceNumber);
            // Only the commit can know it.
            Optional(entry.Status == ManifestEntryStatus.Added ? null : entry.FileSequenceNumber);
        }
        Write(entry.DataFile, entry.Status);
    }

    private void Check(ManifestEntry entry)
    {
        DataFile file = entry.DataFile;
        if ((file.Content == DataFileContent.Data) != (content == ManifestContent.Data))
        {
            throw IcebergException.Invalid($"File {file.FilePath} ({file.Content}) does not belong into a manifest of {content} files.");
        }
        if (entry.SnapshotId is null) throw IcebergException.Invalid($"The existing entry of {file.FilePath} has no snapshot id.");
        if (formatVersion >= 2 && entry.Status != ManifestEntryStatus.Added && entry.SequenceNumber is null)
        {
            // Old v2 writers left out the file sequence number, so that may be missing still.
            throw IcebergException.Invalid($"The {entry.Status} entry of {file.FilePath} has no sequence number.");
        }
    }

    private void Write(DataFile file, ManifestEntryStatus status)
    {
        if (formatVersion >= 2) encoder.WriteLong((int)file.Content);
        encoder.WriteString(file.FilePath);
        encoder.WriteString(Name(file.Format));
        PartitionAvro.Write(encoder, partitionType, file.Partition);
        encoder.WriteLong(file.RecordCount);
        encoder.WriteLong(file.FileSizeInBytes);
        if (formatVersion == 1) encoder.WriteLong(BlockSize);
        Counts(file.Metrics.ColumnSizes);
        Counts(file.Metrics.ValueCounts);
        Counts(file.Metrics.NullValueCounts);
        Counts(file.Metrics.NanValueCounts);
        Bounds(file.Metrics.LowerBounds);
        Bounds(file.Metrics.UpperBounds);
        Optional(file.KeyMetadata);
        Optional(file.SplitOffsets);
        if (formatVersion >= 2) Optional([.. file.EqualityIds.IsDefault ? [] : file.EqualityIds.Select(id => (long)id)]);
        Optional(file.SortOrderId);
        if (formatVersion >= 3) Optional(status == ManifestEntryStatus.Added || content == ManifestContent.Deletes ? null : file.FirstRowId);
        if (formatVersion >= 2) Optional(file.ReferencedDataFile);
        if (formatVersion >= 3)
        {
            Optional(file.ContentOffset);
            Optional(file.ContentSizeInBytes);
        }
    }

    private static string Name(FileFormat format) => format switch
    {
        FileFormat.Parquet => "PARQUET",
        FileFormat.Avro => "AVRO",
        FileFormat.Orc => "ORC",
        _ => "PUFFIN",
    };

    private void Counts(FieldMap<long> counts)
    {
        if (!Start(counts.Count)) return;
        foreach ((int id, long count) in counts)
        {
            encoder.WriteLong(id);
            encoder.WriteLong(count);
        }
        encoder.WriteLong(0);
    }

    private void Bounds(FieldMap<byte[]> bounds)
    {
        if (!Start(bounds.Count)) return;
        foreach ((int id, byte[] bound) in bounds)
        {
            encoder.WriteLong(id);
            encoder.WriteBytes(bound);
        }
        encoder.WriteLong(0);
    }

    private void Optional(ImmutableArray<long> values)
    {
        if (!Start(values.IsDefault ? 0 : values.Length)) return;
        foreach (long value in values) encoder.WriteLong(value);
        encoder.WriteLong(0);
    }

    /// <summary>Starts an array with the number of its items; null when there are none.</summary>
    private bool Start(int count)
    {
        encoder.WriteLong(count == 0 ? 0 : 1);
        if (count > 0) encoder.WriteLong(count);
        return count > 0;
    }

    private void Optional(long? value)
    {
        encoder.WriteLong(value is null ? 0 : 1);
        if (value is { } present) encoder.WriteLong(present);
    }

    private void Optional(string? value)
    {
        encoder.WriteLong(value is null ? 0 : 1);
        if (value is not null) encoder.WriteString(value);
    }

    private void Optional(byte[]? value)
    {
        encoder.WriteLong(value is null ? 0 : 1);
        if (value is not null) encoder.WriteBytes(value);
    }
}
