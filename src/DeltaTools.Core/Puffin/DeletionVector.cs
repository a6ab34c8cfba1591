using System.Buffers.Binary;
using System.IO.Hashing;
using DeltaTools.Core.Puffin.Roaring;

namespace DeltaTools.Core.Puffin;

/// <summary>The positions of a data file's deleted rows ("Deletion Vectors"; Puffin blob type <c>deletion-vector-v1</c>).</summary>
/// <remarks>Positions are from 0 to 2^63-1. Not for concurrent change.</remarks>
public sealed class DeletionVector
{
    /// <summary>Blob type in Puffin.</summary>
    public const string BlobType = "deletion-vector-v1";

    private static ReadOnlySpan<byte> Magic => [0xD1, 0xD3, 0x39, 0x64];

    private readonly RoaringBitmap64 _bitmap;

    public DeletionVector() => _bitmap = new RoaringBitmap64();

    private DeletionVector(RoaringBitmap64 bitmap) => _bitmap = bitmap;

    public static DeletionVector Of(IEnumerable<long> positions)
    {
        var vector = new DeletionVector();
        vector.AddRange(positions);
        return vector;
    }

    /// <summary>Number of deleted rows.</summary>
    public long Count => _bitmap.Count;

    public bool Contains(long position) => _bitmap.Contains(position);

    /// <summary>Adds a position; fast when they come in ascending order.</summary>
    public void Add(long position) => _bitmap.Add(position);

    public void AddRange(IEnumerable<long> positions)
    {
        foreach (long position in positions) _bitmap.Add(position);
    }

    /// <summary>Adds all positions of another vector, which stays as it is.</summary>
    public void UnionWith(DeletionVector other) => _bitmap.UnionWith(other._bitmap);

    /// <summary>The positions in ascending order.</summary>
    public IEnumerable<long> Positions => _bitmap.Positions();

    /// <summary>The positions in ascending order.</summary>
    public long[] ToArray()
    {
        long[] positions = new long[Count];
        _bitmap.CopyTo(positions);
        return positions;
    }

    /// <summary>The blob: length, magic, bitmap with runs where they are smaller, CRC-32.</summary>
    public byte[] Serialize()
    {
        _bitmap.RunOptimize();
        int size = _bitmap.Size;
        byte[] blob = new byte[size + 12];
        BinaryPrimitives.WriteInt32BigEndian(blob, size + 4);
        Magic.CopyTo(blob.AsSpan(4));
        _bitmap.Write(blob.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(size + 8), Crc32.HashToUInt32(blob.AsSpan(4, size + 4)));
        return blob;
    }

    /// <exception cref="IcebergException">Corrupt: the bytes are not a deletion vector, or the checksum is wrong.</exception>
    public static DeletionVector Deserialize(ReadOnlySpan<byte> blob)
    {
        try
        {
            return Read(blob);
        }
        catch (InvalidDataException e)
        {
            throw IcebergException.Corrupt($"A deletion vector is corrupt. {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">As <see cref="Deserialize"/>.</exception>
    internal static DeletionVector Read(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 12) throw new InvalidDataException($"A deletion vector has {blob.Length} bytes.");
        int length = BinaryPrimitives.ReadInt32BigEndian(blob);
        if (length != blob.Length - 8) throw new InvalidDataException($"A deletion vector claims {length} bytes where it has {blob.Length - 8}.");
        ReadOnlySpan<byte> content = blob[4..^4];
        if (!content.StartsWith(Magic)) throw new InvalidDataException("A deletion vector does not start with its mark.");
        if (Crc32.HashToUInt32(content) != BinaryPrimitives.ReadUInt32BigEndian(blob[^4..])) throw new InvalidDataException("A deletion vector has a wrong checksum.");
        RoaringBitmap64 bitmap = RoaringBitmap64.Read(content[4..], out int used);
        if (used != content.Length - 4) throw new InvalidDataException($"A deletion vector has {content.Length - 4 - used} bytes too many.");
        return new DeletionVector(bitmap);
    }
}
