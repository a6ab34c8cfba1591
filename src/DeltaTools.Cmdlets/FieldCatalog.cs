using DeltaTools.Core;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Cmdlets;

/// <summary>Names and types of the fields that files tell metrics and partitions of, those of dropped columns too.</summary>
internal sealed class FieldCatalog(TableMetadata metadata)
{
    private readonly Dictionary<int, (string Name, IcebergType Type)> _fields = Fields(metadata);
    private readonly Dictionary<int, StructType> _partitionTypes = metadata.PartitionSpecs.DistinctBy(s => s.SpecId).ToDictionary(s => s.SpecId, metadata.PartitionType);

    /// <summary>The full name, or <c>#7</c> for a field that no schema has.</summary>
    public string NameOf(int fieldId) => _fields.TryGetValue(fieldId, out (string Name, IcebergType) field) ? field.Name : $"#{fieldId}";

    public PartitionSpec Spec(int specId) => metadata.Spec(specId);

    public StructType PartitionType(int specId) => _partitionTypes.GetValueOrDefault(specId) ?? metadata.PartitionType(metadata.Spec(specId));

    /// <summary>A bound as rows have its values; the bytes themselves when they do not fit the type.</summary>
    public object? Bound(int fieldId, byte[]? bytes) => bytes is null ? null
        : _fields.TryGetValue(fieldId, out (string, IcebergType Type) field) ? Bound(field.Type, bytes) : bytes;

    public static object? Bound(IcebergType type, byte[]? bytes)
    {
        if (bytes is null || !type.IsPrimitive || type.Id == TypeId.Unknown) return bytes;
        try
        {
            return ClrValues.Of(type, SingleValue.FromBytes(type, bytes));
        }
        catch (IcebergException)
        {
            return bytes;
        }
    }

    private static Dictionary<int, (string, IcebergType)> Fields(TableMetadata metadata)
    {
        Dictionary<int, (string, IcebergType)> fields = [];
        // The current name of a column, else its last one.
        foreach (Schema schema in metadata.Schemas.Append(metadata.CurrentSchema))
        {
            foreach ((NestedField field, string name) in schema.NamedFields) fields[field.Id] = (name, field.Type);
        }
        foreach (NestedField column in (NestedField[])[MetadataColumns.DeleteFilePath, MetadataColumns.DeletePos, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber])
        {
            fields[column.Id] = (column.Name, column.Type);
        }
        return fields;
    }
}
