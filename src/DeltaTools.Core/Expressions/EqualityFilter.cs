using System.Collections;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Filters given as a table of column and value, as in <c>@{ country = 'DE'; year = 2023, 2024 }</c>.</summary>
public static class EqualityFilter
{
    /// <summary>Every column must equal its value: one value, one of several (IN), or null (IS NULL).</summary>
    /// <param name="columns">Full names of columns with .NET values as <see cref="Literal.TryFrom"/> takes them, collections of them, or null.</param>
    /// <exception cref="IcebergException">InvalidArgument: a value of a type that has no literal.</exception>
    public static Predicate From(IDictionary columns)
    {
        List<Predicate> tests = [];
        foreach (DictionaryEntry entry in columns)
        {
            string column = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            bool isList = entry.Value is IEnumerable and not (string or byte[] or IDictionary);
            tests.Add(OneOf(column, isList ? (IEnumerable)entry.Value! : new[] { entry.Value }));
        }
        // A hash table has no order; sorted, the same filter gives the same text and plan.
        return Predicate.And(tests.OrderBy(t => t.ToString(), StringComparer.Ordinal));
    }

    private static Predicate OneOf(string column, IEnumerable values)
    {
        List<object> literals = [];
        bool orNull = false, orNaN = false;
        foreach (object? value in values)
        {
            if (value is null or DBNull) orNull = true;
            else if (value is double.NaN or float.NaN) orNaN = true;
            else literals.Add(Literal.TryFrom(value) ?? throw IcebergException.Invalid(
                $"The filter compares column {column} with a {value.GetType().Name}. Give a number, text, boolean, date, time, uuid, bytes or $null."));
        }
        object[] distinct = [.. literals.Distinct(ValueComparer.Instance!)!];
        List<Predicate> tests = [];
        if (distinct.Length == 1) tests.Add(ColumnPredicate.Of(column, PredicateOperator.Equal, distinct[0]));
        else if (distinct.Length > 1) tests.Add(ColumnPredicate.Of(column, PredicateOperator.In, distinct));
        if (orNaN) tests.Add(ColumnPredicate.Of(column, PredicateOperator.IsNaN));
        if (orNull) tests.Add(ColumnPredicate.Of(column, PredicateOperator.IsNull));
        return Predicate.Or(tests);
    }
}
