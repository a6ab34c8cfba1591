using System.Collections;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Tests.Expressions;

public class EqualityFilterTests
{
    [Fact]
    public void From_TakesValuesListsAndNull()
    {
        Hashtable table = new()
        {
            ["country"] = "DE",
            ["year"] = new object[] { 2023, 2024, 2023 },
            ["city"] = null,
            ["score"] = new object?[] { 1.5, null, double.NaN },
            ["born"] = new DateOnly(2024, 1, 31),
            ["none"] = Array.Empty<object>(),
        };

        Assert.Equal(Predicate.False, EqualityFilter.From(table));
        table.Remove("none");
        Assert.Equal(
            "(score = 1.5 OR score IS NAN OR score IS NULL) AND born = DATE '2024-01-31' AND city IS NULL AND country = 'DE' AND year IN (2023, 2024)",
            string.Join(" AND ", Assert.IsType<AndPredicate>(EqualityFilter.From(table)).Operands
                .Select(o => o is OrPredicate ? $"({o})" : o.ToString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void From_TakesTheTimesOfDotNet()
    {
        Hashtable table = new()
        {
            ["a"] = new DateTime(2024, 1, 31, 12, 0, 0, DateTimeKind.Unspecified).AddTicks(1),
            ["b"] = new DateTimeOffset(2024, 1, 31, 12, 0, 0, TimeSpan.FromHours(2)),
            ["c"] = new TimeOnly(12, 0),
            ["d"] = 12.30m,
            ["e"] = new byte[] { 1 },
        };

        Assert.Equal(
            "a = TIMESTAMP '2024-01-31 12:00:00.0000001' AND b = TIMESTAMPTZ '2024-01-31 10:00:00+00:00' AND c = TIME '12:00:00' AND d = 12.30 AND e = X'01'",
            EqualityFilter.From(table).ToString());
    }

    [Fact]
    public void From_RefusesOtherObjects()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => EqualityFilter.From(new Hashtable { ["a"] = new Uri("file:///x") }));

        Assert.Contains("column a with a Uri", error.Message, StringComparison.Ordinal);
    }
}
