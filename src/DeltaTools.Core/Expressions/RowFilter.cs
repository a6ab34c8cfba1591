namespace DeltaTools.Core.Expressions;

/// <summary>Evaluates bound predicates on single rows. For small sets in memory and as the yardstick of tests; engines take the SQL.</summary>
public static class RowFilter
{
    /// <summary>Whether the predicate is true of the row; a row of which it is unknown is not selected.</summary>
    /// <param name="value">The row's value of a field id in physical form, or null.</param>
    public static bool Matches(Predicate predicate, Func<int, object?> value) => Evaluate(predicate, value) == true;

    /// <returns>Null for unknown.</returns>
    public static bool? Evaluate(Predicate predicate, Func<int, object?> value)
    {
        switch (predicate)
        {
            case ConstantPredicate constant:
                return constant.Value;
            case NotPredicate not:
                return !Evaluate(not.Operand, value);
            case AndPredicate and:
                bool? all = true;
                foreach (Predicate operand in and.Operands)
                {
                    bool? result = Evaluate(operand, value);
                    if (result == false) return false;
                    all &= result;
                }
                return all;
            case OrPredicate or:
                bool? any = false;
                foreach (Predicate operand in or.Operands)
                {
                    bool? result = Evaluate(operand, value);
                    if (result == true) return true;
                    any |= result;
                }
                return any;
            case ColumnPredicate { IsBound: true } test:
                return ValueTest.Evaluate(test, value(test.FieldId));
            default:
                throw new ArgumentException("Bind the predicate to a schema first.", nameof(predicate));
        }
    }
}
