using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>What a file's metrics tell of one column; null where they tell nothing.</summary>
public sealed class IcebergFileColumn
{
    private IcebergFileColumn(int id, ColumnMetrics metrics, FieldCatalog fields)
    {
        Id = id;
        Name = fields.NameOf(id);
        Size = Value(metrics.ColumnSizes, id);
        Values = Value(metrics.ValueCounts, id);
        Nulls = Value(metrics.NullValueCounts, id);
        NaNs = Value(metrics.NanValueCounts, id);
        LowerBound = fields.Bound(id, metrics.LowerBounds.GetValueOrDefault(id));
        UpperBound = fields.Bound(id, metrics.UpperBounds.GetValueOrDefault(id));
    }

    /// <summary>Field id.</summary>
    public int Id { get; }

    /// <summary>Full name as it is now: <c>address.city</c>.</summary>
    public string Name { get; }

    /// <summary>Bytes in the file.</summary>
    public long? Size { get; }

    /// <summary>Values, NULLs and NaNs among them.</summary>
    public long? Values { get; }

    public long? Nulls { get; }

    public long? NaNs { get; }

    /// <summary>No value is less. Texts are cut, so the file need not hold it.</summary>
    public object? LowerBound { get; }

    /// <summary>No value is greater.</summary>
    public object? UpperBound { get; }

    public override string ToString() => $"{Name} {ViewFormat.Value(LowerBound)} .. {ViewFormat.Value(UpperBound)}";

    internal static IcebergFileColumn[] Of(ColumnMetrics metrics, FieldCatalog fields) =>
    [
        .. metrics.ColumnSizes.Keys.Concat(metrics.ValueCounts.Keys).Concat(metrics.NullValueCounts.Keys).Concat(metrics.NanValueCounts.Keys)
            .Concat(metrics.LowerBounds.Keys).Concat(metrics.UpperBounds.Keys).Distinct().Order().Select(id => new IcebergFileColumn(id, metrics, fields)),
    ];

    private static long? Value(FieldMap<long> map, int id) => map.TryGetValue(id, out long value) ? value : null;
}
