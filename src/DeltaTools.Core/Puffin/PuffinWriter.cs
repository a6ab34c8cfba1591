using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Puffin;

/// <summary>Writes a Puffin file in memory.</summary>
/// <param name="createdBy">Name and version of the program, for <c>created-by</c>.</param>
public sealed class PuffinWriter(string createdBy)
{
    /// <summary>The reserved field <c>_pos</c>: what deletion vectors are "computed for".</summary>
    private const int PositionFieldId = 2147483645;

    private static readonly IReadOnlyDictionary<string, string> NoProperties = new Dictionary<string, string>();

    private readonly MemoryStream _file = Start();
    private readonly List<PuffinBlob> _blobs = [];

    public IReadOnlyList<PuffinBlob> Blobs => _blobs;

    /// <summary>Adds a deletion vector; offset and length of the blob go into the delete manifest.</summary>
    /// <param name="referencedDataFile">Location of the data file as in its manifest.</param>
    public PuffinBlob Add(DeletionVector vector, string referencedDataFile) => Add(
        DeletionVector.BlobType, [PositionFieldId], -1, -1, vector.Serialize(),
        properties: new OrderedDictionary<string, string>
        {
            ["referenced-data-file"] = referencedDataFile,
            ["cardinality"] = vector.Count.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>Adds a blob, such as statistics that are kept from another file.</summary>
    /// <param name="content">As it is to stand in the file, compressed if <paramref name="compressionCodec"/> says so.</param>
    public PuffinBlob Add(string type, ImmutableArray<int> fields, long snapshotId, long sequenceNumber, ReadOnlySpan<byte> content,
        string? compressionCodec = null, IReadOnlyDictionary<string, string>? properties = null)
    {
        var blob = new PuffinBlob(type, fields, snapshotId, sequenceNumber, _file.Position, content.Length, compressionCodec, properties ?? NoProperties);
        _file.Write(content);
        _blobs.Add(blob);
        return blob;
    }

    /// <summary>Ends the file and gives its content.</summary>
    /// <param name="footerSize">Bytes of the footer, for statistics files in table metadata.</param>
    public byte[] ToArray(out long footerSize)
    {
        long start = _file.Position;
        byte[] payload = PuffinFormat.ToJson(_blobs, new Dictionary<string, string> { ["created-by"] = createdBy });
        _file.Write(PuffinFormat.Magic);
        _file.Write(payload);
        Span<byte> sizeAndFlags = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(sizeAndFlags, payload.Length);
        sizeAndFlags[4..].Clear();
        _file.Write(sizeAndFlags);
        _file.Write(PuffinFormat.Magic);
        footerSize = _file.Position - start;
        return _file.ToArray();
    }

    private static MemoryStream Start()
    {
        var file = new MemoryStream();
        file.Write(PuffinFormat.Magic);
        return file;
    }
}
