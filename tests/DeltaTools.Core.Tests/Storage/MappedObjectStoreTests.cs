using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Storage;

public sealed class MappedObjectStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resolve_MakesDifferentOldSpellingsComparable()
    {
        MappedObjectStore store = Mapped(
            ("hdfs://localhost:20500/test-warehouse/t/", _folder["t/"]), ("/test-warehouse/t/", _folder["t/"]));
        File.WriteAllText(LocalObjectStore.Instance.WritePath(_folder["t/data/a"]), "rows");

        string one = store.Resolve("hdfs://localhost:20500/test-warehouse/t/data/a");

        Assert.Equal(one, store.Resolve("/test-warehouse/t/data/a"));
        Assert.Equal(one, store.Resolve(one));
        Assert.Equal(one, (await store.FindAsync("/test-warehouse/t/data/a", default))!.Location);
        Assert.Equal(_folder["t/data/a"], await store.ReadPathAsync("hdfs://localhost:20500/test-warehouse/t/data/a", default));
        await store.DeleteAsync(["/test-warehouse/t/data/a"], default);
        Assert.False(File.Exists(_folder["t/data/a"]));
    }

    [Fact]
    public void Map_LongestPrefixWins()
    {
        LocationMap map = Map(("s3://b/t/", "/new/"), ("s3://b/t/data/", "/fast/"));

        Assert.Equal("file:///new/metadata/x", map.Map("s3://b/t/metadata/x"));
        Assert.Equal("file:///fast/x", map.Map("s3://b/t/data/x"));
        Assert.Equal("s3://b/t2/x", map.Map("s3://b/t2/x"));
    }

    [Theory]
    [InlineData("file:///tmp/t/", "/tmp/t/copy/")]
    [InlineData("/tmp/t", "/tmp")]
    [InlineData("s3a://b/t", "/tmp/t/")]
    public void Map_TwiceIsOnce(string from, string to)
    {
        LocationMap map = Map((from, to));
        string once = map.Map(from.TrimEnd('/') + "/data/x");

        Assert.Equal(LocalObjectStore.Instance.Resolve(to).TrimEnd('/') + "/data/x", once);
        Assert.Equal(once, map.Map(once));
    }

    [Fact]
    public async Task OpenReadAsync_UnmappedSchemeIsUnsupportedAndNamed()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(
            async () => await Mapped(("s3://b/t/", "/new/")).OpenReadAsync("abfss://c@account/x", default));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("'abfss'", error.Message);
    }

    [Theory]
    [InlineData("/a/b", "file")]
    [InlineData("a/b", "file")]
    [InlineData("C:/a", "file")]
    [InlineData(@"C:\a", "file")]
    [InlineData("file:/a", "file")]
    [InlineData("s3a://b/x", "s3a")]
    [InlineData("hdfs://n:80/x", "hdfs")]
    public void SchemeOf_TellsPlainPathsFromUris(string location, string scheme) =>
        Assert.Equal(scheme, ObjectStores.SchemeOf(location));

    private static LocationMap Map(params (string From, string To)[] rules) =>
        LocationMap.Create(rules.Select(r => KeyValuePair.Create(r.From, r.To)), ObjectStores.Local);

    private static MappedObjectStore Mapped(params (string From, string To)[] rules) => new(Map(rules), ObjectStores.Local);
}
