using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Spec.Text;

public class SchemaTextTests
{
    [Fact]
    public void Parse_ReadsColumnsTypesAndOptions()
    {
        Schema schema = SchemaText.Parse(
            "employee_id int, name string not null, tags list<string>, address struct<city: string, zip: string>, "
            + "m map<string, int>, price decimal(10,2) comment 'it''s net'");
        Assert.Equal(
            Schema.Of(
                new NestedField(1, "employee_id", IcebergType.Int),
                new NestedField(2, "name", IcebergType.String, Required: true),
                new NestedField(3, "tags", ListType.Of(7, IcebergType.String)),
                new NestedField(4, "address", new StructType([new NestedField(8, "city", IcebergType.String), new NestedField(9, "zip", IcebergType.String)])),
                new NestedField(5, "m", MapType.Of(10, IcebergType.String, 11, IcebergType.Int)),
                new NestedField(6, "price", IcebergType.Decimal(10, 2), Doc: "it's net")),
            schema);
    }

    [Theory]
    [InlineData("bigint", "long")]
    [InlineData("BIGINT", "long")]
    [InlineData("integer", "int")]
    [InlineData("smallint", "int")]
    [InlineData("tinyint", "int")]
    [InlineData("varchar", "string")]
    [InlineData("varchar(20)", "string")]
    [InlineData("char(2)", "string")]
    [InlineData("text", "string")]
    [InlineData("real", "float")]
    [InlineData("double precision", "double")]
    [InlineData("double", "double")]
    [InlineData("bool", "boolean")]
    [InlineData("blob", "binary")]
    [InlineData("varbinary", "binary")]
    [InlineData("numeric(9, 2)", "decimal(9, 2)")]
    [InlineData("decimal(9)", "decimal(9, 0)")]
    [InlineData("timestamp", "timestamp")]
    [InlineData("timestamp_ntz", "timestamp")]
    [InlineData("timestamp without time zone", "timestamp")]
    [InlineData("timestamp(6)", "timestamp")]
    [InlineData("timestamp with time zone", "timestamptz")]
    [InlineData("TIMESTAMP(3) WITH TIME ZONE", "timestamptz")]
    [InlineData("timestamp_ltz", "timestamptz")]
    [InlineData("timestamp with local time zone", "timestamptz")]
    [InlineData("timestamp(9)", "timestamp_ns")]
    [InlineData("timestamp(9) with time zone", "timestamptz_ns")]
    [InlineData("fixed[16]", "fixed[16]")]
    [InlineData("fixed(16)", "fixed[16]")]
    [InlineData("geometry(srid:4326)", "geometry(srid:4326)")]
    [InlineData("geography", "geography")]
    [InlineData("variant", "variant")]
    [InlineData("array<array<int not null>>", "list<list<int>>")]
    [InlineData("row(a int, b row(c int))", "struct<a: int, b: struct<c: int>>")]
    [InlineData("struct<>", "struct<>")]
    [InlineData("map<int not null, struct<a: int>>", "map<int, struct<a: int>>")]
    public void ParseType_TakesTheNamesOfSqlToo(string text, string type) => Assert.Equal(type, SchemaText.ParseType(text).ToString());

    [Fact]
    public void Parse_TakesQuotedNamesAndWordsOfTheLanguage()
    {
        Schema schema = SchemaText.Parse("\"my \"\"col\"\"\" int, `a.b` string, comment string comment 'c', \"not\" int NOT NULL, größe int");
        Assert.Equal(["my \"col\"", "a.b", "comment", "not", "größe"], schema.Fields.Select(f => f.Name));
        Assert.Equal("c", schema.Fields[2].Doc);
        Assert.True(schema.Fields[3].Required);
    }

    [Fact]
    public void Parse_ReadsDefaults()
    {
        Schema schema = SchemaText.Parse(
            "a int default 5, b string not null default 'it''s', c decimal(9,2) default 1.5, d date default '2024-01-01' comment 'x', "
            + "e boolean default true, f struct<x: double default -1e3>, g int default null, h timestamptz default '2024-01-01 02:00:00+02:00'");
        Assert.Equal([5, "it's", new DecimalValue(150, 2), 19723, true, null, null, 1704067200000000L], schema.Fields.Select(f => f.WriteDefault));
        Assert.Equal(-1000d, schema.FindField("f.x")!.WriteDefault);
        Assert.All(schema.AllFields, f => Assert.Null(f.InitialDefault));
    }

    [Theory]
    [InlineData("", "position 1: a column name is missing")]
    [InlineData("a", "position 2, column 'a': a type is missing")]
    [InlineData("a int,", "position 7: a column name is missing")]
    [InlineData("a int b", "position 7, column 'a': expected ',' or the end of the schema, found 'b'")]
    [InlineData("a int, b strng", "position 10, column 'b': 'strng' is not a type. Types are boolean, int")]
    [InlineData("a list<int", "position 11, column 'a': '>' is missing")]
    [InlineData("a list int", "position 8, column 'a': expected '<', found 'int'")]
    [InlineData("a struct<b: struct<c: itn>>", "position 23, column 'a.b.c': 'itn' is not a type")]
    [InlineData("a decimal", "position 3, column 'a': write the digits of the decimal")]
    [InlineData("a decimal(39,2)", "position 3, column 'a': decimal(39, 2) must have 1 to 38 digits")]
    [InlineData("a decimal(2,3)", "no more of them after the point")]
    [InlineData("a decimal(x)", "position 11, column 'a': 'x' is not the number of digits")]
    [InlineData("a timestamp(7)", "timestamp(7) does not exist")]
    [InlineData("a int comment 'x", "position 15, column 'a': the ' is not closed")]
    [InlineData("a int comment x", "expected a comment between quotes, found 'x'")]
    [InlineData("a int default x", "position 15, column 'a': x is not a value of type int")]
    [InlineData("a int default '5'", "'5' is not a value of type int")]
    [InlineData("a decimal(3,1) default 1.25", "1.25 is not a value of type decimal(3, 1)")]
    [InlineData("\"\" int", "a column name is empty")]
    [InlineData("a int, a string", "two fields named a")]
    [InlineData("a unknown not null", "cannot be required")]
    [InlineData("a geometry()", "brackets is empty")]
    [InlineData("a-b int", "expected a type, found '-'")]
    public void Parse_NamesPositionAndColumn(string text, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => SchemaText.Parse(text));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.True(error.Message.Contains(message), error.Message);
    }

    [Fact]
    public void Parse_RefusesEndlessNesting()
    {
        string text = "a " + string.Concat(Enumerable.Repeat("list<", 100_000));
        Assert.Contains("nested more than", Assert.Throws<IcebergException>(() => SchemaText.Parse(text)).Message);
    }

    [Fact]
    public void ParseColumn_ReadsOne()
    {
        NestedField column = SchemaText.ParseColumn(" bonus decimal(9,2) default 0 ");
        Assert.Equal(("bonus", new DecimalValue(0, 2)), (column.Name, column.WriteDefault));
        Assert.Throws<IcebergException>(() => SchemaText.ParseColumn("a int, b int"));
    }

    [Fact]
    public void Print_GivesTextThatIsReadAgain() => SchemaGen.Schemas.Sample(schema =>
    {
        string text = SchemaText.Print(schema);
        Assert.Equal(text, SchemaText.Print(SchemaText.Parse(text)));
        return SchemaText.Parse(text).SameAs(TableOf(schema));
    });

    private static Schema TableOf(Schema schema) => schema with { Struct = (StructType)new FreshIds(0).Assign(schema.Struct), IdentifierFieldIds = [] };
}
