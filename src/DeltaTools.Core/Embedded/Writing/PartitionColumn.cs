using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>A field of the partition tuple as a column of the engine.</summary>
/// <param name="Field">Name and type of its values.</param>
/// <param name="Sql">Its value, from the target's columns.</param>
internal sealed record PartitionColumn(NestedField Field, string Sql)
{
    public static ImmutableArray<PartitionColumn> Of(WriteTarget target)
    {
        StructType type = target.Spec.TypeOf(target.Schema);
        return [.. target.Spec.Fields.Select((field, i) =>
        {
            if (field.Transform is VoidTransform) return new PartitionColumn(type.Fields[i], "NULL::INTEGER");
            (string source, IcebergType sourceType) = SourceColumn.Of(target.Schema, field.SourceId, Embedded.Sql.Column);
            return new PartitionColumn(type.Fields[i], TransformSql.Of(field.Transform, sourceType, source));
        })];
    }

    public static string PathOf(WriteTarget target, PartitionTuple tuple) =>
        PartitionPath.Of(target.Spec, target.Spec.TypeOf(target.Schema), tuple);
}
