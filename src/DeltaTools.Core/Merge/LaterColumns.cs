using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Columns of a raw table that came after its first rows. That those rows did not carry them is known by their files, not by their values.</summary>
internal static class LaterColumns
{
    /// <returns>Name of the first such column, or null.</returns>
    public static string? First(TableMetadata raw)
    {
        Snapshot[] line = [.. Ancestry.Of(raw, raw.CurrentSnapshotId)];
        // Of expired snapshots the schema is not known any more.
        bool isWhole = line.Length == 0 || line[^1].ParentSnapshotId is null;
        IEnumerable<Schema> written = isWhole
            ? line.Select(s => raw.Schemas.FirstOrDefault(x => x.SchemaId == s.SchemaId)).OfType<Schema>() : raw.Schemas;
        Schema[] earlier = [.. written.Distinct()];
        return raw.CurrentSchema.Fields.FirstOrDefault(f => f.Name != RawColumns.Absent && !RowNumbers.Is(f) && earlier.Any(s => s.Fields.All(x => x.Id != f.Id)))?.Name;
    }
}
