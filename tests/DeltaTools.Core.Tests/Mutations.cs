using System.Buffers.Binary;
using System.IO.Hashing;

namespace DeltaTools.Core.Tests;

/// <summary>Damages files as a bad disk or a hostile writer would; the same seed gives the same damage.</summary>
internal static class Mutations
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];

    public static byte[] Of(byte[] content, int seed, int from = 0, int? to = null)
    {
        var random = new Random(seed);
        byte[] bytes = [.. content];
        int end = to ?? bytes.Length;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(from, end);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = Telling[random.Next(Telling.Length)]; break;
                case 2: bytes.AsSpan(at, Math.Min(random.Next(1, 11), end - at)).Fill(Telling[random.Next(Telling.Length)]); break;
                default:
                    int length = Math.Min(random.Next(1, 9), end - at);
                    bytes.AsSpan(random.Next(from, end - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }
        return bytes;
    }

    /// <summary>As <see cref="Of"/>, and sometimes cut off or with bytes taken out or doubled.</summary>
    public static byte[] WithLengths(byte[] content, int seed)
    {
        var random = new Random(~seed);
        byte[] bytes = Of(content, seed);
        int at = random.Next(bytes.Length);
        int length = Math.Min(random.Next(1, 30), bytes.Length - at);
        return random.Next(5) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => [.. bytes[..(at + length)], .. bytes[at..]],
            _ => bytes,
        };
    }

    /// <summary>Sets length and checksum of a deletion vector right, so that what is inside is looked at.</summary>
    public static void FixDeletionVector(byte[] blob)
    {
        BinaryPrimitives.WriteInt32BigEndian(blob, blob.Length - 8);
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(blob.Length - 4), Crc32.HashToUInt32(blob.AsSpan(4, blob.Length - 8)));
    }
}
