using System.Text;
using System.Text.Json.Nodes;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Tests.Spec.Json;

public class TableMetadataJsonTests
{
    private const string V1 = """
        {
          "format-version": 1, "location": "file:///t/", "last-updated-ms": 1000, "last-column-id": 2,
          "schema": {"type": "struct", "fields": [
            {"id": 1, "name": "id", "required": true, "type": "long"},
            {"id": 2, "name": "ts", "required": false, "type": "timestamptz"}]},
          "partition-spec": [
            {"source-id": 2, "name": "ts_day", "transform": "day"}, {"source-id": 1, "name": "id_bucket", "transform": "bucket[4]"}],
          "properties": {}, "current-snapshot-id": 7,
          "snapshots": [{"snapshot-id": 7, "timestamp-ms": 900, "manifests": ["file:///t/m1.avro", "file:///t/m2.avro"]}]
        }
        """;

    private const string V3 = """
        {
          "format-version": 3, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://b/t", "last-sequence-number": 9,
          "last-updated-ms": 1000, "last-column-id": 3, "next-row-id": 9007199254740993, "current-schema-id": 0,
          "schemas": [{"type": "struct", "schema-id": 0, "fields": [
            {"id": 1, "name": "id", "required": true, "type": "long", "initial-default": 5, "write-default": 6, "x-field": [1, {"a": null}]},
            {"id": 2, "name": "tags", "required": false, "x-tags": 1,
             "type": {"type": "list", "element-id": 3, "element": "string", "element-required": false, "x-list": true}}],
            "x-schema": "s"}],
          "default-spec-id": 0, "last-partition-id": 1000,
          "partition-specs": [{"spec-id": 0, "x-spec": 1.50,
            "fields": [{"name": "p", "transform": "zorder[2]", "source-ids": [1, 1], "field-id": 1000, "x-part": 1}]}],
          "default-sort-order-id": 1, "sort-orders": [{"order-id": 1, "x-order": 1, "fields": [
            {"transform": "identity", "source-id": 1, "direction": "desc", "null-order": "nulls-last", "x-sort": 1}]}],
          "properties": {"a": "b"}, "current-snapshot-id": 9223372036854775807, "x-table": {"deep": [1e3]},
          "snapshots": [{"snapshot-id": 9223372036854775807, "timestamp-ms": 900, "sequence-number": 9, "manifest-list": "s3://b/t/l.avro",
            "summary": {"operation": "append", "added-records": "3"}, "first-row-id": 0, "added-rows": 3, "key-id": "k", "x-snapshot": {}}],
          "refs": {"t": {"snapshot-id": 9223372036854775807, "type": "tag", "max-ref-age-ms": 9223372036854775807, "x-ref": 0}},
          "snapshot-log": [{"timestamp-ms": 900, "snapshot-id": 9223372036854775807, "x-log": 1}],
          "metadata-log": [{"timestamp-ms": 800, "metadata-file": "s3://b/t/0.json", "x-log": 1}],
          "statistics": [{"snapshot-id": 1, "statistics-path": "p", "file-size-in-bytes": 2, "file-footer-size-in-bytes": 1,
            "key-metadata": "a2V5", "x-stat": 1,
            "blob-metadata": [{"type": "t", "snapshot-id": 1, "sequence-number": 1, "fields": [1], "properties": {"k": "v"}, "x-blob": 1}]}],
          "partition-statistics": [{"snapshot-id": 1, "statistics-path": "p", "file-size-in-bytes": 2, "x-stat": 1}],
          "encryption-keys": [{"key-id": "k", "encrypted-key-metadata": "a2V5", "encrypted-by-id": "m", "properties": {"k": "v"}, "x-key": 1}]
        }
        """;

    [Fact]
    public void Read_FillsInWhatOldWritersOfV1LeftOut()
    {
        TableMetadata metadata = Read(V1);
        Assert.Null(metadata.TableUuid);
        Assert.Equal("file:///t", metadata.Location);
        Assert.Equal([1000, 1001], metadata.DefaultSpec.Fields.Select(f => f.FieldId));
        Assert.Equal(1001, metadata.LastPartitionId);
        Assert.Equal(0, metadata.CurrentSchemaId);
        Assert.Equal(SortOrder.Unsorted, metadata.DefaultSortOrder);
        Assert.Equal(SnapshotRef.Branch(7), metadata.Refs["main"]);
        Assert.Equal<string>(["file:///t/m1.avro", "file:///t/m2.avro"], metadata.CurrentSnapshot!.Manifests);
        Assert.Null(metadata.CurrentSnapshot.Operation);
    }

