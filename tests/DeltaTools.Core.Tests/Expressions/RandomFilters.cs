using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Expressions;

/// <summary>Random schemas, rows and predicates that fit together.</summary>
internal static class RandomFilters
{
    /// <summary>One to five columns of any types; some inside a struct.</summary>
    public static readonly Gen<Schema> Schemas = Gen.Select(RandomValues.OneOf(RandomValues.Types).Array[1, 4], RandomValues.OneOf(RandomValues.Types)).Select((types, nested) =>
        Schema.Of([
            .. types.Select((type, i) => new NestedField(i + 1, $"c {i + 1}", type)),
            new NestedField(90, "s", new StructType([new NestedField(91, "x", nested)]))]));

    /// <summary>The columns that filters test: all but the struct itself.</summary>
    public static NestedField[] Columns(Schema schema) => [.. schema.AllFields.Where(f => f.Type.IsPrimitive)];

    public static Gen<ImmutableDictionary<int, object?>> Row(Schema schema) =>
        Columns(schema).Aggregate(Gen.Const(ImmutableDictionary<int, object?>.Empty), (row, column) =>
            Gen.Select(row, Nullable(RandomValues.Value(column.Type))).Select((r, value) => r.Add(column.Id, value)));

    public static Gen<object?> Nullable(Gen<object> value) => Gen.Frequency((1, Gen.Int[0, 0].Select(_ => (object?)null)), (6, value.Select(v => (object?)v)));

    /// <summary>Not bound; every operator, AND, OR and NOT some levels deep.</summary>
    public static Gen<Predicate> Predicates(Schema schema, int depth = 3)
    {
        Gen<Predicate> test = RandomValues.OneOf(Columns(schema)).SelectMany(column => Test(schema.NameOf(column.Id)!, column.Type));
        if (depth == 0) return test;
        Gen<Predicate> inner = Predicates(schema, depth - 1);
        return Gen.Frequency(
            (3, test),
            (2, inner.Array[2, 3].Select(o => Predicate.And(o))),
            (2, inner.Array[2, 3].Select(o => Predicate.Or(o))),
            (2, inner.Select(Predicate.Not)),
            (1, Gen.Bool.Select(b => b ? Predicate.True : Predicate.False)));
    }

    private static Gen<Predicate> Test(string column, IcebergType type)
    {
        Gen<object> literal = RandomValues.Literal(type);
        List<(int, Gen<Predicate>)> choices =
        [
            (6, Gen.Select(Op(PredicateOperator.Equal, PredicateOperator.NotEqual, PredicateOperator.Less, PredicateOperator.LessOrEqual,
                PredicateOperator.Greater, PredicateOperator.GreaterOrEqual), literal).Select((op, value) => (Predicate)ColumnPredicate.Of(column, op, value))),
            (2, Gen.Select(Op(PredicateOperator.In, PredicateOperator.NotIn), literal.Array[1, 5])
                .Select((op, values) => (Predicate)new ColumnPredicate(column, op, [.. values]))),
            (1, Op(PredicateOperator.IsNull, PredicateOperator.IsNotNull).Select(op => (Predicate)ColumnPredicate.Of(column, op))),
        ];
        if (type.Id is TypeId.Float or TypeId.Double) choices.Add((2, Op(PredicateOperator.IsNaN, PredicateOperator.IsNotNaN).Select(op => (Predicate)ColumnPredicate.Of(column, op))));
        if (type.Id == TypeId.String)
        {
            choices.Add((3, Gen.Select(Gen.Bool, literal).Select((not, pattern) =>
            {
                string normal = LikePattern.Normalize((string)pattern, null)!;
                (string prefix, string wildcards) = LikePattern.Split(normal);
                return (Predicate)(wildcards == "%"
                    ? ColumnPredicate.Of(column, not ? PredicateOperator.NotStartsWith : PredicateOperator.StartsWith, prefix)
                    : ColumnPredicate.Of(column, not ? PredicateOperator.NotLike : PredicateOperator.Like, normal));
            })));
        }
        return Gen.Frequency([.. choices]);
    }

    private static Gen<PredicateOperator> Op(params PredicateOperator[] operators) => RandomValues.OneOf(operators);
}
