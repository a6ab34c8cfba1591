using System.Collections.Frozen;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Tells by a file's column metrics whether it may hold a row that matches ("Scan Planning": counts and bounds).</summary>
/// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
public sealed class MetricsFilter(Predicate predicate)
{
    /// <summary>The columns whose metrics are looked at.</summary>
    public FrozenSet<int> FieldIds { get; } = FieldsOf(predicate).ToFrozenSet();

    /// <summary>False only when no row of the file can match. Missing metrics never rule a file out.</summary>
    /// <param name="only">Trust the metrics of these columns only; null trusts all.</param>
    public bool MayMatch(DataFile file, IReadOnlyList<int>? only = null) => file.RecordCount != 0 && MayMatch(predicate, file.Metrics, only);

    /// <summary>The ids of all columns that the predicate tests.</summary>
    public static IEnumerable<int> FieldsOf(Predicate predicate) => predicate switch
    {
        AndPredicate and => and.Operands.SelectMany(FieldsOf).Distinct(),
        OrPredicate or => or.Operands.SelectMany(FieldsOf).Distinct(),
        NotPredicate not => FieldsOf(not.Operand),
        ColumnPredicate test => [test.FieldId],
        _ => [],
    };

    private static bool MayMatch(Predicate predicate, ColumnMetrics metrics, IReadOnlyList<int>? only)
    {
        switch (predicate)
        {
            case ConstantPredicate constant:
                return constant.Value;
            case AndPredicate and:
                foreach (Predicate operand in and.Operands)
                {
                    if (!MayMatch(operand, metrics, only)) return false;
                }
                return true;
            case OrPredicate or:
                foreach (Predicate operand in or.Operands)
                {
                    if (MayMatch(operand, metrics, only)) return true;
                }
                return false;
            case ColumnPredicate test:
                return (only is null || only.Contains(test.FieldId) ? RangeOf(test.FieldId, test.Type!, metrics) : ColumnRange.Unknown).MayPass(test);
            default:
                return true;
        }
    }

    internal static ColumnRange RangeOf(int fieldId, IcebergType type, ColumnMetrics metrics)
    {
        long? values = Count(metrics.ValueCounts, fieldId), nulls = Count(metrics.NullValueCounts, fieldId), nans = Count(metrics.NanValueCounts, fieldId);
        // No values at all in a file that has rows: the column is not in the file, and a default value may stand for it.
        if (values == 0) return ColumnRange.Unknown;
        return ColumnRange.Of(
            mayHaveNull: nulls != 0,
            mayHaveNaN: nans != 0 && !(values is not null && nulls == values),
            mayHaveValue: !(values is not null && (nulls ?? 0) + (nans ?? 0) == values),
            metrics.LowerBounds.GetValueOrDefault(fieldId), metrics.UpperBounds.GetValueOrDefault(fieldId), type);
    }

    private static long? Count(FieldMap<long> counts, int fieldId) => counts.TryGetValue(fieldId, out long count) && count >= 0 ? count : null;
}