    [Fact]
    public void Write_GivesV1TheFieldsOfOlderReaders()
    {
        JsonNode json = Write(Read(V1));
        Assert.Equal("id", json["schema"]!["fields"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("bucket[4]", json["partition-spec"]![1]!["transform"]!.GetValue<string>());
        Assert.Equal(2, json["snapshots"]![0]!["manifests"]!.AsArray().Count);
        Assert.Null(json["last-sequence-number"]);
        Assert.Null(json["snapshots"]![0]!["sequence-number"]);
        Assert.Equal(7, json["refs"]!["main"]!["snapshot-id"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(1, "-1")]
    [InlineData(2, "-1")]
    [InlineData(3, "null")]
    public void Write_SpellsNoCurrentSnapshotAsItsVersionDoes(int version, string expected)
    {
        TableMetadata empty = Read(V3) with { FormatVersion = version, CurrentSnapshotId = null, Refs = SnapshotRef.None, Snapshots = [] };
        JsonObject json = Write(empty).AsObject();
        Assert.True(json.ContainsKey("current-snapshot-id"));
        Assert.Equal(expected, json["current-snapshot-id"]?.ToJsonString() ?? "null");
        Assert.Equal(version == 3, json.ContainsKey("next-row-id"));
    }

    [Fact]
    public void Write_KeepsUnknownFieldsAtEveryDepthAndLongsExactly()
    {
        JsonNode original = JsonNode.Parse(V3)!;
        // Added by the reader, as the specification says.
        original["refs"]!["main"] = JsonNode.Parse("""{"snapshot-id": 9223372036854775807, "type": "branch"}""");
        JsonNode rewritten = Write(Read(V3));
        Assert.True(JsonNode.DeepEquals(original, rewritten), rewritten.ToJsonString());
    }

    /// <summary>Java requires the field; DuckDB and the first v3 writers did not write it.</summary>
    [Fact]
    public void Read_DerivesAMissingNextRowId() => Assert.Equal(3, Read(V3.Replace("\"next-row-id\": 9007199254740993,", "")).NextRowId);

    [Fact]
    public void Read_TakesForNoOperationOverwrite() =>
        Assert.Equal("overwrite", Read(V3.Replace("\"operation\": \"append\", ", "")).CurrentSnapshot!.Operation);

    [Theory]
    [InlineData("\"format-version\": 3", "\"format-version\": 4", "format-version is 4")]
    [InlineData("\"format-version\": 3", "\"format-version\": 0", "format-version must be 1, 2 or 3, but is 0")]
    [InlineData("\"format-version\": 3", "\"format-version\": \"3\"", "format-version must be a 32-bit integer")]
    [InlineData("9c12d441-", "zz", "table-uuid must be a UUID")]
    [InlineData("\"last-sequence-number\": 9", "\"last-sequence-number\": 8", "sequence number 9, more than")]
    [InlineData("\"last-updated-ms\": 1000", "\"last-updated-ms\": -60000", "before the last entry of snapshot-log")]
    [InlineData("\"last-updated-ms\": 1000", "\"last-updated-ms\": 9223372036854775807", "years 1 to 9999")]
    [InlineData("\"current-snapshot-id\": 9223372036854775807", "\"current-snapshot-id\": 5", "current-snapshot-id 5 is not among")]
    [InlineData("\"current-snapshot-id\": 9223372036854775807", "\"current-snapshot-id\": 9223372036854775808", "must be a 64-bit integer")]
    [InlineData("\"current-snapshot-id\": 9223372036854775807", "\"current-snapshot-id\": 1.0", "must be a 64-bit integer")]
    [InlineData("\"default-spec-id\": 0", "\"default-spec-id\": 1", "default-spec-id 1 is not among")]
    [InlineData("\"default-sort-order-id\": 1", "\"default-sort-order-id\": 2", "default-sort-order-id 2 is not among")]
    [InlineData("\"order-id\": 1", "\"order-id\": 0", "order-id 0")]
    [InlineData("\"refs\": {\"t\": {\"snapshot-id\": 9223372036854775807", "\"refs\": {\"t\": {\"snapshot-id\": 1", "ref t points to snapshot 1")]
    [InlineData("\"type\": \"tag\"", "\"type\": \"note\"", "refs.t.type must be branch or tag")]
    [InlineData("\"type\": \"tag\"", "\"type\": \"tag\", \"min-snapshots-to-keep\": 1", "is a tag, which cannot have")]
    [InlineData("\"max-ref-age-ms\": 9223372036854775807", "\"max-ref-age-ms\": 0", "greater than 0")]
    [InlineData("\"timestamp-ms\": 900, \"sequence-number\"", "\"timestamp-ms\": null, \"sequence-number\"", "snapshots[0] lacks the required field timestamp-ms")]
    [InlineData("\"added-records\": \"3\"", "\"added-records\": 3", "snapshots[0].summary.added-records must be a string, but is 3")]
    [InlineData("\"first-row-id\": 0", "\"first-row-id\": -1", "first-row-id is negative")]
    [InlineData("\"manifest-list\": \"s3://b/t/l.avro\"", "\"m\": 1", "lacks the required field manifests")]
    [InlineData("\"name\": \"tags\"", "\"name\": \"id\"", "two fields named id")]
    [InlineData("\"element-id\": 3", "\"element-id\": 1", "two fields with id 1")]
    [InlineData("\"element\": \"string\"", "\"element\": \"strong\"", "fields[1].type.element names a type that is not known: strong")]
    [InlineData("\"initial-default\": 5", "\"initial-default\": 1.5", "initial-default must be a value of type long, but is 1.5")]
    [InlineData("\"x-tags\": 1", "\"initial-default\": [\"a\"]", "must be null for type list<string>")]
    [InlineData("\"x-schema\": \"s\"", "\"identifier-field-ids\": [3]", "tags.element as an identifier field: it is not required")]
    [InlineData("\"name\": \"p\"", "\"name\": \"tags\"", "named like a column that it is not made from")]
    [InlineData("\"name\": \"p\"", "\"name\": \"\"", "empty name")]
    [InlineData("\"zorder[2]\"", "\"hour\"", "transform hour, which does not take id of type long")]
    [InlineData("\"zorder[2]\"", "\"bucket[0]\"", "transform Transform bucket[0]: the number must be 1 to")]
    [InlineData("\"source-ids\": [1, 1]", "\"source-ids\": []", "source-ids is empty")]
    [InlineData("\"source-ids\": [1, 1]", "\"source-id\": 2", "not of a primitive type")]
    [InlineData("\"source-ids\": [1, 1]", "\"source-id\": 8", "source id 8, which the schema does not have")]
    [InlineData("\"x-part\": 1}", "\"x-part\": 1}, {\"name\": \"q\", \"transform\": \"void\", \"source-id\": 1}", "1 of 2 fields without field-id")]
    [InlineData("\"direction\": \"desc\"", "\"direction\": \"down\"", "asc or desc")]
    [InlineData("\"properties\": {\"a\": \"b\"}", "\"properties\": {\"a\": 1}", "properties.a must be a string")]
    [InlineData("\"s3://b/t\"", "\"\\ud800\"", "not valid Unicode")]
    [InlineData("\"location\": \"s3://b/t\",", "", "location")]
    public void Read_RefusesWhatBreaksTheSpecification(string part, string replacement, string reason)
    {
        Assert.Contains(part, V3);
        IcebergException error = Assert.Throws<IcebergException>(() => Read(V3.Replace(part, replacement)));
        Assert.Contains(error.Kind, new[] { IcebergErrorKind.Corrupt, IcebergErrorKind.Unsupported });
        Assert.StartsWith("Table metadata test.json: ", error.Message);
        Assert.True(error.Message.Contains(reason), error.Message);
    }

    [Fact]
    public void Read_NamesTheLineOfBrokenJson()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Read("{\n  \"format-version\": 2,\n  oops\n}"));
        Assert.Contains("line 3", error.Message);
    }

    [Fact]
    public void Read_TakesAByteOrderMark() =>
        Assert.Equal(3, TableMetadataJson.Read(Encoding.UTF8.Preamble.ToArray().Concat(Encoding.UTF8.GetBytes(V3)).ToArray(), "bom").FormatVersion);

    [Fact]
    public void Read_RefusesDamagedGzip()
    {
        byte[] zipped = TableMetadataJson.Write(Read(V3), gzip: true);
        foreach (byte[] damaged in new[] { zipped[..(zipped.Length / 2)], [.. zipped[..20], 0xff, 0xff, .. zipped[22..]] })
        {
            IcebergException error = Assert.Throws<IcebergException>(() => TableMetadataJson.Read(damaged, "x.gz.metadata.json"));
            Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        }
    }

    [Fact]
    public void Read_RefusesBytesThatAreNotText()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(V3);
        bytes[V3.IndexOf("s3://b/t", StringComparison.Ordinal)] = 0xff;
        Assert.Equal(IcebergErrorKind.Corrupt, Assert.Throws<IcebergException>(() => TableMetadataJson.Read(bytes, "x")).Kind);
    }

    /// <summary>Whatever byte is changed: metadata or an error that says what is wrong.</summary>
    [Fact]
    public void Read_NeverFailsOtherwise()
    {
        byte[] good = Encoding.UTF8.GetBytes(V3);
        var random = new Random(20210101);
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bad = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--) bad[random.Next(bad.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(0x20, 0x7f));
            try
            {
                TableMetadataJson.Write(TableMetadataJson.Read(bad, "fuzz"));
            }
            catch (IcebergException e)
            {
                Assert.Contains(e.Kind, new[] { IcebergErrorKind.Corrupt, IcebergErrorKind.Unsupported });
                refused++;
            }
        }
        Assert.InRange(refused, 1, 4999);
    }

    private static TableMetadata Read(string json) => TableMetadataJson.Read(Encoding.UTF8.GetBytes(json), "test.json");

    private static JsonNode Write(TableMetadata metadata) => JsonNode.Parse(TableMetadataJson.Write(metadata))!;
}
