using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Renders bound predicates as conditions of DuckDB's SQL that select the same rows as <see cref="RowFilter"/>.</summary>
/// <remarks>
/// DuckDB takes NaN for the greatest number and for equal to itself; here, as in the pruning of files, whose bounds leave NaN out, nothing
/// is less than, equal to or greater than NaN. No constant is NaN, so only <c>&gt;</c> and <c>&gt;=</c> differ, and they are rendered with an
/// upper end, <c>x &gt; 5 AND x &lt;= 'Infinity'</c>: a plain range, which row groups are skipped by.
/// </remarks>
public static class SqlFilter
{
    /// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
    /// <param name="column">The SQL expression of a test's column.</param>
    public static string Render(Predicate predicate, Func<ColumnPredicate, string> column) => Render(predicate, column, SqlDialect.DuckDb);

    /// <summary>As the other, in the SQL of another engine.</summary>
    internal static string Render(Predicate predicate, Func<ColumnPredicate, string> column, SqlDialect dialect)
    {
        StringBuilder sql = new();
        Append(sql, predicate, test => Test(test, column(test), dialect));
        return sql.ToString();
    }

    /// <summary>As the other, with columns called by their names in the schema.</summary>
    public static string Render(Predicate predicate, Schema schema) => Render(predicate, test => Column(schema, test));

    /// <summary><c>"a"</c>, or <c>struct_extract("a", 'b')</c>, which no table name can be mistaken for.</summary>
    private static string Column(Schema schema, ColumnPredicate test)
    {
        ColumnPath path = ColumnPath.Find(schema, test.FieldId) ?? throw new ArgumentException($"The schema has no column {test.Column}.", nameof(test));
        string column = SqlLiteral.Name(path.Fields[0].Name);
        return path.Fields.Skip(1).Aggregate(column, (outer, field) => $"struct_extract({outer}, {SqlLiteral.Text(field.Name)})");
    }

    private static void Append(StringBuilder sql, Predicate predicate, Func<ColumnPredicate, string> render)
    {
        switch (predicate)
        {
            case ConstantPredicate constant:
                sql.Append(constant.Value ? "true" : "false");
                break;
            case AndPredicate and:
                Join(sql, and.Operands, " AND ", render);
                break;
            case OrPredicate or:
                Join(sql, or.Operands, " OR ", render);
                break;
            case NotPredicate not:
                sql.Append("(NOT ");
                Append(sql, not.Operand, render);
                sql.Append(')');
                break;
            case ColumnPredicate { IsBound: true } test:
                sql.Append(render(test));
                break;
            default:
                throw new ArgumentException("Bind the predicate to a schema first.", nameof(predicate));
        }
    }

    private static void Join(StringBuilder sql, IEnumerable<Predicate> operands, string word, Func<ColumnPredicate, string> render)
    {
        string separator = "(";
        foreach (Predicate operand in operands)
        {
            sql.Append(separator);
            Append(sql, operand, render);
            separator = word;
        }
        sql.Append(')');
    }

    private static string Test(ColumnPredicate test, string column, SqlDialect dialect)
    {
        string value = test.Values.Length == 1 ? dialect.Literal(test.Values[0], test.Type!) : "";
        return test.Operator switch
        {
            PredicateOperator.IsNull => $"({column} IS NULL)",
            PredicateOperator.IsNotNull => $"({column} IS NOT NULL)",
            PredicateOperator.IsNaN => $"{dialect.IsNaN}({column})",
            PredicateOperator.IsNotNaN => $"(NOT {dialect.IsNaN}({column}))",
            PredicateOperator.In => $"({column} IN ({List(test, dialect)}))",
            PredicateOperator.NotIn => $"({column} NOT IN ({List(test, dialect)}))",
            PredicateOperator.StartsWith => $"starts_with({column}, {value})",
            PredicateOperator.NotStartsWith => $"(NOT starts_with({column}, {value}))",
            PredicateOperator.Like => $"({column} LIKE {value} ESCAPE '{LikePattern.Escape}')",
            PredicateOperator.NotLike => $"({column} NOT LIKE {value} ESCAPE '{LikePattern.Escape}')",
            PredicateOperator.Greater or PredicateOperator.GreaterOrEqual when dialect.NaNIsGreatest && test.Type!.Id is TypeId.Float or TypeId.Double =>
                $"({column} {PredicatePrinter.Symbol(test.Operator)} {value} AND {column} <= {SqlLiteral.Infinity(test.Type)})",
            _ => $"({column} {PredicatePrinter.Symbol(test.Operator)} {value})",
        };
    }

    private static string List(ColumnPredicate test, SqlDialect dialect) => string.Join(", ", test.Values.Select(v => dialect.Literal(v, test.Type!)));
}
