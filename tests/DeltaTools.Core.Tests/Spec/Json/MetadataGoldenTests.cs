using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Spec.Json;

/// <summary>Metadata files of other implementations, with facts about each in <c>expected.json</c>.</summary>
public class MetadataGoldenTests
{
    public static TheoryData<string> Valid => [.. FixtureFiles.In("metadata/valid")];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Read_GivesTheFactsOfValidFiles(string file)
    {
        TableMetadata metadata = Read($"valid/{file}");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(FixtureFiles.At("metadata/expected.json")));
        JsonElement facts = expected.RootElement.GetProperty($"valid/{file}");

        Assert.Equal(facts.GetProperty("formatVersion").GetInt32(), metadata.FormatVersion);
        Assert.Equal(facts.GetProperty("tableUuid").GetString(), metadata.TableUuid.ToString());
        Assert.Equal(facts.GetProperty("location").GetString(), metadata.Location);
        Assert.Equal(facts.GetProperty("lastColumnId").GetInt32(), metadata.LastColumnId);
        Assert.Equal(facts.GetProperty("schemas").GetInt32(), metadata.Schemas.Length);
        // A v1 file may have no list of specs and orders; then there is the one of its old field, or unsorted.
        Assert.Equal(Math.Max(1, facts.GetProperty("specs").GetInt32()), metadata.PartitionSpecs.Length);
        Assert.Equal(Math.Max(1, facts.GetProperty("sortOrders").GetInt32()), metadata.SortOrders.Length);
        Assert.Equal(facts.GetProperty("snapshots").GetInt32(), metadata.Snapshots.Length);
        Assert.Equal(facts.GetProperty("statistics").GetInt32(), metadata.Statistics.Length);
        Assert.Equal(facts.GetProperty("partitionStatistics").GetInt32(), metadata.PartitionStatistics.Length);
        Assert.Equal(facts.GetProperty("propertyCount").GetInt32(), metadata.Properties.Count);
        if (facts.TryGetProperty("currentSchemaId", out JsonElement schema)) Assert.Equal(schema.GetInt32(), metadata.CurrentSchemaId);
        if (facts.TryGetProperty("defaultSpecId", out JsonElement spec)) Assert.Equal(spec.GetInt32(), metadata.DefaultSpecId);

        string? current = facts.GetProperty("currentSnapshotId").GetString();
        Assert.Equal(current == "-1" ? null : current, metadata.CurrentSnapshotId?.ToString(CultureInfo.InvariantCulture));
        IEnumerable<string> refs = facts.GetProperty("refs").EnumerateArray().Select(r => r.GetString()!);
        if (metadata.CurrentSnapshotId is not null) refs = refs.Append("main");
        Assert.Equal(refs.Distinct().Order(StringComparer.Ordinal), metadata.Refs.Keys);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Write_KeepsAllThatWasRead(string file)
    {
        JsonObject original = JsonNode.Parse(File.ReadAllBytes(FixtureFiles.At($"metadata/valid/{file}")))!.AsObject();
        TableMetadata metadata = Read($"valid/{file}");
        byte[] written = TableMetadataJson.Write(metadata);
        JsonNode rewritten = JsonNode.Parse(written)!;

        foreach ((string name, JsonNode? value) in original)
        {
            if (!IsLeftOutOrFilledIn(name, metadata)) AssertSame(name, value, rewritten[name]);
        }
        Assert.Equal(written, TableMetadataJson.Write(TableMetadataJson.Read(written, "rewritten")));
        Assert.Equal(written, TableMetadataJson.Write(TableMetadataJson.Read(TableMetadataJson.Write(metadata, gzip: true), "zipped")));
    }

    [Theory]
    [InlineData("broken1.metadata.json", "not JSON")]
    [InlineData("empty.metadata.json", "empty")]
    [InlineData("snapshot-id-exceeds-int64-a.metadata.json", "9876543210123456789")]
    [InlineData("TableMetadataUnsupportedVersion.json", "format-version is 42")]
    [InlineData("TableMetadataV1MissingSchemaType.json", "type")]
    [InlineData("TableMetadataV2CurrentSchemaNotFound.json", "current-schema-id 2")]
    [InlineData("TableMetadataV2MissingPartitionSpecs.json", "partition-specs")]
    [InlineData("TableMetadataV2MissingSchemas.json", "schemas")]
    public void Read_RefusesInvalidFilesWithTheReason(string file, string reason)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Read($"invalid/{file}"));
        Assert.Equal(file.Contains("UnsupportedVersion") ? IcebergErrorKind.Unsupported : IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains($"invalid/{file}", error.Message);
        Assert.True(error.Message.Contains(reason), error.Message);
    }

    [Fact]
    public void Invalid_FilesAreAllTested() => Assert.Equal(8, FixtureFiles.In("metadata/invalid").Count());

    /// <summary>A decimal of scale -5, and lists with defaults. Java refuses both ("Cannot parse type string to primitive", "must be null").</summary>
    [Fact]
    public void Read_RefusesNegativeScales()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Read("questionable/SchemaWithDefaults.json"));
        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains("decimal(2, -5)", error.Message);
    }

    /// <summary>Compressed with zstd. Java knows no compression but gzip, so it fails on it as on any text that is not JSON.</summary>
    [Fact]
    public void Read_RefusesZstd()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Read("questionable/TableMetadataV2Valid.zstd.metadata.json"));
        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("zstd", error.Message);
    }

    /// <summary>Its manifests use a spec that is not listed; the metadata alone is sound, and Java reads it.</summary>
    [Fact]
    public void Read_TakesMetadataWhoseManifestsAreWrong()
    {
        TableMetadata metadata = Read("questionable/missing-spec.metadata.json");
        Assert.Equal(3829439561253574382, metadata.CurrentSnapshotId);
        Assert.Single(metadata.PartitionSpecs);
    }

    private static TableMetadata Read(string file) =>
        TableMetadataJson.Read(File.ReadAllBytes(FixtureFiles.At($"metadata/{file}")), file);

    private static void AssertSame(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonObject fields when actual is JsonObject:
                // Fields may be added: main to refs, "sequence-number" 0 to snapshots from v1.
                foreach ((string name, JsonNode? value) in fields) AssertSame($"{path}.{name}", value, actual[name]);
                break;
            case JsonArray items when actual is JsonArray:
                Assert.Equal(items.Count, actual.AsArray().Count);
                for (int i = 0; i < items.Count; i++) AssertSame($"{path}[{i}]", items[i], actual[i]);
                break;
            default:
                Assert.True(Same(expected, actual), $"{path}: {expected?.ToJsonString()} became {actual?.ToJsonString()}");
                break;
        }
    }

    /// <summary>Types may be spelled with and without a blank; an empty list says no more than none.</summary>
    private static bool Same(JsonNode? expected, JsonNode? actual) =>
        (expected is JsonArray { Count: 0 } && actual is null)
        || JsonNode.DeepEquals(expected, actual)
        || (actual is not null && expected?.ToJsonString().Replace(" ", "") == actual.ToJsonString().Replace(" ", ""));

    /// <summary>v1's singular fields give way to the lists, and "no current snapshot" has several spellings.</summary>
    private static bool IsLeftOutOrFilledIn(string name, TableMetadata metadata) => name switch
    {
        "schema" or "partition-spec" => true,
        "current-snapshot-id" => metadata.CurrentSnapshotId is null,
        _ => false,
    };
}
