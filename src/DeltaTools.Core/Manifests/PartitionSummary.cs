using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Manifests;

/// <summary>Collects the field summaries of a manifest: what its partition tuples hold, deleted files included.</summary>
internal sealed class PartitionSummary(StructType partitionType)
{
    private readonly (bool HasNull, bool HasNan, object? Lower, object? Upper)[] _fields = new (bool, bool, object?, object?)[partitionType.Fields.Length];
    private PartitionTuple? _last;

    public void Add(PartitionTuple tuple)
    {
        // Files mostly come in runs of one partition.
        if (ReferenceEquals(tuple, _last)) return;
        _last = tuple;
        for (int i = 0; i < _fields.Length; i++)
        {
            ref (bool HasNull, bool HasNan, object? Lower, object? Upper) field = ref _fields[i];
            switch (tuple[i])
            {
                case null: field.HasNull = true; break;
                case double.NaN or float.NaN: field.HasNan = true; break;
                case { } value:
                    if (field.Lower is null || ValueComparer.Instance.Compare(value, field.Lower) < 0) field.Lower = value;
                    if (field.Upper is null || ValueComparer.Instance.Compare(value, field.Upper) > 0) field.Upper = value;
                    break;
            }
        }
    }

    public ImmutableArray<FieldSummary> ToSummaries() => [.. _fields.Zip(partitionType.Fields, (field, column) =>
        new FieldSummary(field.HasNull, field.HasNan, Bytes(column.Type, field.Lower), Bytes(column.Type, field.Upper)))];

    private static byte[]? Bytes(IcebergType type, object? value) => value is null ? null : SingleValue.ToBytes(type, value);
}
