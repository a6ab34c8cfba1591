using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Finds the column that a transform takes its values from; it may lie inside structs.</summary>
internal static class SourceColumn
{
    public static (string Sql, IcebergType Type) Of(Schema schema, int fieldId, Func<NestedField, string> column)
    {
        ColumnPath path = ColumnPath.Find(schema, fieldId) ?? throw IcebergException.Corrupt(
            $"The table is partitioned or sorted by field {fieldId}, which its schema does not have.");
        string sql = column(path.Fields[0]);
        for (int i = 1; i < path.Fields.Length; i++)
            sql = $"struct_extract({sql}, {Sql.Text(Sql.FieldName((StructType)path.Fields[i - 1].Type, path.Fields[i]))})";
        return (sql, path.Field.Type);
    }
}
