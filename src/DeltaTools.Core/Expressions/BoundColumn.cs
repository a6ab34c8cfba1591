using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Makes bound tests of one column out of literals.</summary>
internal sealed record BoundColumn(string Name, int FieldId, IcebergType Type)
{
    private Predicate Always => Predicate(PredicateOperator.IsNotNull);

    public Predicate Predicate(PredicateOperator op, params ImmutableArray<object> values) =>
        new ColumnPredicate(Name, op, values) { FieldId = FieldId, Type = Type };

    public Predicate Test(PredicateOperator op, ImmutableArray<object> literals) => op switch
    {
        PredicateOperator.IsNull or PredicateOperator.IsNotNull => Predicate(op),
        PredicateOperator.IsNaN or PredicateOperator.IsNotNaN => Type.Id is TypeId.Float or TypeId.Double ? Predicate(op)
            : throw IcebergException.Invalid($"IS NAN needs a float or double column; {Name} is {Type}."),
        PredicateOperator.Like or PredicateOperator.NotLike or PredicateOperator.StartsWith or PredicateOperator.NotStartsWith => Pattern(op, literals),
        PredicateOperator.In or PredicateOperator.NotIn => OneOf(op, literals),
        _ => Compare(op, Locate(literals[0])),
    };

    private Predicate Compare(PredicateOperator op, Placement literal) => (literal.Place, op) switch
    {
        (Place.Exact, _) => Predicate(op, literal.Value!),
        (_, PredicateOperator.Equal) => Expressions.Predicate.False,
        (_, PredicateOperator.NotEqual) => Always,
        (Place.Between, PredicateOperator.Less or PredicateOperator.LessOrEqual) => Predicate(PredicateOperator.LessOrEqual, literal.Value!),
        (Place.Between, _) => Predicate(PredicateOperator.Greater, literal.Value!),
        (Place.Above, PredicateOperator.Less or PredicateOperator.LessOrEqual) => Always,
        (Place.Below, PredicateOperator.Greater or PredicateOperator.GreaterOrEqual) => Always,
        _ => Expressions.Predicate.False,
    };

    private Predicate OneOf(PredicateOperator op, ImmutableArray<object> literals)
    {
        List<object> values = new(literals.Length);
        foreach (object literal in literals)
        {
            if (Locate(literal) is { Place: Place.Exact, Value: { } value }) values.Add(value);
        }
        values.Sort(ValueComparer.Instance);
        ImmutableArray<object> distinct = [.. values.Where((v, i) => i == 0 || !ValueComparer.Instance.Equals(v, values[i - 1]))];
        bool isIn = op == PredicateOperator.In;
        return distinct.Length switch
        {
            0 => isIn ? Expressions.Predicate.False : Always,
            1 => Predicate(isIn ? PredicateOperator.Equal : PredicateOperator.NotEqual, distinct),
            _ => Predicate(op, distinct),
        };
    }

    private Predicate Pattern(PredicateOperator op, ImmutableArray<object> literals)
    {
        if (Type.Id != TypeId.String) throw IcebergException.Invalid($"LIKE needs a string column; {Name} is {Type}.");
        string text = (string)literals[0];
        bool isLike = op is PredicateOperator.Like or PredicateOperator.StartsWith;
        if (op is PredicateOperator.Like or PredicateOperator.NotLike)
        {
            if (!LikePattern.IsWellFormed(text)) throw IcebergException.Invalid($"The pattern '{text}' for column {Name} ends in its escape character.");
            (string prefix, string wildcards) = LikePattern.Split(text);
            if (wildcards.Length == 0) return Predicate(isLike ? PredicateOperator.Equal : PredicateOperator.NotEqual, prefix);
            if (wildcards != "%") return Predicate(op, text);
            text = prefix;
        }
        if (text.Length == 0) return isLike ? Always : Expressions.Predicate.False;
        return Predicate(isLike ? PredicateOperator.StartsWith : PredicateOperator.NotStartsWith, text);
    }

    private Placement Locate(object literal) => LiteralConverter.Convert(literal, Type) ?? throw Mismatch(literal);

    private IcebergException Mismatch(object literal)
    {
        string text = PredicatePrinter.Literal(literal, null);
        if (Type.Id is TypeId.Float or TypeId.Double && literal is string nan && nan.Equals("NaN", StringComparison.OrdinalIgnoreCase))
        {
            return IcebergException.Invalid($"Nothing equals NaN, so column {Name} cannot be compared with it. Write {Name} IS NAN.");
        }
        return IcebergException.Invalid(LiteralConverter.Example(Type) is { } example
            ? $"Column {Name} is {Type} and cannot be compared with {text}. Write {example}."
            : $"Column {Name} is {Type}; a filter can only test whether it IS NULL.");
    }
}
