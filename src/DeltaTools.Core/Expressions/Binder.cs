using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Binds predicates to a schema: columns become field ids, literals values of the column's type.</summary>
/// <remarks>
/// The result holds no NOT: it is pushed down to the tests, where each has an exact opposite under three-valued logic. With no NOT above
/// them, "false" and "unknown" mean the same to the rows that are selected, which is what lets a test that can never be true become
/// <see cref="Predicate.False"/> and one that is true of every value become IS NOT NULL.
/// </remarks>
public sealed class Binder(Schema schema)
{
    /// <exception cref="IcebergException">InvalidArgument: an unknown column, or a literal that cannot be compared with its column.</exception>
    public Predicate Bind(Predicate predicate) => Bind(predicate, negate: false);

    public static Predicate Bind(Predicate predicate, Schema schema) => new Binder(schema).Bind(predicate);

    private Predicate Bind(Predicate predicate, bool negate) => predicate switch
    {
        ConstantPredicate constant => constant.Value != negate ? Predicate.True : Predicate.False,
        NotPredicate not => Bind(not.Operand, !negate),
        AndPredicate and => Join(and.Operands, negate, conjunction: !negate),
        OrPredicate or => Join(or.Operands, negate, conjunction: negate),
        ColumnPredicate test => Bind(test, negate),
        _ => throw new ArgumentException($"Unknown predicate {predicate.GetType().Name}."),
    };

    private Predicate Join(ImmutableArray<Predicate> operands, bool negate, bool conjunction)
    {
        Predicate[] bound = new Predicate[operands.Length];
        for (int i = 0; i < bound.Length; i++) bound[i] = Bind(operands[i], negate);
        return conjunction ? Predicate.And(bound) : Predicate.Or(bound);
    }

    private Predicate Bind(ColumnPredicate test, bool negate)
    {
        NestedField field = test.IsBound ? schema.FindField(test.FieldId) ?? throw Unknown(test.Column) : Resolve(test.Column);
        PredicateOperator op = negate ? Opposite(test.Operator) : test.Operator;
        BoundColumn column = new(schema.NameOf(field.Id)!, field.Id, field.Type);
        Predicate bound = test.IsBound ? test with { Operator = op } : column.Test(op, test.Values);
        // NOT (x < 5) holds for NaN, x >= 5 does not.
        return negate && IsOrder(op) && (field.Type.Id is TypeId.Float or TypeId.Double)
            ? Predicate.Or(bound, column.Predicate(PredicateOperator.IsNaN)) : bound;
    }

    private NestedField Resolve(string name)
    {
        NestedField field = schema.FindField(name) ?? FindIgnoringCase(name) ?? throw Unknown(name);
        return ColumnPath.Find(schema, field.Id) is not null ? field : throw IcebergException.Invalid(
            $"The filter tests {name}, which lies inside a list or map. Filters reach columns and the fields of structs only.");
    }

    private NestedField? FindIgnoringCase(string name)
    {
        if (schema.FindFieldIgnoreCase(name) is { } field) return field;
        string[] same = [.. Names().Where(n => n.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return same.Length < 2 ? null : throw IcebergException.Invalid(
            $"The filter's column {name} may be {string.Join(" or ", same)}: they differ in case only. Write it exactly.");
    }

    private IcebergException Unknown(string name)
    {
        IReadOnlyList<string> nearest = NearestNames.Of(name, Names());
        string hint = nearest.Count > 0 ? $"Nearest: {string.Join(", ", nearest)}."
            : $"The columns are {string.Join(", ", schema.Fields.Take(20).Select(f => f.Name))}{(schema.Fields.Length > 20 ? ", ..." : "")}.";
        return new IcebergException(IcebergErrorKind.InvalidArgument, $"There is no column {name} to filter by. {hint}")
        {
            Context = new Dictionary<string, string> { ["column"] = name },
        };
    }

    private IEnumerable<string> Names() => schema.AllFields.Select(f => schema.NameOf(f.Id)!);

    private static bool IsOrder(PredicateOperator op) =>
        op is PredicateOperator.Less or PredicateOperator.LessOrEqual or PredicateOperator.Greater or PredicateOperator.GreaterOrEqual;

    private static PredicateOperator Opposite(PredicateOperator op) => op switch
    {
        PredicateOperator.Equal => PredicateOperator.NotEqual,
        PredicateOperator.NotEqual => PredicateOperator.Equal,
        PredicateOperator.Less => PredicateOperator.GreaterOrEqual,
        PredicateOperator.LessOrEqual => PredicateOperator.Greater,
        PredicateOperator.Greater => PredicateOperator.LessOrEqual,
        PredicateOperator.GreaterOrEqual => PredicateOperator.Less,
        PredicateOperator.In => PredicateOperator.NotIn,
        PredicateOperator.NotIn => PredicateOperator.In,
        PredicateOperator.StartsWith => PredicateOperator.NotStartsWith,
        PredicateOperator.NotStartsWith => PredicateOperator.StartsWith,
        PredicateOperator.Like => PredicateOperator.NotLike,
        PredicateOperator.NotLike => PredicateOperator.Like,
        PredicateOperator.IsNull => PredicateOperator.IsNotNull,
        PredicateOperator.IsNotNull => PredicateOperator.IsNull,
        PredicateOperator.IsNaN => PredicateOperator.IsNotNaN,
        PredicateOperator.IsNotNaN => PredicateOperator.IsNaN,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "Unknown operator."),
    };
}
