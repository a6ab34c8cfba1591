using System.Collections.Immutable;

namespace DeltaTools.Core.Puffin;

/// <summary>A blob as the footer describes it ("BlobMetadata").</summary>
/// <param name="Fields">Field ids it was computed for.</param>
/// <param name="SnapshotId">Snapshot it was computed from; -1 for deletion vectors, and so is <paramref name="SequenceNumber"/>.</param>
/// <param name="Offset">Where it starts in the file.</param>
/// <param name="Length">Its bytes in the file.</param>
/// <param name="CompressionCodec"><c>lz4</c>, <c>zstd</c>, or null when it is not compressed.</param>
/// <param name="Properties">In the order of the file.</param>
public sealed record PuffinBlob(
    string Type,
    ImmutableArray<int> Fields,
    long SnapshotId,
    long SequenceNumber,
    long Offset,
    long Length,
    string? CompressionCodec,
    IReadOnlyDictionary<string, string> Properties);

/// <summary>What the footer of a Puffin file says ("FileMetadata").</summary>
/// <param name="Size">Bytes of the footer, as statistics files in table metadata state it.</param>
public sealed record PuffinFooter(ImmutableArray<PuffinBlob> Blobs, IReadOnlyDictionary<string, string> Properties, long Size);
