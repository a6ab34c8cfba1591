using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Spec;

public class NameMappingTests
{
    private const string Example =
        """[{"field-id":1,"names":["id","record_id"]},{"field-id":2,"names":["data"]},{"field-id":3,"names":["location"],"fields":[{"field-id":4,"names":["latitude","lat"]},{"field-id":5,"names":["longitude","long"]}]}]""";

    private static readonly Schema Columns = SchemaText.Parse("id long, \"a.b\" int, tags list<string>, m map<string, struct<x: int>>, s struct<y: int>");

    [Fact]
    public void Parse_ReadsTheExampleOfTheSpecification()
    {
        NameMapping mapping = NameMappingJson.Parse(Example, "test");
        Assert.Equal(1, mapping.Find("record_id")!.FieldId);
        Assert.Equal(5, mapping.Find("location", "long")!.FieldId);
        Assert.Null(mapping.Find("location.long"));
        Assert.Null(mapping.Find("lat"));
        Assert.Equal(Example, NameMappingJson.ToText(mapping));
    }

    [Fact]
    public void Parse_TakesFieldsWithoutIdOrNames()
    {
        NameMapping mapping = NameMappingJson.Parse("""[{"names":["extra"]},{"field-id":2},{"field-id":3,"names":[]}]""", "test");
        Assert.Null(mapping.Find("extra")!.FieldId);
        Assert.Empty(mapping.Fields[1].Names);
    }

    [Theory]
    [InlineData("{}", "must be an array")]
    [InlineData("[1]", "[0] must be an object")]
    [InlineData("[{\"names\":\"a\"}]", "[0].names must be an array")]
    [InlineData("[{\"field-id\":\"1\"}]", "[0].field-id must be a 32-bit integer")]
    [InlineData("[{\"field-id\":1,\"names\":[\"a\"]},{\"field-id\":2,\"names\":[\"a\"]}]", "[1] maps the name a, which is mapped already")]
    [InlineData("[{\"field-id\":1,\"fields\":[{\"field-id\":1}]}]", "[0].fields[0] maps field id 1")]
    [InlineData("[", "not JSON")]
    public void Parse_RefusesWhatIsAmbiguousOrBroken(string json, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => NameMappingJson.Parse(json, "Table t, property p"));
        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.StartsWith("Table t, property p: ", error.Message);
        Assert.True(error.Message.Contains(message), error.Message);
    }

    [Fact]
    public void Of_MapsTheNamesOfASchema()
    {
        NameMapping mapping = NameMapping.Of(Columns);
        Assert.Equal(Columns.FindField("m.value.x")!.Id, mapping.Find("m", "value", "x")!.FieldId);
        Assert.Equal(Columns.FindField("tags.element")!.Id, mapping.Find("tags", "element")!.FieldId);
        Assert.Equal(2, mapping.Find("a.b")!.FieldId);
    }

    [Fact]
    public void Follow_AddsNamesAndFieldsAndPassesNamesOn()
    {
        Schema after = Schema.Of(
            Columns.Fields[0] with { Name = "key" },
            new NestedField(20, "id", IcebergType.String),
            Columns.Fields[4] with { Type = new StructType([.. Columns.Fields[4].Type.Children, new NestedField(21, "z", ListType.Of(22, IcebergType.Int))]) });
        NameMapping mapping = NameMapping.Of(Columns).Follow(Columns, after);
        Assert.Equal(["key"], mapping.Fields.Single(f => f.FieldId == 1).Names.AsEnumerable());
        Assert.Equal(20, mapping.Find("id")!.FieldId);
        Assert.Equal(22, mapping.Find("s", "z", "element")!.FieldId);
        // Dropped columns keep their names: old files still have them.
        Assert.Equal(2, mapping.Find("a.b")!.FieldId);
        NameMapping renamed = NameMapping.Of(Columns).Follow(Columns, Schema.Of(Columns.Fields[0] with { Name = "key" }));
        Assert.Equal(["id", "key"], renamed.Fields[0].Names.AsEnumerable());
    }
}
