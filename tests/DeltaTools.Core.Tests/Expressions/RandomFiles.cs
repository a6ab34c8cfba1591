using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Expressions;

/// <summary>Random partition specs, and rows laid out in files with the metrics that a writer gives them.</summary>
internal static class RandomFiles
{
    public static Gen<PartitionSpec> Specs(Schema schema) =>
        RandomValues.OneOf(RandomFilters.Columns(schema)).SelectMany(column => Transforms(column.Type).Select(t => (column, t))).Array[0, 3]
            .Select(fields => new PartitionSpec(0, [.. fields.Select((f, i) => PartitionField.Of(f.column.Id, 1000 + i, $"p{i}", f.t))]));

    public static PartitionTuple Partition(PartitionSpec spec, Schema schema, ImmutableDictionary<int, object?> row) =>
        new([.. spec.Fields.Select(f => Core.Spec.Values.Transforms.Apply(f.Transform, schema.FindField(f.SourceId)!.Type, row[f.SourceId]))]);

    /// <summary>Metrics of the rows: complete, without some parts, or with bounds of text and bytes cut to one character.</summary>
    public static Gen<ColumnMetrics> Metrics(Schema schema, ImmutableDictionary<int, object?>[] rows) =>
        Gen.Select(Gen.Int[0, 3], Gen.Bool).Select((missing, cut) => new ColumnMetrics
        {
            ValueCounts = Map<long>(schema, missing == 1, _ => rows.Length),
            NullValueCounts = Map<long>(schema, missing == 2, f => rows.Count(r => r[f.Id] is null)),
            NanValueCounts = Map<long>(schema, missing == 3, f => rows.Count(r => ValueTest.IsNaN(r[f.Id])), onlyFloats: true),
            LowerBounds = Bounds(schema, rows, lower: true, cut),
            UpperBounds = Bounds(schema, rows, lower: false, cut),
        });

    /// <summary>Partition summaries of a manifest that lists files of these partitions.</summary>
    public static ImmutableArray<FieldSummary> Summaries(PartitionSpec spec, Schema schema, IReadOnlyCollection<PartitionTuple> partitions) =>
    [
        .. spec.Fields.Select((field, i) =>
        {
            IcebergType type = field.Transform.ResultType(schema.FindField(field.SourceId)!.Type);
            object?[] values = [.. partitions.Select(p => p[i])];
            object[] bounded = [.. values.Where(v => v is not null && !ValueTest.IsNaN(v)).Order(ValueComparer.Instance!)!];
            return new FieldSummary(values.Contains(null), values.Any(ValueTest.IsNaN),
                bounded.Length == 0 ? null : SingleValue.ToBytes(type, bounded[0]), bounded.Length == 0 ? null : SingleValue.ToBytes(type, bounded[^1]));
        }),
    ];

    private static FieldMap<T> Map<T>(Schema schema, bool isMissing, Func<NestedField, T> value, bool onlyFloats = false) => isMissing ? FieldMap<T>.Empty
        : RandomFilters.Columns(schema).Where(f => !onlyFloats || f.Type.Id is TypeId.Float or TypeId.Double).Select(f => KeyValuePair.Create(f.Id, value(f))).ToFieldMap();

    private static FieldMap<byte[]> Bounds(Schema schema, ImmutableDictionary<int, object?>[] rows, bool lower, bool cut)
    {
        var bounds = new List<KeyValuePair<int, byte[]>>();
        foreach (NestedField field in RandomFilters.Columns(schema))
        {
            object[] values = [.. rows.Select(r => r[field.Id]).Where(v => v is not null && !ValueTest.IsNaN(v)).Order(ValueComparer.Instance!)!];
            if (values.Length == 0) continue;
            object? bound = lower ? values[0] : values[^1];
            if (cut) bound = lower ? CutDown(bound) : CutUp(bound);
            if (bound is not null) bounds.Add(KeyValuePair.Create(field.Id, SingleValue.ToBytes(field.Type, bound)));
        }
        return bounds.ToFieldMap();
    }

    private static object CutDown(object bound) => bound switch
    {
        string text => string.Concat(text.EnumerateRunes().Take(1)),
        byte[] bytes => bytes[..Math.Min(1, bytes.Length)],
        _ => bound,
    };

    private static object? CutUp(object bound) => bound switch
    {
        string { Length: > 1 } text => char.IsSurrogate(text[0]) || text[0] == '\uffff' ? null : ((char)(text[0] + 1)).ToString(),
        byte[] { Length: > 1 } bytes => bytes[0] == 0xff ? null : new[] { (byte)(bytes[0] + 1) },
        _ => bound,
    };

    private static Gen<Transform> Transforms(IcebergType type) => RandomValues.OneOf([.. new[]
    {
        Transform.Identity, Transform.Bucket(1), Transform.Bucket(5), Transform.Truncate(1), Transform.Truncate(10), Transform.Year, Transform.Month,
        Transform.Day, Transform.Hour, Transform.Void,
    }.Where(t => Core.Spec.Values.Transforms.CanApply(t, type))]);
}
