using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Checks;

/// <summary>Whether a manifest list tells rightly what is in a manifest: readers leave manifests out by it.</summary>
internal static class ManifestCheck
{
    public static IEnumerable<Finding> Of(ManifestFile manifest, IReadOnlyList<ManifestEntry> entries, TableMetadata metadata)
    {
        foreach (ManifestEntryStatus status in Enum.GetValues<ManifestEntryStatus>())
        {
            (int? files, long? rows) = status switch
            {
                ManifestEntryStatus.Added => (manifest.AddedFilesCount, manifest.AddedRowsCount),
                ManifestEntryStatus.Existing => (manifest.ExistingFilesCount, manifest.ExistingRowsCount),
                _ => (manifest.DeletedFilesCount, manifest.DeletedRowsCount),
            };
            ManifestEntry[] own = [.. entries.Where(e => e.Status == status)];
            string name = status.ToString().ToLowerInvariant();
            if (files is { } count && count != own.Length)
            {
                // Who trusts a zero skips the manifest, and its rows are lost or come back.
                yield return new(
                    count == 0 ? FindingSeverity.Error : FindingSeverity.Warning, CheckKind.ManifestCounts, manifest.ManifestPath,
                    $"The manifest list tells {count} {name} files, and there are {own.Length}.");
            }
            long sum = own.Sum(e => e.DataFile.RecordCount);
            if (rows is { } told && told != sum)
            {
                yield return new(
                    FindingSeverity.Warning, CheckKind.ManifestCounts, manifest.ManifestPath,
                    $"The manifest list tells {told} rows in {name} files, and there are {sum}.");
            }
        }
        ManifestEntry[] live = [.. entries.Where(e => e.IsLive)];
        if (manifest.MinSequenceNumber is { } least && live.Any(e => e.SequenceNumber < least))
        {
            yield return new(
                FindingSeverity.Error, CheckKind.SequenceNumber, manifest.ManifestPath,
                $"The manifest list tells {least} as the least data sequence number, and there is a file with {live.Min(e => e.SequenceNumber)}.");
        }
        foreach (Finding finding in Partitions(manifest, live, metadata)) yield return finding;
    }

    private static IEnumerable<Finding> Partitions(ManifestFile manifest, ManifestEntry[] live, TableMetadata metadata)
    {
        if (manifest.Partitions.IsDefaultOrEmpty || live.Length == 0) yield break;
        PartitionSpec spec = metadata.Spec(manifest.PartitionSpecId);
        StructType type = metadata.PartitionType(spec);
        for (int i = 0; i < Math.Min(spec.Fields.Length, manifest.Partitions.Length); i++)
        {
            IcebergType fieldType = type.Fields[i].Type;
            FieldSummary summary = manifest.Partitions[i];
            if (!fieldType.IsPrimitive || fieldType.Id == TypeId.Unknown) continue;
            object?[] values = [.. live.Select(e => e.DataFile.Partition).Distinct().Select(t => i < t.Values.Length ? t[i] : null)];
            string? wrong = values.Any(v => v is null) && !summary.ContainsNull ? "has no NULL"
                : values.Any(v => v is float.NaN or double.NaN) && summary.ContainsNan == false ? "has no NaN"
                : Outside(summary, fieldType, values) is { } outside ? $"does not go as far as {PartitionPath.Text(spec.Fields[i].Transform, fieldType, outside)}"
                : null;
            if (wrong is null) continue;
            yield return new(
                FindingSeverity.Error, CheckKind.ManifestPartitions, manifest.ManifestPath,
                $"By the manifest list partition field {spec.Fields[i].Name} {wrong}, but a file has it. Filters may leave its rows out.");
        }
    }

    private static object? Outside(FieldSummary summary, IcebergType type, IEnumerable<object?> values)
    {
        object? lower = Bound.Of(type, summary.LowerBound), upper = Bound.Of(type, summary.UpperBound);
        return values.FirstOrDefault(v => v is not (null or float.NaN or double.NaN) && (Bound.Below(v, lower) || Bound.Above(v, upper)));
    }
}
