using System.Collections;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Merge;

public sealed class TableKeyTests
{
    private static readonly Hashtable Whole = new() { ["ID"] = 1, ["line"] = 2 };

    [Fact]
    public void Condition_IsTheWholeKeyInAnyCase() =>
        Assert.Equal("ID = 1 and line = 2", TableKey.Condition("shop.line", Metadata("id", "line"), Whole).ToString(), ignoreCase: true);

    [Fact]
    public void Condition_TakesAnyColumnsWhereTheKeyIsNotKnown() =>
        Assert.Equal("name = 'x'", TableKey.Condition("shop.line", Metadata(), new Hashtable { ["name"] = "x" }).ToString());

    public static TheoryData<Hashtable, string> Wrong => new()
    {
        { new() { ["id"] = 1 }, "The key of shop.line is id, line, and -Key lacks line. Give all of them: -Key @{ id = ...; line = ... }." },
        { new() { ["name"] = "x" }, "-Key lacks id, line." },
        { new(), "-Key names no column of table shop.line. Give all of them: -Key @{ id = ...; line = ... }." },
        { new() { ["id"] = 1, ["lin"] = 2 }, "Table shop.line has no column 'lin', which -Key names. Its columns are id, line, name." },
        { new() { ["id"] = 1, ["line"] = 2, ["name"] = "x" }, "The key of shop.line is id, line, and -Key names name too." },
        { new() { ["id"] = 1, ["line"] = new[] { 2, 3 } }, "-Key has several values for column 'line' of table shop.line." },
        { new() { ["id"] = 1, ["ID"] = 1, ["line"] = 2 }, "twice" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Condition_RefusesWhatIsNotOneKey(Hashtable key, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => TableKey.Condition("shop.line", Metadata("id", "line"), key));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Condition_RefusesNoColumnsWhereTheKeyIsNotKnown() =>
        Assert.Contains("Give columns and values", Assert.Throws<IcebergException>(() => TableKey.Condition("shop.line", Metadata(), new Hashtable())).Message, StringComparison.Ordinal);

    private static TableMetadata Metadata(params string[] key)
    {
        Schema schema = SchemaText.Parse("id long not null, line int not null, name string");
        schema = new(0, schema.Struct, [.. key.Select(k => schema.FindField(k)!.Id)]);
        return TableMetadataFactory.Create(schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, "file:///t", StringMap.Empty, 2, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
    }
}
