using System.Security.Cryptography;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>New snapshot ids: random, positive, 63 bits, unlike any that the table knows of.</summary>
internal static class SnapshotIds
{
    public static long New(TableMetadata metadata)
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            long id = BitConverter.ToInt64(bytes) & long.MaxValue;
            if (id != 0 && metadata.Snapshots.All(s => s.SnapshotId != id && s.ParentSnapshotId != id)
                && metadata.SnapshotLog.All(e => e.SnapshotId != id)) return id;
        }
    }
}
