using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>What the files of a manifest hold in one partition field.</summary>
public sealed class IcebergPartitionSummary
{
    private IcebergPartitionSummary(PartitionField field, IcebergType type, FieldSummary summary)
    {
        Name = field.Name;
        ContainsNull = summary.ContainsNull;
        ContainsNaN = summary.ContainsNan;
        LowerBound = Bound(field, type, summary.LowerBound);
        UpperBound = Bound(field, type, summary.UpperBound);
    }

    /// <summary>Name of the partition field.</summary>
    public string Name { get; }

    public bool ContainsNull { get; }

    /// <summary>Null when unknown.</summary>
    public bool? ContainsNaN { get; }

    /// <summary>The least value; years, months and hours as text.</summary>
    public object? LowerBound { get; }

    public object? UpperBound { get; }

    public override string ToString() => $"{Name}: {ViewFormat.Value(LowerBound)} .. {ViewFormat.Value(UpperBound)}{(ContainsNull ? " or null" : "")}";

    internal static IcebergPartitionSummary[] Of(ManifestFile manifest, FieldCatalog fields)
    {
        if (manifest.Partitions.IsDefaultOrEmpty) return [];
        StructType type = fields.PartitionType(manifest.PartitionSpecId);
        return [.. fields.Spec(manifest.PartitionSpecId).Fields.Zip(type.Fields, manifest.Partitions).Select(f => new IcebergPartitionSummary(f.First, f.Second.Type, f.Third))];
    }

    private static object? Bound(PartitionField field, IcebergType type, byte[]? bytes) => FieldCatalog.Bound(type, bytes) switch
    {
        int value when field.Transform is YearTransform or MonthTransform or HourTransform => Core.Spec.Values.PartitionPath.Text(field.Transform, type, value),
        var value => value,
    };
}
