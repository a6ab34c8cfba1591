using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>A row predicate projected on the partitions of one spec: tells which partitions, and which manifests, may hold matching rows.</summary>
public sealed class PartitionFilter
{
    private readonly Dictionary<int, int> _indexes;

    private PartitionFilter(Predicate projected, PartitionSpec spec)
    {
        Projected = projected;
        // Field ids of v1 specs are unique within the spec only, which is all that is needed here.
        _indexes = spec.Fields.Select((field, index) => (field.FieldId, index)).DistinctBy(p => p.FieldId).ToDictionary(p => p.FieldId, p => p.index);
    }

    /// <summary>The condition on partition tuples.</summary>
    public Predicate Projected { get; }

    /// <summary>Whether no partition is ruled out.</summary>
    public bool MatchesAll => Projected == Predicate.True;

    /// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
    public static PartitionFilter Of(Predicate predicate, PartitionSpec spec) => new(InclusiveProjection.Project(predicate, spec), spec);

    /// <summary>False only when no row of the partition can match.</summary>
    public bool MayMatch(PartitionTuple partition) => MatchesAll || RowFilter.Matches(Projected, id => partition[_indexes[id]]);

    /// <summary>False only when no row of the manifest's files can match.</summary>
    /// <param name="summaries">One for each field of the spec; any other number says nothing.</param>
    public bool MayMatch(ImmutableArray<FieldSummary> summaries) =>
        summaries.IsDefaultOrEmpty || summaries.Length < _indexes.Count || MayMatch(Projected, summaries);

    private bool MayMatch(Predicate predicate, ImmutableArray<FieldSummary> summaries) => predicate switch
    {
        ConstantPredicate constant => constant.Value,
        AndPredicate and => and.Operands.All(o => MayMatch(o, summaries)),
        OrPredicate or => or.Operands.Any(o => MayMatch(o, summaries)),
        ColumnPredicate test => RangeOf(summaries[_indexes[test.FieldId]], test.Type!).MayPass(test),
        _ => true,
    };

    private static ColumnRange RangeOf(FieldSummary summary, IcebergType type) => ColumnRange.Of(
        summary.ContainsNull, summary.ContainsNan != false, mayHaveValue: true, summary.LowerBound, summary.UpperBound, type);
}
