using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Expressions;

public class FilterParserTests
{
    [Theory]
    [InlineData("a = 1", "a = 1")]
    [InlineData("a == 1", "a = 1")]
    [InlineData("a != -1.50", "a <> -1.50")]
    [InlineData("5 < a", "a > 5")]
    [InlineData("'x' = a", "a = 'x'")]
    [InlineData("a=.5 or a>=1e3", "a = 0.5 OR a >= 1E+3")]
    [InlineData("a = 1 AND b = 2 OR c = 3", "a = 1 AND b = 2 OR c = 3")]
    [InlineData("a = 1 AND (b = 2 OR c = 3)", "a = 1 AND (b = 2 OR c = 3)")]
    [InlineData("(a = 1 AND b = 2) AND c = 3", "a = 1 AND b = 2 AND c = 3")]
    [InlineData("not a = 1 and b = 2", "NOT (a = 1) AND b = 2")]
    [InlineData("NOT (a = 1 AND b = 2)", "NOT (a = 1 AND b = 2)")]
    [InlineData("NOT NOT a = 1", "a = 1")]
    [InlineData("a in (1, 2,3)", "a IN (1, 2, 3)")]
    [InlineData("a Not In ('x')", "a NOT IN ('x')")]
    [InlineData("a BETWEEN 1 AND 2 AND b = 3", "a >= 1 AND a <= 2 AND b = 3")]
    [InlineData("a NOT BETWEEN 1 AND 2", "NOT (a >= 1 AND a <= 2)")]
    [InlineData("a LIKE 'P%'", "a LIKE 'P%'")]
    [InlineData("a LIKE '%P_'", "a LIKE '%P_'")]
    [InlineData("a LIKE '10!%%' ESCAPE '!'", @"a LIKE '10\%%' ESCAPE '\'")]
    [InlineData(@"a LIKE 'c:\d%'", @"a LIKE 'c:\\d%' ESCAPE '\'")]
    [InlineData("a NOT LIKE 'P%%'", "a NOT LIKE 'P%'")]
    [InlineData("a IS NULL OR a IS NOT NULL", "a IS NULL OR a IS NOT NULL")]
    [InlineData("a is nan or a is not nan", "a IS NAN OR a IS NOT NAN")]
    [InlineData("active", "active = TRUE")]
    [InlineData("NOT active AND b = 1", "NOT (active = TRUE) AND b = 1")]
    [InlineData("a = true", "a = TRUE")]
    [InlineData("TRUE", "TRUE")]
    [InlineData("a = 1 AND TRUE", "a = 1")]
    [InlineData("a = 1 AND FALSE", "FALSE")]
    [InlineData("a = 'it''s'", "a = 'it''s'")]
    [InlineData("\"a b\" = 1", "\"a b\" = 1")]
    [InlineData("\"say \"\"hi\"\"\" = 1", "\"say \"\"hi\"\"\" = 1")]
    [InlineData("address.city = 'Rome'", "address.city = 'Rome'")]
    [InlineData("\"address\".\"city\" = 'Rome'", "address.city = 'Rome'")]
    [InlineData("\"null\" = 1", "\"null\" = 1")]
    [InlineData("date = DATE '2024-01-31'", "date = DATE '2024-01-31'")]
    [InlineData("a < date '-0043-03-15'", "a < DATE '-0043-03-15'")]
    [InlineData("a < TIMESTAMP '2024-01-31'", "a < TIMESTAMP '2024-01-31 00:00:00'")]
    [InlineData("a < TIMESTAMP '2024-01-31T12:34:56.789'", "a < TIMESTAMP '2024-01-31 12:34:56.789'")]
    [InlineData("a < timestamptz '2024-01-31 12:34:56.123456789+02:00'", "a < TIMESTAMPTZ '2024-01-31 10:34:56.123456789+00:00'")]
    [InlineData("a < TIMESTAMPTZ '2024-01-31 12:34'", "a < TIMESTAMPTZ '2024-01-31 12:34:00+00:00'")]
    [InlineData("a = TIME '12:34:56.5'", "a = TIME '12:34:56.5'")]
    [InlineData("a = X'0aFF'", "a = X'0aff'")]
    [InlineData("a = UUID 'F79C3E09-677c-4bbd-a479-3f349cb785e7'", "a = UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'")]
    [InlineData("größe = 1", "größe = 1")]
    public void Parse_PrintsCanonicalText(string filter, string expected)
    {
        Predicate predicate = FilterParser.Parse(filter);

        Assert.Equal(expected, predicate.ToString());
        Assert.Equal(predicate, FilterParser.Parse(predicate.ToString()));
    }

