using System.Buffers.Binary;
using System.Numerics;

namespace DeltaTools.Core.Spec.Values;

/// <summary>The 32-bit Murmur3 hash, x86 variant, seeded with 0 (Appendix B).</summary>
public static class Murmur3
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;

    public static int Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = 0;
        int blocks = bytes.Length & ~3;
        for (int i = 0; i < blocks; i += 4)
        {
            hash ^= Mix(BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]));
            hash = BitOperations.RotateLeft(hash, 13) * 5 + 0xe6546b64;
        }
        uint tail = 0;
        for (int i = bytes.Length - 1; i >= blocks; i--) tail = (tail << 8) | bytes[i];
        hash ^= Mix(tail);
        return Finish(hash ^ (uint)bytes.Length);
    }

    /// <summary>The hash of the number's 8 little-endian bytes.</summary>
    public static int Hash(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Hash(bytes);
    }

    private static uint Mix(uint block) => BitOperations.RotateLeft(block * C1, 15) * C2;

    private static int Finish(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return (int)(hash ^ (hash >> 16));
    }
}
