using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Expressions;

/// <summary>Evaluates predicates that are not bound, by bringing value and literal to one exact form: the yardstick for binding.</summary>
internal static class LiteralMeaning
{
    public static bool? Evaluate(Predicate predicate, Schema schema, ImmutableDictionary<int, object?> row)
    {
        switch (predicate)
        {
            case ConstantPredicate c: return c.Value;
            case NotPredicate n: return !Evaluate(n.Operand, schema, row);
            case AndPredicate a: return a.Operands.Aggregate((bool?)true, (all, o) => all & Evaluate(o, schema, row));
            case OrPredicate o: return o.Operands.Aggregate((bool?)false, (any, p) => any | Evaluate(p, schema, row));
        }
        var test = (ColumnPredicate)predicate;
        NestedField field = schema.FindField(test.Column)!;
        object? value = row[field.Id];
        if (test.Operator == PredicateOperator.IsNull) return value is null;
        if (test.Operator == PredicateOperator.IsNotNull) return value is not null;
        if (value is null) return null;
        int? Order(int i = 0) => Compare(value, test.Values[i], field.Type);
        return test.Operator switch
        {
            PredicateOperator.IsNaN => value is double.NaN or float.NaN,
            PredicateOperator.IsNotNaN => value is not (double.NaN or float.NaN),
            PredicateOperator.Equal => Order() == 0,
            PredicateOperator.NotEqual => Order() != 0,
            PredicateOperator.Less => Order() < 0,
            PredicateOperator.LessOrEqual => Order() <= 0,
            PredicateOperator.Greater => Order() > 0,
            PredicateOperator.GreaterOrEqual => Order() >= 0,
            PredicateOperator.In => Enumerable.Range(0, test.Values.Length).Any(i => Order(i) == 0),
            PredicateOperator.NotIn => Enumerable.Range(0, test.Values.Length).All(i => Order(i) != 0),
            PredicateOperator.StartsWith => ((string)value).StartsWith((string)test.Values[0], StringComparison.Ordinal),
            PredicateOperator.NotStartsWith => !((string)value).StartsWith((string)test.Values[0], StringComparison.Ordinal),
            PredicateOperator.Like => LikePattern.Matches((string)test.Values[0], (string)value),
            _ => !LikePattern.Matches((string)test.Values[0], (string)value),
        };
    }

    private static int? Compare(object value, object literal, IcebergType type)
    {
        switch (type.Id)
        {
            case TypeId.Int or TypeId.Long or TypeId.Decimal:
                return Exact(value).CompareTo(Exact(literal));
            case TypeId.Float or TypeId.Double:
                double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                if (double.IsNaN(number)) return null;
                if (literal is "Infinity") return number.CompareTo(double.PositiveInfinity);
                if (literal is "-Infinity") return number.CompareTo(double.NegativeInfinity);
                DecimalValue exact = Exact(literal);
                bool outside = !double.IsFinite(Rounded(exact, type)) || (Rounded(exact, type) == 0 && !exact.Unscaled.IsZero);
                if (double.IsInfinity(number)) return number > 0 ? 1 : -1;
                return exact.Scale == 0 || outside ? Exact(value).CompareTo(exact) : number.CompareTo(Rounded(exact, type));
            case TypeId.Date:
                return ((Int128)(int)value * CivilTime.NanosPerDay).CompareTo(Nanos(literal));
            case TypeId.Time:
                return ((Int128)(long)value * 1000).CompareTo(literal is TimeLiteral t ? t.Nanos : 12 * 3600 * IsoText.NanosPerSecond);
            case TypeId.Timestamp or TypeId.TimestampTz:
                return ((Int128)(long)value * 1000).CompareTo(Nanos(literal));
            case TypeId.TimestampNs or TypeId.TimestampTzNs:
                return ((Int128)(long)value).CompareTo(Nanos(literal));
            case TypeId.Boolean:
                return ((bool)value).CompareTo(literal is "true" || literal is true);
            default:
                return ValueComparer.Instance.Compare(value, literal);
        }
    }

    private static double Rounded(DecimalValue number, IcebergType type)
    {
        string text = $"{number.Unscaled}E{-number.Scale}";
        return type.Id == TypeId.Float ? float.Parse(text, CultureInfo.InvariantCulture) : double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static DecimalValue Exact(object number) => number switch
    {
        int i => new(i, 0),
        long l => new(l, 0),
        DecimalValue d => d,
        float f => Exact((double)f),
        double d => Exact(d),
        _ => Exact(Literal.ParseNumber((string)number)!),
    };

    /// <summary>All digits of a double: 1,100 suffice for any.</summary>
    private static DecimalValue Exact(double number)
    {
        const int Digits = 1100;
        string text = number.ToString($"F{Digits}", CultureInfo.InvariantCulture);
        return new DecimalValue(BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), Digits);
    }

    private static Int128 Nanos(object literal) => literal switch
    {
        DateLiteral date => (Int128)date.Days * CivilTime.NanosPerDay,
        TimestampLiteral timestamp => timestamp.Nanos,
        _ => CivilTime.ParseTimestamp((string)literal)!.Nanos,
    };
}
