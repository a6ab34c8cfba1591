using System.Globalization;
using System.Text;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Expressions;

/// <summary>Writes predicates, bound or not, in the filter language.</summary>
internal static class PredicatePrinter
{
    public static string Print(Predicate predicate)
    {
        StringBuilder text = new();
        Append(text, predicate, parent: null);
        return text.ToString();
    }

    /// <summary>A constant as a literal of the filter language.</summary>
    /// <param name="type">Type of the column when the value is in physical form, else null.</param>
    public static string Literal(object value, IcebergType? type) => (value, type?.Id) switch
    {
        (int days, TypeId.Date) => $"DATE '{IsoText.Date(days)}'",
        (long micros, TypeId.Time) => $"TIME '{CivilTime.TimeText(micros * 1000)}'",
        (long micros, TypeId.Timestamp) => Print(new TimestampLiteral((Int128)micros * 1000, false)),
        (long micros, TypeId.TimestampTz) => Print(new TimestampLiteral((Int128)micros * 1000, true)),
        (long nanos, TypeId.TimestampNs) => Print(new TimestampLiteral(nanos, false)),
        (long nanos, TypeId.TimestampTzNs) => Print(new TimestampLiteral(nanos, true)),
        (TimestampLiteral timestamp, _) => Print(timestamp),
        (DateLiteral, _) => $"DATE '{value}'",
        (TimeLiteral, _) => $"TIME '{value}'",
        (Guid, _) => $"UUID '{value}'",
        (byte[] bytes, _) => $"X'{Convert.ToHexStringLower(bytes)}'",
        (bool flag, _) => flag ? "TRUE" : "FALSE",
        (float number, _) => float.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : $"'{number.ToString(CultureInfo.InvariantCulture)}'",
        (double number, _) => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : $"'{number.ToString(CultureInfo.InvariantCulture)}'",
        (string text, _) => Quote(text),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A column's name, in double quotes where it would not be read as a name without.</summary>
    public static string Name(string column) =>
        column.Split('.').All(part => part.Length > 0 && FilterLexer.IsNameStart(part[0]) && part.All(FilterLexer.IsNamePart) && !FilterConditions.IsReserved(part))
            ? column : $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Append(StringBuilder text, Predicate predicate, Predicate? parent)
    {
        switch (predicate)
        {
            case ConstantPredicate constant:
                text.Append(constant.Value ? "TRUE" : "FALSE");
                break;
            case AndPredicate and:
                Join(text, and, and.Operands, " AND ", parentheses: parent is AndPredicate);
                break;
            case OrPredicate or:
                Join(text, or, or.Operands, " OR ", parentheses: parent is AndPredicate or OrPredicate);
                break;
            case NotPredicate not:
                text.Append("NOT (");
                Append(text, not.Operand, not);
                text.Append(')');
                break;
            case ColumnPredicate test:
                Append(text, test);
                break;
        }
    }

    private static void Join(StringBuilder text, Predicate self, IEnumerable<Predicate> operands, string word, bool parentheses)
    {
        if (parentheses) text.Append('(');
        bool first = true;
        foreach (Predicate operand in operands)
        {
            if (!first) text.Append(word);
            first = false;
            Append(text, operand, self);
        }
        if (parentheses) text.Append(')');
    }

    private static void Append(StringBuilder text, ColumnPredicate test)
    {
        text.Append(Name(test.Column));
        switch (test.Operator)
        {
            case PredicateOperator.IsNull: text.Append(" IS NULL"); break;
            case PredicateOperator.IsNotNull: text.Append(" IS NOT NULL"); break;
            case PredicateOperator.IsNaN: text.Append(" IS NAN"); break;
            case PredicateOperator.IsNotNaN: text.Append(" IS NOT NAN"); break;
            case PredicateOperator.In or PredicateOperator.NotIn:
                text.Append(test.Operator == PredicateOperator.In ? " IN (" : " NOT IN (");
                text.AppendJoin(", ", test.Values.Select(v => Literal(v, test.Type))).Append(')');
                break;
            case PredicateOperator.StartsWith or PredicateOperator.Like:
                text.Append(" LIKE ").Append(Pattern(test));
                break;
            case PredicateOperator.NotStartsWith or PredicateOperator.NotLike:
                text.Append(" NOT LIKE ").Append(Pattern(test));
                break;
            default:
                text.Append(' ').Append(Symbol(test.Operator)).Append(' ').Append(Literal(test.Values[0], test.Type));
                break;
        }
    }

    internal static string Symbol(PredicateOperator op) => op switch
    {
        PredicateOperator.Equal => "=",
        PredicateOperator.NotEqual => "<>",
        PredicateOperator.Less => "<",
        PredicateOperator.LessOrEqual => "<=",
        PredicateOperator.Greater => ">",
        PredicateOperator.GreaterOrEqual => ">=",
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "Not a comparison."),
    };

    private static string Pattern(ColumnPredicate test)
    {
        string pattern = test.Operator is PredicateOperator.StartsWith or PredicateOperator.NotStartsWith
            ? LikePattern.Quote((string)test.Values[0]) + "%" : (string)test.Values[0];
        return pattern.Contains(LikePattern.Escape, StringComparison.Ordinal) ? Quote(pattern) + $" ESCAPE '{LikePattern.Escape}'" : Quote(pattern);
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Print(TimestampLiteral timestamp) => $"{(timestamp.WithZone ? "TIMESTAMPTZ" : "TIMESTAMP")} '{timestamp}'";
}
