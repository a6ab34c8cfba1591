using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Which state of a table a query asks for: one of the three is set.</summary>
/// <param name="Ref">A branch or tag.</param>
internal sealed record TimeTravel(long? SnapshotId, string? Ref, DateTimeOffset? Time)
{
    /// <exception cref="IcebergException">SnapshotNotFound, RefNotFound.</exception>
    public (Snapshot? Snapshot, Schema Schema) Select(TableMetadata metadata)
    {
        if (SnapshotId is { } id) return SnapshotSelection.ById(metadata, id);
        if (Time is { } time) return SnapshotSelection.AsOf(metadata, time);
        // Scripts hold ids as text too.
        return !metadata.Refs.ContainsKey(Ref!) && long.TryParse(Ref, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? SnapshotSelection.ById(metadata, number) : SnapshotSelection.ByRef(metadata, Ref!);
    }
}
