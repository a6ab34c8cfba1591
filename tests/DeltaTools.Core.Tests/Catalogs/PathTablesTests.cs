using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Catalogs;

public sealed class PathTablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1", "v3.metadata.json", new[] { "v1.metadata.json", "v2.gz.metadata.json", "v3.metadata.json", "v5.metadata.json" })]
    [InlineData("2\n", "v2.metadata.json.gz", new[] { "v1.metadata.json", "v2.metadata.json.gz" })]
    [InlineData("00000-abc", "00000-abc.metadata.json", new[] { "00000-abc.metadata.json", "00001-def.metadata.json" })]
    [InlineData("7", "v2.metadata.json", new[] { "v1.metadata.json", "v2.metadata.json" })]
    [InlineData("", "v2.metadata.json", new[] { "v1.metadata.json", "v2.metadata.json" })]
    [InlineData(null, "v10.metadata.json", new[] { "v9.metadata.json", "v10.metadata.json", "v1.metadata.json" })]
    [InlineData(null, "00010-a.gz.metadata.json", new[] { "00009-z.metadata.json", "00010-a.gz.metadata.json", "00002-b.metadata.json" })]
    [InlineData(null, "v1749025517123.metadata.json", new[] { "v1749025517122.metadata.json", "v1749025517123.metadata.json" })]
    public async Task LoadAsync_FindsTheCurrentMetadata(string? hint, string expected, string[] names)
    {
        foreach (string name in names) Write("metadata/" + name);
        if (hint is not null) File.WriteAllText(_folder["metadata/version-hint.text"], hint);

        Assert.Equal($"file://{_folder["metadata"]}/{expected}", await LoadAsync(_folder.Path));
        Assert.Equal($"file://{_folder["metadata"]}/{expected}", await LoadAsync(_folder["metadata/"]));
        Assert.Equal($"file://{_folder["metadata"]}/{expected}", await LoadAsync("file:" + _folder["metadata/" + expected]));
    }

    [Fact]
    public async Task LoadAsync_OfSeveralWithOneVersionTheLastWritten()
    {
        Write("metadata/00001-a.metadata.json");
        Write("metadata/00001-b.metadata.json");
        File.SetLastWriteTimeUtc(_folder["metadata/00001-b.metadata.json"], DateTime.UtcNow.AddHours(-1));

        Assert.EndsWith("00001-a.metadata.json", await LoadAsync(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere")]
    [InlineData("nowhere/v1.metadata.json")]
    public async Task LoadAsync_NothingThereIsTableNotFound(string path)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => LoadAsync(_folder[path]));

        Assert.Equal(IcebergErrorKind.TableNotFound, error.Kind);
        Assert.Contains(_folder[path], error.Message);
    }

    [Fact]
    public async Task LoadAsync_DamagedMetadataIsCorruptAndNamed()
    {
        Write("metadata/v1.metadata.json");
        string path = _folder["metadata/v1.metadata.json"];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);

        var error = await Assert.ThrowsAsync<IcebergException>(() => LoadAsync(_folder.Path));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains("v1.metadata.json", error.Message);
    }

    [Theory]
    [InlineData("s3://b/t/metadata/00012-0a1b.metadata.json", 12L)]
    [InlineData("v7.gz.metadata.json", 7L)]
    [InlineData("7.metadata.json", 7L)]
    [InlineData("vx.metadata.json", null)]
    [InlineData("x-1.metadata.json", null)]
    [InlineData("00001-a.avro", null)]
    public void VersionOf_ReadsTheNumber(string location, long? version) => Assert.Equal(version, MetadataFiles.VersionOf(location));

    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task LoadAsync_OpensTheFoldersOfOtherWriters(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        string expected = table.Expected.GetProperty("metadataFile").GetString()!;
        string folder = FixtureFiles.At($"tables/{name}/{expected[..expected.LastIndexOf("metadata/", StringComparison.Ordinal)]}");
        // Of this one an older version was put to the test; its hint says 7.
        if (name == "duckdb-v1-name-mapping") expected = "metadata/v7.metadata.json";
        (string location, TableMetadata metadata) = await PathTables.LoadAsync(folder, table.Store, default);

        Assert.EndsWith(expected, location);
        Assert.Equal(table.Metadata.TableUuid, metadata.TableUuid);
    }

    private void Write(string name)
    {
        Directory.CreateDirectory(_folder["metadata"]);
        File.WriteAllBytes(_folder[name], TableMetadataJson.Write(SampleTables.New(_folder.Path), gzip: name.Contains("gz")));
    }

    private static async Task<string> LoadAsync(string path)
    {
        (string location, TableMetadata metadata) = await PathTables.LoadAsync(path, LocalObjectStore.Instance, default);
        Assert.Equal(SampleTables.Schema, metadata.CurrentSchema);
        return location;
    }
}
