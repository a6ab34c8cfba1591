using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>Renders bound predicates as conditions of Athena's SQL.</summary>
public static class AthenaFilter
{
    private static readonly SqlDialect s_dialect = new((value, type) => AthenaSql.Literal(value, type), "is_nan", NaNIsGreatest: false);

    /// <param name="predicate">Bound, see <see cref="Binder"/>.</param>
    public static string Render(Predicate predicate, Schema schema) => SqlFilter.Render(predicate, test => Column(test, schema), s_dialect);

    private static string Column(ColumnPredicate test, Schema schema)
    {
        ColumnPath path = ColumnPath.Find(schema, test.FieldId) ?? throw new ArgumentException($"The schema has no column {test.Column}.", nameof(test));
        return string.Join('.', path.Fields.Select(f => AthenaSql.Name(f.Name)));
    }
}
