using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Spec.Text;

public class PartitionTextTests
{
    private static readonly Schema Columns = SchemaText.Parse(
        "id long, ts timestamptz, name string, country string, address struct<zip: string>, tags list<string>, \"odd name\" int, price decimal(9,2)");

    [Theory]
    [InlineData("day(ts)", "ts_day: day(2)")]
    [InlineData("DAYS( ts )", "ts_day: day(2)")]
    [InlineData("years(ts)", "ts_year: year(2)")]
    [InlineData("month(ts)", "ts_month: month(2)")]
    [InlineData("hours(ts)", "ts_hour: hour(2)")]
    [InlineData("bucket(16, id)", "id_bucket: bucket[16](1)")]
    [InlineData("bucket(id, 16)", "id_bucket: bucket[16](1)")]
    [InlineData("truncate(id, 4)", "id_trunc: truncate[4](1)")]
    [InlineData("truncate(4, name)", "name_trunc: truncate[4](3)")]
    [InlineData("country", "country: identity(4)")]
    [InlineData("COUNTRY", "country: identity(4)")]
    [InlineData("identity(country)", "country: identity(4)")]
    [InlineData("address.zip", "address.zip: identity(9)")]
    [InlineData("truncate(address.zip, 2)", "address.zip_trunc: truncate[2](9)")]
    [InlineData("\"odd name\"", "odd name: identity(7)")]
    [InlineData("bucket(4, `odd name`) as shard", "shard: bucket[4](7)")]
    [InlineData("void(id)", "id_null: void(1)")]
    [InlineData("day(ts), country", "ts_day: day(2); country: identity(4)")]
    public void Parse_NamesFieldsAsJavaDoes(string text, string expected)
    {
        PartitionSpec spec = PartitionText.Parse([text], Columns);
        Assert.Equal(expected, string.Join("; ", spec.Fields.Select(f => $"{f.Name}: {f.Transform}({f.SourceId})")));
        Assert.All(spec.Fields, f => Assert.Equal(0, f.FieldId));
    }

    [Theory]
    [InlineData("week(ts)", "position 1: 'week' is not a transform. Transforms are identity")]
    [InlineData("day(when)", "position 5: there is no column 'when'. Columns are id, ts")]
    [InlineData("nowhere", "there is no column 'nowhere'")]
    [InlineData("day(name)", "transform day, which does not take name of type string")]
    [InlineData("bucket(id)", "expected ',', found ')'")]
    [InlineData("bucket(0, id)", "position 8: the number must be greater than 0")]
    [InlineData("bucket(x, id)", "there is no column 'x'")]
    [InlineData("bucket(99999999999, id)", "is not a number")]
    [InlineData("day(ts", "')' is missing")]
    [InlineData("day(ts) country", "expected ',' or the end, found 'country'")]
    [InlineData("tags.element", "nested in a list or map")]
    [InlineData("address", "not of a primitive type")]
    [InlineData("day(ts) as country", "named like a column that it is not made from")]
    [InlineData("day(ts), hour(ts)", "Partitioning by day(ts) and by hour(ts) is redundant")]
    [InlineData("country, identity(country)", "redundant")]
    [InlineData("", "a column or a transform is missing")]
    public void Parse_SaysWhatIsWrong(string text, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => PartitionText.Parse([text], Columns));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.True(error.Message.Contains(message), error.Message);
    }

    [Fact]
    public void Print_GivesTextThatIsReadAgain()
    {
        string[] texts = ["day(ts)", "bucket(16, id)", "truncate(4, name)", "\"odd name\"", "address.zip", "bucket(2, country) as \"a b\"", "void(price)"];
        PartitionSpec spec = PartitionText.Parse(texts, Columns);
        Assert.Equal<string>(texts, PartitionText.Print(spec, Columns));
        Assert.Equal("day(#2)", PartitionText.Print(new(0, [spec.Fields[0] with { Name = "#2_day" }]), Schema.Empty)[0]);
        Assert.Empty(PartitionText.Print(PartitionText.Parse([], Columns), Columns));
    }

    [Fact]
    public void ParseTerms_KeepsTheNamesOfAdditionsApart()
    {
        PartitionTerm[] terms = [.. PartitionText.ParseTerms("bucket(16, id), truncate(name, 4), day(ts), country as c", Columns)];
        Assert.Equal(["id_bucket_16", "name_trunc_4", "ts_day", "c"], terms.Select(t => t.NameOfAddition));
    }
}
