using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>A condition on rows. Parsed from <c>-Filter</c> text, bound to a schema, then used to prune files and rendered to SQL.</summary>
/// <remarks>
/// Conditions follow SQL's three-valued logic; a row is selected when the condition is true. Predicates compare by value, and their text
/// (<see cref="ToString"/>) parses back to an equal predicate. Build with the factories here: they flatten and fold constants.
/// </remarks>
public abstract record Predicate
{
    /// <summary>How deep AND, OR and NOT may nest; parentheses alone do not count.</summary>
    public const int MaxDepth = 500;

    public static readonly Predicate True = new ConstantPredicate(true);
    public static readonly Predicate False = new ConstantPredicate(false);

    /// <summary>Levels of AND, OR and NOT below and with this one; bounded, so that walking a predicate recursively is safe.</summary>
    internal virtual int Depth => 0;

    public static Predicate And(params IEnumerable<Predicate> operands) => Join(operands, conjunction: true);

    public static Predicate Or(params IEnumerable<Predicate> operands) => Join(operands, conjunction: false);

    public static Predicate Not(Predicate operand) => operand switch
    {
        ConstantPredicate constant => constant.Value ? False : True,
        NotPredicate not => not.Operand,
        _ => new NotPredicate(operand),
    };

    public sealed override string ToString() => PredicatePrinter.Print(this);

    private static Predicate Join(IEnumerable<Predicate> operands, bool conjunction)
    {
        ImmutableArray<Predicate>.Builder flat = ImmutableArray.CreateBuilder<Predicate>();
        foreach (Predicate operand in operands)
        {
            if (operand is ConstantPredicate constant)
            {
                if (constant.Value != conjunction) return operand;
            }
            else if (conjunction && operand is AndPredicate and) flat.AddRange(and.Operands);
            else if (!conjunction && operand is OrPredicate or) flat.AddRange(or.Operands);
            else flat.Add(operand);
        }
        return flat.Count switch
        {
            0 => conjunction ? True : False,
            1 => flat[0],
            _ => conjunction ? new AndPredicate(flat.DrainToImmutable()) : new OrPredicate(flat.DrainToImmutable()),
        };
    }

    private protected static int DepthOf(ImmutableArray<Predicate> operands)
    {
        int depth = 1 + operands.Select(o => o.Depth).DefaultIfEmpty().Max();
        return depth <= MaxDepth ? depth : throw IcebergException.Invalid(
            $"The filter nests AND, OR and NOT deeper than {MaxDepth} levels. Simplify it; IN takes long lists of values.");
    }

    private protected static int HashOf(ImmutableArray<Predicate> operands) => operands.Aggregate(17, HashCode.Combine);
}

public sealed record ConstantPredicate(bool Value) : Predicate;

public sealed record AndPredicate(ImmutableArray<Predicate> Operands) : Predicate
{
    public ImmutableArray<Predicate> Operands { get; } = Operands;

    internal override int Depth { get; } = DepthOf(Operands);

    public bool Equals(AndPredicate? other) => other is not null && Operands.SequenceEqual(other.Operands);

    public override int GetHashCode() => HashOf(Operands);
}

public sealed record OrPredicate(ImmutableArray<Predicate> Operands) : Predicate
{
    public ImmutableArray<Predicate> Operands { get; } = Operands;

    internal override int Depth { get; } = DepthOf(Operands);

    public bool Equals(OrPredicate? other) => other is not null && Operands.SequenceEqual(other.Operands);

    public override int GetHashCode() => HashOf(Operands);
}

/// <summary>SQL's NOT: NULL stays NULL, so a row that is neither true nor false is not selected.</summary>
public sealed record NotPredicate(Predicate Operand) : Predicate
{
    public Predicate Operand { get; } = Operand;

    internal override int Depth { get; } = DepthOf([Operand]);
}

/// <summary>A test of one column against constants. NULL never matches, except by the null tests.</summary>
/// <param name="Column">Full name of the column: as written before binding, as the schema spells it after.</param>
/// <param name="Values">Constants: literals as <see cref="Literal"/> lists them before binding, values in the physical form of the
/// column's type after it. One, but any number (bound: ascending, without repetition) for IN and NOT IN, none for the null and NaN tests.</param>
public sealed record ColumnPredicate(string Column, PredicateOperator Operator, ImmutableArray<object> Values) : Predicate
{
    /// <summary>Field id of the column; 0 until the predicate is bound.</summary>
    public int FieldId { get; init; }

    /// <summary>Type of the column; null until the predicate is bound.</summary>
    public IcebergType? Type { get; init; }

    public bool IsBound => Type is not null;

    public static ColumnPredicate Of(string column, PredicateOperator op, params ReadOnlySpan<object> values) => new(column, op, [.. values]);

    public bool Equals(ColumnPredicate? other) =>
        other is not null && Column == other.Column && Operator == other.Operator && FieldId == other.FieldId
        && Equals(Type, other.Type) && Values.SequenceEqual(other.Values, ValueComparer.Instance);

    public override int GetHashCode() =>
        Values.Aggregate(HashCode.Combine(Column, Operator, FieldId), (hash, v) => HashCode.Combine(hash, ValueComparer.Instance.GetHashCode(v)));
}
