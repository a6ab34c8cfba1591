using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>How the rows of a merge are cut into statements that keep to Athena's limit of partitions.</summary>
/// <remarks>
/// Buckets have no function in Athena's SQL, so each row counts as if it stood in any of them. A transform that SQL cannot say exactly is
/// taken for the column's own value, of which there are no fewer.
/// </remarks>
internal sealed class AthenaPartitions
{
    /// <summary>Partitions that one statement may write to.</summary>
    public const int Limit = 100;

    private readonly ImmutableArray<(NestedField Field, Transform Transform)> _fields;
    private readonly long _buckets;

    public AthenaPartitions(PartitionSpec spec, Schema schema)
    {
        ImmutableArray<(NestedField Field, Transform Transform)> all =
            [.. spec.Fields.Where(f => f.Transform is not VoidTransform).Select(f => (schema.FindField(f.SourceId)!, f.Transform))];
        _fields = [.. all.Where(f => f.Transform is not BucketTransform)];
        _buckets = all.Select(f => f.Transform).OfType<BucketTransform>().Aggregate(1L, (n, b) => Math.Min(n * b.Count, int.MaxValue));
    }

    /// <summary>Whether there is nothing to count by.</summary>
    public bool IsEmpty => _fields.IsEmpty;

    /// <summary>Values, told apart by <see cref="Values"/>, that one statement may take.</summary>
    public long PerBatch => Math.Max(1, Limit / _buckets);

    /// <summary>The number of statements that are needed.</summary>
    /// <param name="values">How many there are of <see cref="Values"/>.</param>
    /// <param name="rows">Rows that are written.</param>
    /// <exception cref="IcebergException">Unsupported: even one value has too many buckets.</exception>
    public int Batches(long values, long rows)
    {
        if (rows <= Limit || (_fields.IsEmpty && _buckets <= Limit)) return 1;
        if (_buckets > Limit)
        {
            throw IcebergException.Unsupported(string.Create(CultureInfo.InvariantCulture,
                $"The table has {_buckets} buckets, and one statement of Athena writes to {Limit} partitions at most. Use -Engine Embedded."));
        }
        return (int)((values + PerBatch - 1) / PerBatch);
    }

    /// <summary>SQL of the partition values.</summary>
    /// <param name="column">SQL of a column's value.</param>
    public string Values(Func<NestedField, string> column) => _fields.IsEmpty ? "1" : string.Join(", ", _fields.Select(f => Value(f.Transform, column(f.Field), f.Field.Type)));

    private static string Value(Transform transform, string value, IcebergType type) => transform switch
    {
        YearTransform => $"date_trunc('year', {value})",
        MonthTransform => $"date_trunc('month', {value})",
        DayTransform => $"date_trunc('day', {value})",
        HourTransform => $"date_trunc('hour', {value})",
        TruncateTransform t when type.Id is TypeId.Int or TypeId.Long =>
            string.Create(CultureInfo.InvariantCulture, $"({value} - ((({value} % {t.Width}) + {t.Width}) % {t.Width}))"),
        TruncateTransform t when type.Id == TypeId.String => string.Create(CultureInfo.InvariantCulture, $"substr({value}, 1, {t.Width})"),
        _ => value,
    };
}
