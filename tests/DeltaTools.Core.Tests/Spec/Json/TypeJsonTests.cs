using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Spec.Json;

public class TypeJsonTests
{
    [Theory]
    [InlineData("boolean")]
    [InlineData("int")]
    [InlineData("long")]
    [InlineData("float")]
    [InlineData("double")]
    [InlineData("date")]
    [InlineData("time")]
    [InlineData("timestamp")]
    [InlineData("timestamptz")]
    [InlineData("timestamp_ns")]
    [InlineData("timestamptz_ns")]
    [InlineData("string")]
    [InlineData("uuid")]
    [InlineData("binary")]
    [InlineData("unknown")]
    [InlineData("variant")]
    [InlineData("fixed[16]")]
    [InlineData("decimal(9, 2)")]
    [InlineData("geometry")]
    [InlineData("geometry(srid:4326)")]
    [InlineData("geography")]
    [InlineData("geography(OGC:CRS84)")]
    [InlineData("geography(srid:4326, karney)")]
    public void Parse_ReadsWhatToStringWrites(string text) => Assert.Equal(text, TypeJson.Parse(text)!.ToString());

    [Theory]
    [InlineData("DECIMAL( 9,2 )", "decimal(9, 2)")]
    [InlineData("fixed[ 3 ]", "fixed[3]")]
    [InlineData("geometry( srid:1 )", "geometry(srid:1)")]
    [InlineData("Geography(c,KARNEY)", "geography(c, karney)")]
    [InlineData("TimestampTZ", "timestamptz")]
    public void Parse_TakesOtherSpellings(string text, string canonical) => Assert.Equal(canonical, TypeJson.Parse(text)!.ToString());

    [Theory]
    [InlineData("decimal(39, 2)")]
    [InlineData("decimal(0, 0)")]
    [InlineData("decimal(9, 99)")]
    [InlineData("fixed[99999999999]")]
    [InlineData("geometry()")]
    [InlineData("geography(c, straight)")]
    public void Parse_RefusesParametersOutOfRange(string text) =>
        Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => TypeJson.Parse(text)).Kind);

    [Theory]
    [InlineData("decimal(2, -5)")]
    [InlineData("decimal")]
    [InlineData("varchar")]
    [InlineData("fixed(3)")]
    [InlineData("int ")]
    public void Parse_GivesNullForNamesItDoesNotKnow(string text) => Assert.Null(TypeJson.Parse(text));

    [Fact]
    public void Parse_ComparesReferenceSystemsIgnoringCase()
    {
        Assert.Equal(TypeJson.Parse("geometry"), TypeJson.Parse("geometry(ogc:crs84)"));
        Assert.Equal(TypeJson.Parse("geography"), TypeJson.Parse("geography(OGC:CRS84, spherical)"));
        Assert.NotEqual(TypeJson.Parse("geometry"), TypeJson.Parse("geometry(srid:1)"));
        Assert.Equal(TypeJson.Parse("geometry")!.GetHashCode(), TypeJson.Parse("geometry(ogc:crs84)")!.GetHashCode());
    }

    [Fact]
    public void SchemaJson_KeepsDeepTypes()
    {
        IcebergType type = IcebergType.Int;
        for (int id = 200; id > 1; id--) type = new StructType([new NestedField(id, "f", type)]);
        Schema schema = Schema.Of(new NestedField(1, "f", type));
        Assert.Equal(schema, SchemaJson.Parse(SchemaJson.ToText(schema), "deep"));
    }

    [Fact]
    public void SchemaJson_RefusesWhatIsTooDeep()
    {
        string json = "\"int\"";
        for (int i = 0; i < 1000; i++) json = $$"""{"type":"list","element-id":{{i}},"element-required":true,"element":{{json}}}""";
        json = $$"""{"type":"struct","fields":[{"id":2000,"name":"a","required":true,"type":{{json}}}]}""";
        Assert.Equal(IcebergErrorKind.Corrupt, Assert.Throws<IcebergException>(() => SchemaJson.Parse(json, "deep")).Kind);
    }

    [Fact]
    public void SchemaJson_RefusesRequiredUnknown()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => SchemaJson.Parse(
            """{"type":"struct","fields":[{"id":1,"name":"u","required":true,"type":"unknown"}]}""", "manifest m.avro"));
        Assert.StartsWith("manifest m.avro: fields[0] ", error.Message);
    }

    [Fact]
    public void SchemaJson_TakesAnEmptyStructAsDefault()
    {
        const string Json = """{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"p","required":false,"type":{"type":"struct","fields":[{"id":2,"name":"x","required":false,"type":"int","initial-default":0}]},"initial-default":{}}]}""";
        Schema schema = SchemaJson.Parse(Json, "s");
        Assert.Equal(Array.Empty<object?>(), schema.Fields[0].InitialDefault);
        Assert.Equal(Json, SchemaJson.ToText(schema));
        Assert.Throws<IcebergException>(() => SchemaJson.Parse(Json.Replace(":{}", ":{\"2\":1}"), "s"));
    }
}
