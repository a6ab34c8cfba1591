using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Checks;

/// <summary>Whether what a manifest tells of a file contradicts itself.</summary>
internal sealed class MetricsCheck
{
    private readonly TableMetadata _metadata;
    private readonly Dictionary<int, NestedField> _columns = [];

    public MetricsCheck(TableMetadata metadata)
    {
        _metadata = metadata;
        foreach (Schema schema in metadata.Schemas.Append(metadata.CurrentSchema))
        {
            foreach (NestedField field in schema.AllFields)
            {
                if (field.Type.IsPrimitive && ColumnPath.Find(schema, field.Id) is not null) _columns[field.Id] = field;
            }
        }
    }

    public IEnumerable<Finding> Of(DataFile file)
    {
        if (file.Content == DataFileContent.PositionDeletes) return [];
        return Counts(file).Concat(Partition(file));
    }

    private IEnumerable<Finding> Counts(DataFile file)
    {
        ColumnMetrics metrics = file.Metrics;
        foreach ((int id, NestedField column) in _columns)
        {
            long? values = metrics.ValueCounts.TryGetValue(id, out long count) ? count : null;
            long? nulls = metrics.NullValueCounts.TryGetValue(id, out long none) ? none : null;
            if (nulls < 0 || nulls > values)
                yield return Wrong(file, FindingSeverity.Error, $"Column {column.Name} has {nulls} NULLs among {values} values.");
            if (values is not null && values != file.RecordCount)
                yield return Wrong(file, FindingSeverity.Warning, $"Column {column.Name} has {values} values, and the file {file.RecordCount} rows.");
            byte[]? low = metrics.LowerBounds.GetValueOrDefault(id), high = metrics.UpperBounds.GetValueOrDefault(id);
            object? lower = Bound.Of(column.Type, low), upper = Bound.Of(column.Type, high);
            if ((low is not null && lower is null) || (high is not null && upper is null))
            {
                if (Bound.IsOrdered(column.Type)) yield return Wrong(file, FindingSeverity.Error, $"A bound of column {column.Name} is no value of type {column.Type}.");
            }
            else if (Bound.Above(lower, upper))
            {
                yield return Wrong(file, FindingSeverity.Error, $"The lower bound of column {column.Name} is greater than the upper one.");
            }
        }
    }

    /// <summary>All transforms but the hash keep the order, so the partition lies between the transformed bounds.</summary>
    private IEnumerable<Finding> Partition(DataFile file)
    {
        PartitionSpec spec = _metadata.Spec(file.SpecId);
        for (int i = 0; i < Math.Min(spec.Fields.Length, file.Partition.Values.Length); i++)
        {
            PartitionField field = spec.Fields[i];
            if (field.SourceIds.Length > 1 || field.Transform is UnknownTransform or VoidTransform || !_columns.TryGetValue(field.SourceId, out NestedField? column)) continue;
            if (!Transforms.CanApply(field.Transform, column.Type)) continue;
            object? lower = Bound.Of(column.Type, file.Metrics.LowerBounds.GetValueOrDefault(field.SourceId));
            object? upper = Bound.Of(column.Type, file.Metrics.UpperBounds.GetValueOrDefault(field.SourceId));
            if (lower is null || upper is null || (field.Transform is BucketTransform && !IsOneValue(column.Type, lower, upper))) continue;
            object? value = Promoted(file.Partition[i], column.Type, field.Transform);
            if (value is float.NaN or double.NaN) continue;
            object? first = Transforms.Apply(field.Transform, column.Type, lower), last = Transforms.Apply(field.Transform, column.Type, upper);
            if (value is not null && !Bound.Below(value, first) && !Bound.Above(value, last)) continue;
            StructType type = _metadata.PartitionType(spec);
            string text = PartitionPath.Text(field.Transform, type.Fields[i].Type, value);
            yield return new(
                FindingSeverity.Error, CheckKind.Partition, file.FilePath,
                $"The file stands in partition {field.Name}={text}, but holds values of {column.Name} from elsewhere. Filters may leave its rows out.");
        }
    }

    /// <summary>Short bounds of texts may stand for many values.</summary>
    private static bool IsOneValue(IcebergType type, object lower, object upper) =>
        type.Id is not (TypeId.String or TypeId.Binary) && ValueComparer.Same(lower, upper);

    /// <summary>Partition values of old files were written before the column was widened.</summary>
    private static object? Promoted(object? value, IcebergType type, Transform transform) => transform is not (IdentityTransform or TruncateTransform) ? value
        : (value, type.Id) switch
        {
            (int v, TypeId.Long) => (long)v,
            (float v, TypeId.Double) => (double)v,
            _ => value,
        };

    private static Finding Wrong(DataFile file, FindingSeverity severity, string message) => new(severity, CheckKind.Metrics, file.FilePath, message);
}
