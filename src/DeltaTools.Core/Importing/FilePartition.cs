using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Importing;

/// <summary>Finds the one partition that all rows of a file belong to.</summary>
/// <remarks>
/// Bounds tell it when the transform makes the same of both; else the values are asked. A column that the file lacks has its value in the
/// folder's name, and readers take it from the partition then, which only the identity transform allows.
/// </remarks>
internal sealed class FilePartition(TableMetadata metadata, FileProbe probe)
{
    private readonly PartitionSpec _spec = metadata.DefaultSpec;
    private readonly StructType _type = metadata.PartitionType(metadata.DefaultSpec);

    /// <exception cref="IcebergException">SchemaMismatch: the rows belong to several partitions, or nobody knows to which.</exception>
    public async Task<PartitionTuple> OfAsync(ParquetFile file, CancellationToken cancel)
    {
        var path = new PathValues(file.File.FilePath);
        object?[] values = new object?[_spec.Fields.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (_spec.Fields[i].Transform is not VoidTransform) values[i] = await ValueAsync(file, path, i, cancel).ConfigureAwait(false);
        }
        return new PartitionTuple([.. values]);
    }

    private async Task<object?> ValueAsync(ParquetFile file, PathValues path, int index, CancellationToken cancel)
    {
        PartitionField field = _spec.Fields[index];
        if (field.Transform is UnknownTransform || field.SourceIds.Length > 1)
            throw IcebergException.Unsupported($"The table is partitioned by {field.Name}, whose transform {field.Transform} is not known.");
        ColumnPath column = ColumnPath.Find(metadata.CurrentSchema, field.SourceId)
            ?? throw IcebergException.Corrupt($"Table {metadata.Location} is partitioned by field {field.SourceId}, which its schema does not have.");
        if (!file.Has(field.SourceId)) return FromPath(file, path, field, column, _type.Fields[index].Type);
        if (FromMetrics(field.Transform, column.Field.Type, file.File.Metrics, field.SourceId) is { } known) return known.Value;

        (object? min, object? max, long nulls) = await probe.RangeAsync(file.File, index, cancel).ConfigureAwait(false);
        if (nulls == file.File.RecordCount) return null;
        if (nulls > 0) throw Several(file, field, "null", Text(index, min));
        return ValueComparer.Same(min, max) ? min : throw Several(file, field, Text(index, min), Text(index, max));
    }

    /// <returns>Null when the metrics do not tell.</returns>
    private static Known? FromMetrics(Transform transform, IcebergType type, ColumnMetrics metrics, int id)
    {
        if (!metrics.NullValueCounts.TryGetValue(id, out long nulls) || !metrics.ValueCounts.TryGetValue(id, out long count)) return null;
        if (nulls == count) return new(null);
        if (nulls > 0 || (metrics.NanValueCounts.TryGetValue(id, out long nans) && nans > 0)) return null;
        if (!metrics.LowerBounds.TryGetValue(id, out byte[]? low) || !metrics.UpperBounds.TryGetValue(id, out byte[]? high)) return null;
        object lower = SingleValue.FromBytes(type, low), upper = SingleValue.FromBytes(type, high);
        // All transforms but the hash keep the order, so that what lies between equal results is equal too.
        if (transform is BucketTransform && !ValueComparer.Same(lower, upper)) return null;
        object? value = Transforms.Apply(transform, type, lower);
        return ValueComparer.Same(value, Transforms.Apply(transform, type, upper)) ? new(value) : null;
    }

    private static object? FromPath(ParquetFile file, PathValues path, PartitionField field, ColumnPath column, IcebergType type)
    {
        string name = column.Field.Name;
        if (field.Transform is not IdentityTransform)
        {
            throw new IcebergException(
                IcebergErrorKind.SchemaMismatch,
                $"{file.File.FilePath} has no column {name}, from which the table's partition {field.Name} is made by {field.Transform}.");
        }
        return path.TryGet([field.Name, name], type, out object? value) ? value : throw new IcebergException(
            IcebergErrorKind.SchemaMismatch,
            $"{file.File.FilePath} has no column {name}, by which the table is partitioned, and no folder {name}=... tells its value.");
    }

    private string Text(int index, object? value) => PartitionPath.Text(_spec.Fields[index].Transform, _type.Fields[index].Type, value);

    private static IcebergException Several(ParquetFile file, PartitionField field, string first, string last) => new(
        IcebergErrorKind.SchemaMismatch,
        $"{file.File.FilePath} holds rows of several partitions ({field.Name}={first}, {field.Name}={last}), so it cannot be added as it is. "
        + "Import its rows with Import-Delta, or split it.");

    private sealed record Known(object? Value);
}
