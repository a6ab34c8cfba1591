using System.Collections.Frozen;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tables;

/// <summary>The partitions of some files, to tell which manifests may hold them.</summary>
internal sealed class PartitionScope(IEnumerable<DataFile> files)
{
    private readonly FrozenDictionary<int, FrozenSet<PartitionTuple>> _bySpec =
        files.GroupBy(f => f.SpecId).ToFrozenDictionary(g => g.Key, g => g.Select(f => f.Partition).ToFrozenSet());

    /// <summary>By the manifest's partition summaries; a manifest without them may hold anything of its spec.</summary>
    public bool MayHold(ManifestFile manifest, TableMetadata metadata)
    {
        if (!_bySpec.TryGetValue(manifest.PartitionSpecId, out FrozenSet<PartitionTuple>? tuples)) return false;
        StructType types = metadata.PartitionType(metadata.Spec(manifest.PartitionSpecId));
        if (manifest.Partitions.IsDefaultOrEmpty || manifest.Partitions.Length != types.Fields.Length) return true;
        (FieldSummary Summary, object? Lower, object? Upper)[] bounds =
        [
            .. manifest.Partitions.Select((s, i) => (s, Value(types.Fields[i].Type, s.LowerBound), Value(types.Fields[i].Type, s.UpperBound))),
        ];
        return tuples.Any(tuple => tuple.Values.Length != bounds.Length || !tuple.Values.Where((v, i) => IsOutside(v, bounds[i])).Any());
    }

    private static object? Value(IcebergType type, byte[]? bytes) =>
        bytes is null || type is not PrimitiveType || type.Id == TypeId.Unknown ? null : SingleValue.FromBytes(type, bytes);

    /// <summary>NaN stands outside the bounds, so it is never taken for outside.</summary>
    private static bool IsOutside(object? value, (FieldSummary Summary, object? Lower, object? Upper) bounds) => value switch
    {
        null => !bounds.Summary.ContainsNull,
        float.NaN or double.NaN => bounds.Summary.ContainsNan == false,
        _ => (bounds.Lower is { } lower && lower.GetType() == value.GetType() && ValueComparer.Instance.Compare(value, lower) < 0)
            || (bounds.Upper is { } upper && upper.GetType() == value.GetType() && ValueComparer.Instance.Compare(value, upper) > 0),
    };
}
