namespace DeltaTools.Core.Spec;

/// <summary>The types of partition values.</summary>
public static class PartitionTypes
{
    /// <summary>The type of what the transform makes of a value of the source type; unknown when the transform is.</summary>
    public static IcebergType ResultType(this Transform transform, IcebergType source) => transform switch
    {
        IdentityTransform or VoidTransform or TruncateTransform => source,
        DayTransform => IcebergType.Date,
        YearTransform or MonthTransform or HourTransform or BucketTransform => IcebergType.Int,
        _ => IcebergType.Unknown,
    };

    /// <summary>The partition tuple as a struct: optional fields with the ids and names of the spec's fields.</summary>
    /// <remarks>A source column that the schema does not have any more leaves the type open: unknown, unless the transform settles it.</remarks>
    public static StructType TypeOf(this PartitionSpec spec, Schema schema) => new([.. spec.Fields.Select(field =>
        new NestedField(field.FieldId, field.Name, field.Transform.ResultType(schema.FindField(field.SourceId)?.Type ?? IcebergType.Unknown)))]);

    /// <summary>As <see cref="TypeOf(PartitionSpec, Schema)"/> with the current schema; a column that was dropped is looked up in the newest schema that has it.</summary>
    public static StructType PartitionType(this TableMetadata metadata, PartitionSpec spec) => new([.. spec.Fields.Select(field =>
    {
        NestedField? source = metadata.CurrentSchema.FindField(field.SourceId)
            ?? metadata.Schemas.Reverse().Select(schema => schema.FindField(field.SourceId)).FirstOrDefault(found => found is not null);
        return new NestedField(field.FieldId, field.Name, field.Transform.ResultType(source?.Type ?? IcebergType.Unknown));
    })]);
}
