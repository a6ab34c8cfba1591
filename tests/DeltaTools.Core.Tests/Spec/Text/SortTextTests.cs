using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Spec.Text;

public class SortTextTests
{
    private static readonly Schema Columns = SchemaText.Parse("id long, ts timestamp, name string, \"order by\" int");

    [Theory]
    [InlineData("id", "id")]
    [InlineData("id asc nulls first", "id")]
    [InlineData("id ascending nulls last", "id nulls last")]
    [InlineData("ID DESC", "id desc")]
    [InlineData("id desc nulls last", "id desc")]
    [InlineData("id descending nulls first", "id desc nulls first")]
    [InlineData("day(ts) desc, bucket(4, name), \"order by\"", "day(ts) desc; bucket(4, name); \"order by\"")]
    public void Parse_AndPrint(string text, string expected)
    {
        SortOrder order = SortText.Parse([text], Columns);
        Assert.Equal(1, order.OrderId);
        Assert.Equal(expected, string.Join("; ", SortText.Print(order, Columns)));
        Assert.Equal(order, SortText.Parse(SortText.Print(order, Columns), Columns));
    }

    [Fact]
    public void Parse_OfNothingIsUnsorted() => Assert.Equal(SortOrder.Unsorted, SortText.Parse([], Columns));

    [Theory]
    [InlineData("id nulls", "expected asc, desc, nulls first, nulls last, ',' or the end, found 'nulls'")]
    [InlineData("nope", "there is no column 'nope'")]
    [InlineData("hour(id)", "transform hour, which does not take id")]
    public void Parse_SaysWhatIsWrong(string text, string message) =>
        Assert.Contains(message, Assert.Throws<IcebergException>(() => SortText.Parse([text], Columns)).Message);
}
