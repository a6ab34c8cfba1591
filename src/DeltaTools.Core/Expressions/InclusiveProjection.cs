using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Expressions;

/// <summary>Turns conditions on rows into conditions on partition tuples ("Scan Planning", inclusive projection).</summary>
/// <remarks>When a row matches the predicate, its partition matches the projection; not the other way round.</remarks>
public static class InclusiveProjection
{
    /// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
    /// <returns>Tests of partition fields: the column is the field's name, the field id that of the partition field.</returns>
    public static Predicate Project(Predicate predicate, PartitionSpec spec)
    {
        switch (predicate)
        {
            case ConstantPredicate:
                return predicate;
            case AndPredicate and:
                return Predicate.And(and.Operands.Select(o => Project(o, spec)));
            case OrPredicate or:
                return Predicate.Or(or.Operands.Select(o => Project(o, spec)));
            case ColumnPredicate test:
                return Predicate.And(spec.Fields.Where(f => f.SourceIds is [int source] && source == test.FieldId).Select(f => Project(test, f)));
            default:
                return Predicate.True;
        }
    }

    private static Predicate Project(ColumnPredicate test, PartitionField field)
    {
        if (field.Transform is VoidTransform or UnknownTransform || !Transforms.CanApply(field.Transform, test.Type!)) return Predicate.True;
        var target = new PartitionConditions(field, test.Type!);
        if (test.Operator is PredicateOperator.IsNull or PredicateOperator.IsNotNull) return target.Test(test.Operator);
        return field.Transform switch
        {
            IdentityTransform => target.Test(test.Operator, test.Values),
            BucketTransform => test.Operator is PredicateOperator.Equal or PredicateOperator.In ? target.OneOf(test.Values) : target.NotNull,
            TruncateTransform when test.Type!.Id is TypeId.String => ProjectPrefix(test, target, ((TruncateTransform)field.Transform).Width),
            _ => ProjectMonotone(test, target),
        };
    }

    /// <summary>For transforms that never make a smaller result of a greater value: year, month, day, hour and truncate.</summary>
    private static Predicate ProjectMonotone(ColumnPredicate test, PartitionConditions target) => test.Operator switch
    {
        PredicateOperator.Equal or PredicateOperator.In => target.OneOf(test.Values),
        PredicateOperator.Less => Neighbour.Below(test.Values[0]) is { } below ? target.AtMost(below) : Predicate.False,
        PredicateOperator.LessOrEqual => target.AtMost(test.Values[0]),
        PredicateOperator.Greater => Neighbour.Above(test.Values[0]) is { } above ? target.AtLeast(above) : Predicate.False,
        PredicateOperator.GreaterOrEqual => target.AtLeast(test.Values[0]),
        _ => target.NotNull,
    };

    private static Predicate ProjectPrefix(ColumnPredicate test, PartitionConditions target, int width)
    {
        string prefix = test.Operator is PredicateOperator.Like ? LikePattern.Split((string)test.Values[0]).Prefix
            : test.Operator is PredicateOperator.StartsWith or PredicateOperator.NotStartsWith ? (string)test.Values[0] : "";
        int length = prefix.EnumerateRunes().Count();
        return test.Operator switch
        {
            PredicateOperator.StartsWith or PredicateOperator.Like => length >= width ? target.OneOf([prefix])
                : length > 0 ? target.Test(PredicateOperator.StartsWith, prefix) : target.NotNull,
            PredicateOperator.NotStartsWith => length < width ? target.Test(PredicateOperator.NotStartsWith, prefix)
                : length == width ? target.Test(PredicateOperator.NotEqual, prefix) : target.NotNull,
            _ => ProjectMonotone(test, target),
        };
    }
}
