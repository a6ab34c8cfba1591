using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Whether one value passes the test of a bound predicate: the meaning of every operator, in one place.</summary>
internal static class ValueTest
{
    /// <param name="value">In the physical form of the column's type.</param>
    /// <returns>Null for unknown: every test of NULL but the null tests.</returns>
    public static bool? Evaluate(ColumnPredicate test, object? value)
    {
        if (test.Operator is PredicateOperator.IsNull or PredicateOperator.IsNotNull) return value is null == (test.Operator == PredicateOperator.IsNull);
        return value is null ? null : Passes(test.Operator, value, test.Values);
    }

    private static bool Passes(PredicateOperator op, object value, ImmutableArray<object> constants) => op switch
    {
        PredicateOperator.IsNaN => IsNaN(value),
        PredicateOperator.IsNotNaN => !IsNaN(value),
        PredicateOperator.Equal => Order(value, constants[0]) == 0,
        PredicateOperator.NotEqual => Order(value, constants[0]) != 0,
        PredicateOperator.Less => Order(value, constants[0]) < 0,
        PredicateOperator.LessOrEqual => Order(value, constants[0]) <= 0,
        PredicateOperator.Greater => Order(value, constants[0]) > 0,
        PredicateOperator.GreaterOrEqual => Order(value, constants[0]) >= 0,
        PredicateOperator.In => IsOneOf(value, constants),
        PredicateOperator.NotIn => !IsOneOf(value, constants),
        PredicateOperator.StartsWith => ((string)value).StartsWith((string)constants[0], StringComparison.Ordinal),
        PredicateOperator.NotStartsWith => !((string)value).StartsWith((string)constants[0], StringComparison.Ordinal),
        PredicateOperator.Like => LikePattern.Matches((string)constants[0], (string)value),
        PredicateOperator.NotLike => !LikePattern.Matches((string)constants[0], (string)value),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "Unknown operator."),
    };

    public static bool IsNaN(object? value) => value is double.NaN or float.NaN;

    /// <summary>Negative, zero or positive; null when a NaN makes the two unordered. Zeros are equal whatever their sign.</summary>
    /// <remarks>Numbers of a column before and after it was widened may meet here.</remarks>
    public static int? Order(object a, object b) => (a, b) switch
    {
        (int x, int y) => x.CompareTo(y),
        (long x, long y) => x.CompareTo(y),
        (double x, double y) => double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y),
        (float x, float y) => float.IsNaN(x) || float.IsNaN(y) ? null : x.CompareTo(y),
        (int x, long y) => ((long)x).CompareTo(y),
        (long x, int y) => x.CompareTo(y),
        (float x, double y) => Order((double)x, y),
        (double x, float y) => Order(x, (double)y),
        _ => ValueComparer.Instance.Compare(a, b),
    };

    /// <summary>Index of the first of the ascending constants that is not below the value; their count when all are.</summary>
    public static int FirstNotBelow(ImmutableArray<object> constants, object value)
    {
        int low = 0, high = constants.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Order(constants[middle], value) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static bool IsOneOf(object value, ImmutableArray<object> constants)
    {
        int i = FirstNotBelow(constants, value);
        return i < constants.Length && Order(constants[i], value) == 0;
    }
}
