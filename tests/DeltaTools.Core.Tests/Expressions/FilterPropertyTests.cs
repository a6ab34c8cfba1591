using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Tests.Expressions;

public class FilterPropertyTests
{
    [Fact]
    public void Parse_ReadsBackWhatIsPrinted() =>
        RandomFilters.Schemas.SelectMany(schema => RandomFilters.Predicates(schema, depth: 4))
            .Sample(predicate => Assert.Equal(predicate, FilterParser.Parse(predicate.ToString())), iter: 3_000);

    [Fact]
    public void Parse_OfABoundPredicatesTextBindsToTheSamePredicate() =>
        RandomFilters.Schemas.SelectMany(schema => Gen.Select(Gen.Const(schema), RandomFilters.Predicates(schema)))
            .Sample((schema, predicate) =>
            {
                Predicate bound = Binder.Bind(predicate, schema);
                Assert.Equal(bound, Binder.Bind(FilterParser.Parse(bound.ToString()), schema));
            }, iter: 3_000);

    [Fact]
    public void Bind_KeepsTheMeaningOfEveryLiteral() =>
        RandomFilters.Schemas.SelectMany(schema => Gen.Select(Gen.Const(schema), RandomFilters.Row(schema).Array[1, 10], RandomFilters.Predicates(schema)))
            .Sample((schema, rows, predicate) =>
            {
                Predicate bound = Binder.Bind(predicate, schema);
                foreach (ImmutableDictionary<int, object?> row in rows)
                {
                    bool expected = LiteralMeaning.Evaluate(predicate, schema, row) == true;
                    Assert.True(expected == RowFilter.Matches(bound, id => row[id]), $"{predicate}\n{bound}\nexpected {expected}");
                }
            }, iter: 3_000);
}
