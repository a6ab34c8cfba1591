using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>Renders bound predicates as conditions of Athena's SQL.</summary>
public static class AthenaFilter
{
    /// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
    public static string Render(Predicate predicate, Schema schema) => predicate switch
    {
        ConstantPredicate constant => constant.Value ? "true" : "false",
        AndPredicate and => $"({string.Join(" AND ", and.Operands.Select(p => Render(p, schema)))})",
        OrPredicate or => $"({string.Join(" OR ", or.Operands.Select(p => Render(p, schema)))})",
        NotPredicate not => $"(NOT {Render(not.Operand, schema)})",
        ColumnPredicate { IsBound: true } test => Test(test, Column(test, schema)),
        _ => throw new ArgumentException("Bind the predicate to a schema first.", nameof(predicate)),
    };

    private static string Column(ColumnPredicate test, Schema schema)
    {
        ColumnPath path = ColumnPath.Find(schema, test.FieldId) ?? throw new ArgumentException($"The schema has no column {test.Column}.", nameof(test));
        return string.Join('.', path.Fields.Select(f => AthenaSql.Name(f.Name)));
    }

    private static string Test(ColumnPredicate test, string column)
    {
        string value = test.Values.Length == 1 ? AthenaSql.Literal(test.Values[0], test.Type!) : "";
        return test.Operator switch
        {
            PredicateOperator.IsNull => $"({column} IS NULL)",
            PredicateOperator.IsNotNull => $"({column} IS NOT NULL)",
            PredicateOperator.IsNaN => $"is_nan({column})",
            PredicateOperator.IsNotNaN => $"(NOT is_nan({column}))",
            PredicateOperator.In => $"({column} IN ({List(test)}))",
            PredicateOperator.NotIn => $"({column} NOT IN ({List(test)}))",
            PredicateOperator.StartsWith => $"starts_with({column}, {value})",
            PredicateOperator.NotStartsWith => $"(NOT starts_with({column}, {value}))",
            PredicateOperator.Like => $"({column} LIKE {value} ESCAPE '{LikePattern.Escape}')",
            PredicateOperator.NotLike => $"({column} NOT LIKE {value} ESCAPE '{LikePattern.Escape}')",
            _ => $"({column} {PredicatePrinter.Symbol(test.Operator)} {value})",
        };
    }

    private static string List(ColumnPredicate test) => string.Join(", ", test.Values.Select(v => AthenaSql.Literal(v, test.Type!)));
}