    [Theory]
    [InlineData("", 1, "a condition")]
    [InlineData("a =", 4, "a literal")]
    [InlineData("a = b", 5, "text goes in single quotes")]
    [InlineData("a = 'x", 5, "a closing '")]
    [InlineData("\"a = 1", 1, "a closing \"")]
    [InlineData("(a = 1", 1, "a closing )")]
    [InlineData("a = 1)", 6, "no ) without its (")]
    [InlineData("a = 1 b = 2", 7, "AND, OR or the end")]
    [InlineData("a = 1 AND", 10, "a column")]
    [InlineData("a NOT = 1", 7, "IN, LIKE or BETWEEN")]
    [InlineData("a = NULL", 5, "IS NULL")]
    [InlineData("a = NaN", 5, "IS NAN")]
    [InlineData("a IN ()", 7, "a literal")]
    [InlineData("a IN (1, NULL)", 10, "IS NULL")]
    [InlineData("a IN (1 2)", 9, "closing )")]
    [InlineData("a BETWEEN 1 OR 2", 13, "AND and the upper end")]
    [InlineData("a LIKE 5", 8, "a pattern")]
    [InlineData("a LIKE 'x!y' ESCAPE '!'", 8, "escape character")]
    [InlineData("a LIKE 'x' ESCAPE 'ab'", 19, "one character")]
    [InlineData("a IS 5", 6, "NULL, NAN or NOT")]
    [InlineData("5 5", 3, "a comparison")]
    [InlineData("5 = 5", 5, "one side of a comparison")]
    [InlineData("a = DATE '2024-02-30'", 10, "DATE '2024-01-31'")]
    [InlineData("a = TIMESTAMP '2024-01-31 00:00Z'", 15, "TIMESTAMPTZ for one with an offset")]
    [InlineData("a = X'0af'", 6, "hexadecimal")]
    [InlineData("a = 5x", 5, "a number without letters")]
    [InlineData("a = 1e", 5, "digits after the e")]
    [InlineData("a ~ 5", 3, "instead of ~")]
    [InlineData("and = 5", 1, "write \"and\"")]
    [InlineData("a = ‘x’", 5, "straight quote")]
    public void Parse_NamesPositionAndWhatWasExpected(string filter, int position, string expected)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => FilterParser.Parse(filter));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains($"position {position}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TakesAnyNumberOfParenthesesAndNots()
    {
        string filter = new string('(', 100_000) + "a = 1" + new string(')', 100_000) + " AND " + string.Concat(Enumerable.Repeat("NOT (", 100_001))
            + "b = 2" + new string(')', 100_001);

        Assert.Equal("a = 1 AND NOT (b = 2)", FilterParser.Parse(filter).ToString());
    }

    [Fact]
    public void Parse_TakesLongLists()
    {
        string list = string.Join(", ", Enumerable.Range(0, 10_000));
        string chain = string.Join(" OR ", Enumerable.Range(0, 10_000).Select(i => $"a = {i}"));

        Assert.Equal(10_000, Assert.IsType<ColumnPredicate>(FilterParser.Parse($"a IN ({list})")).Values.Length);
        Assert.Equal(10_000, Assert.IsType<OrPredicate>(FilterParser.Parse(chain)).Operands.Length);
    }

    [Fact]
    public void Parse_RefusesDeepNestingOfAndAndOr()
    {
        string deep = string.Concat(Enumerable.Repeat("a = 1 AND (b = 2 OR (", 50_000)) + "c = 3" + new string(')', 100_000);

        IcebergException error = Assert.Throws<IcebergException>(() => FilterParser.Parse(deep));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("deeper than 500", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_KeepsNumbersExact()
    {
        ColumnPredicate test = Assert.IsType<ColumnPredicate>(FilterParser.Parse("a IN (9223372036854775807, 9223372036854775808, 0.10, 1e400)"));

        Assert.Equal<object>([long.MaxValue, new DecimalValue(System.Numerics.BigInteger.Pow(2, 63), 0), new DecimalValue(10, 2), new DecimalValue(1, -400)], [.. test.Values]);
    }
}
