using System.Collections.Specialized;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools;

/// <summary>Partition tuples as people read them.</summary>
internal static class PartitionValues
{
    /// <summary><c>ts_day=2021-01-01/region=EU</c>; null when unpartitioned.</summary>
    public static string? Text(PartitionSpec spec, StructType type, PartitionTuple tuple) =>
        spec.Fields.IsEmpty || tuple.Values.Length < spec.Fields.Length ? null : PartitionPath.Display(spec, type, tuple);

    /// <summary>Values by partition field, as rows have them; years, months and hours as text: <c>2021</c>, <c>2021-03</c>, <c>2021-03-01-05</c>.</summary>
    public static OrderedDictionary Of(PartitionSpec spec, StructType type, PartitionTuple tuple)
    {
        OrderedDictionary values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Math.Min(spec.Fields.Length, tuple.Values.Length); i++) values[spec.Fields[i].Name] = Value(spec.Fields[i].Transform, type.Fields[i].Type, tuple[i]);
        return values.AsReadOnly();
    }

    private static object? Value(Transform transform, IcebergType type, object? value) =>
        value is not null && transform is YearTransform or MonthTransform or HourTransform ? PartitionPath.Text(transform, type, value) : ClrValues.Of(type, value);
}
