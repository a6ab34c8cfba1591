namespace DeltaTools.Core.Spec;

/// <summary>Reserved field ids ("Reserved Field IDs").</summary>
public static class MetadataColumns
{
    public static readonly NestedField File = new(2147483646, "_file", IcebergType.String, Required: true);
    public static readonly NestedField Pos = new(2147483645, "_pos", IcebergType.Long, Required: true);
    public static readonly NestedField Deleted = new(2147483644, "_deleted", IcebergType.Boolean, Required: true);
    public static readonly NestedField SpecId = new(2147483643, "_spec_id", IcebergType.Int, Required: true);
    public static readonly NestedField DeleteFilePath = new(2147483546, "file_path", IcebergType.String, Required: true);
    public static readonly NestedField DeletePos = new(2147483545, "pos", IcebergType.Long, Required: true);
    public static readonly NestedField RowId = new(2147483540, "_row_id", IcebergType.Long);
    public static readonly NestedField LastUpdatedSequenceNumber = new(2147483539, "_last_updated_sequence_number", IcebergType.Long);
}
