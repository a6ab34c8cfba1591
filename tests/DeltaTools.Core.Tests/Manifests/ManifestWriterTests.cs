using System.Text.Json.Nodes;
using Avro.File;
using Avro.Generic;
using CsCheck;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Values;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Manifests;

public class ManifestWriterTests
{
    private static readonly DataFile File = new() { FilePath = "s3://b/a.parquet", RecordCount = 3, FileSizeInBytes = 100 };

    /// <summary>The library turns dates into DateTime, which ends in the year 9999, and does not know Iceberg's uuid.</summary>
    private static readonly TypeId[] BeyondTheLibrary = [TypeId.Date, TypeId.Timestamp, TypeId.TimestampTz, TypeId.Uuid];

    [Theory]
    [InlineData(1, "spark-v1-legacy")]
    [InlineData(2, "spark-v2-decimals")]
    [InlineData(3, "impala-v3-spark-row-lineage")]
    public async Task Write_UsesTheSchemasOfJava(int version, string table)
    {
        var fixture = new ManifestFixture(table);
        TableMetadata metadata = fixture.Metadata;
        Snapshot snapshot = metadata.CurrentSnapshot! with { FirstRowId = 0 };
        ManifestFile manifest = (await ManifestListReader.ReadAsync(fixture.Store, snapshot, metadata, default))[0];

        byte[] entries = ManifestWriter.Write(version, metadata.CurrentSchema, metadata.DefaultSpec, ManifestContent.Data, 1, []).Content;
        byte[] list = ManifestListWriter.Write(version, snapshot, []).Content;

        string javasList = Directory.EnumerateFiles(FixtureFiles.At($"tables/{table}/metadata"), $"snap-{snapshot.SnapshotId}-*.avro").Single();
        AssertSameSchema(await fixture.Store.ReadAllAsync(manifest.ManifestPath, default), entries);
        AssertSameSchema(await System.IO.File.ReadAllBytesAsync(javasList), list);
    }

    [Fact]
    public void Write_PutsTheTablesSchemaAndSpecIntoTheHeader()
    {
        var schema = new Schema(4, new StructType([new NestedField(1, "ts", IcebergType.Timestamp, Required: true)]), []);
        var spec = new PartitionSpec(7, [PartitionField.Of(1, 1003, "ts_day", Transform.Day)]);

        Dictionary<string, string> header = AvroHeader.Read(ManifestWriter.Write(2, schema, spec, ManifestContent.Deletes, 1, []).Content);

        Assert.Equal(schema, SchemaJson.Parse(header["schema"], "header"));
        Assert.Equal(spec, PartitionSpecJson.ParseFields(header["partition-spec"], 7, "header"));
        Assert.Equal(("4", "7", "2", "deletes", "deflate"), (header["schema-id"], header["partition-spec-id"], header["format-version"], header["content"], header["avro.codec"]));
    }

    [Fact]
    public void Write_SanitizesNamesOfPartitionFieldsAsJavaDoes()
    {
        string[] names = ["9lives", "a b", "ä.x", "_ok", "日本"];
        var schema = Schema.Of([.. names.Select((name, i) => new NestedField(i + 1, name, IcebergType.Int))]);
        var spec = new PartitionSpec(0, [.. names.Select((name, i) => PartitionField.Of(i + 1, 1000 + i, name, Transform.Identity))]);

        (byte[] content, ManifestFile manifest) = ManifestWriter.Write(2, schema, spec, ManifestContent.Data, 1, [ManifestEntry.Added(File with { Partition = PartitionTuple.Of(1, 2, 3, null, 5) })]);

        JsonArray fields = JsonNode.Parse(AvroHeader.Schema(content))!["fields"]!.AsArray()[4]!["type"]!["fields"]!.AsArray()[3]!["type"]!["fields"]!.AsArray();
        Assert.Equal(["_9lives", "a_x20b", "ä_x2Ex", "_ok", "日本"], fields.Select(f => (string)f!["name"]!));
        Assert.Equal(["9lives", "a b", "ä.x", null, null], fields.Select(f => (string?)f!["iceberg-field-name"]));
        Assert.Equal(PartitionTuple.Of(1, 2, 3, null, 5), ManifestReaderTests.Read(content, manifest, ManifestGen.Metadata(2, schema, spec))[0].DataFile.Partition);
    }

    [Fact]
    public void Write_ReadsBackEqual() => ManifestGen.Cases.Sample(test =>
    {
        (byte[] content, ManifestFile manifest) = ManifestWriter.Write(test.Metadata, test.Spec, test.Content, 99, test.Entries, test.Compression);
        manifest = manifest with { SequenceNumber = test.Metadata.FormatVersion == 1 ? 0 : 50, FirstRowId = test.Metadata.FormatVersion == 3 ? 1000 : null };

        List<ManifestEntry> read = ManifestReaderTests.Read(content, manifest, test.Metadata);

        Assert.Equal(ManifestGen.Expected(test, manifest).Select(ManifestGen.Text), read.Select(ManifestGen.Text));
        CheckManifest(test, manifest, content);
    }, iter: 300);

    [Fact]
    public void Write_ReadsBackWithTheReferenceLibrary() => ManifestGen.Cases.Where(test => test.Compression is AvroCompression.Deflate or AvroCompression.None && !test.Metadata.CurrentSchema.Fields.Any(f => BeyondTheLibrary.Contains(f.Type.Id))).Sample(test =>
    {
        byte[] content = ManifestWriter.Write(test.Metadata, test.Spec, test.Content, 99, test.Entries, test.Compression).Content;

        using IFileReader<GenericRecord> reader = DataFileReader<GenericRecord>.OpenReader(new MemoryStream(content));
        GenericRecord[] records = [.. reader.NextEntries];

        Assert.Equal(test.Entries.Select(e => (int)e.Status), records.Select(r => (int)r["status"]));
        Assert.Equal(test.Entries.Select(e => e.DataFile.FilePath), records.Select(r => (string)((GenericRecord)r["data_file"])["file_path"]));
        Assert.Equal(
            test.Entries.Select(e => e.DataFile.Metrics.UpperBounds.Count),
            records.Select(r => ((GenericRecord)r["data_file"])["upper_bounds"] is object[] bounds ? bounds.Length : 0));
    }, iter: 60);

    [Fact]
    public void Write_LeavesSequenceNumbersOfAddedFilesToBeInherited()
    {
        (byte[] content, ManifestFile manifest) = ManifestWriter.Write(3, Schema.Empty, PartitionSpec.Unpartitioned, ManifestContent.Data, 8, [
            ManifestEntry.Added(File with { FirstRowId = 77 }),
            ManifestEntry.Added(File, sequenceNumber: 4),
            new ManifestEntry(ManifestEntryStatus.Existing, 5, 3, 2, File with { FirstRowId = 40 }),
            new ManifestEntry(ManifestEntryStatus.Existing, 5, 3, null, File),
            new ManifestEntry(ManifestEntryStatus.Deleted, 5, 1, 1, File),
        ]);
        TableMetadata metadata = ManifestGen.Metadata(3, Schema.Empty, PartitionSpec.Unpartitioned);

        List<ManifestEntry> later = ManifestReaderTests.Read(content, manifest with { SequenceNumber = 9, FirstRowId = 100 }, metadata);
        List<ManifestEntry> now = ManifestReaderTests.Read(content, manifest, metadata);

        Assert.Equal([(8, 9, 9), (8, 4, 9), (5, 3, 2), (5, 3, null), (8, 1, 1)], later.Select(e => (e.SnapshotId, e.SequenceNumber, e.FileSequenceNumber)));
        Assert.Equal([100, 103, 40, 106, null], later.Select(e => e.DataFile.FirstRowId));
        Assert.Equal([null, 4, 3, 3, 1], now.Select(e => e.SequenceNumber));
        Assert.Equal((null, 3), (manifest.SequenceNumber, manifest.MinSequenceNumber));
    }

    [Fact]
    public void Write_RefusesEntriesThatLackSomething()
    {
        foreach (ManifestEntry entry in new[]
        {
            new ManifestEntry(ManifestEntryStatus.Existing, 5, null, null, File),
            new ManifestEntry(ManifestEntryStatus.Deleted, 5, null, 1, File),
            new ManifestEntry(ManifestEntryStatus.Existing, null, 1, 1, File),
            ManifestEntry.Added(File with { Content = DataFileContent.PositionDeletes }),
            ManifestEntry.Added(File with { Partition = PartitionTuple.Of(1) }),
        })
        {
            IcebergException error = Assert.Throws<IcebergException>(() =>
                ManifestWriter.Write(2, Schema.Empty, PartitionSpec.Unpartitioned, ManifestContent.Data, 1, [entry]));
            Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        }
    }

    private static void CheckManifest(ManifestCase test, ManifestFile manifest, byte[] content)
    {
        Assert.Equal(content.Length, manifest.ManifestLength);
        foreach ((ManifestEntryStatus status, int? files, long? rows) in new[]
        {
            (ManifestEntryStatus.Added, manifest.AddedFilesCount, manifest.AddedRowsCount),
            (ManifestEntryStatus.Existing, manifest.ExistingFilesCount, manifest.ExistingRowsCount),
            (ManifestEntryStatus.Deleted, manifest.DeletedFilesCount, manifest.DeletedRowsCount),
        })
        {
            ManifestEntry[] those = [.. test.Entries.Where(e => e.Status == status)];
            Assert.Equal((those.Length, those.Sum(e => e.DataFile.RecordCount)), (files, rows));
        }
        StructType types = test.Metadata.PartitionType(test.Spec);
        Assert.Equal(types.Fields.Length, manifest.Partitions.Length);
        for (int i = 0; i < types.Fields.Length; i++)
        {
            object?[] values = [.. test.Entries.Select(e => e.DataFile.Partition[i])];
            object[] ordered = [.. values.OfType<object>().Where(v => v is not (double.NaN or float.NaN)).Order(ValueComparer.Instance)];
            FieldSummary summary = manifest.Partitions[i];
            Assert.Equal(values.Contains(null), summary.ContainsNull);
            Assert.Equal(values.Any(v => v is double.NaN or float.NaN), summary.ContainsNan);
            Assert.Equal(ordered.Length == 0 ? null : SingleValue.ToBytes(types.Fields[i].Type, ordered[0]), summary.LowerBound);
            Assert.Equal(ordered.Length == 0 ? null : SingleValue.ToBytes(types.Fields[i].Type, ordered[^1]), summary.UpperBound);
        }
    }

    private static void AssertSameSchema(byte[] expected, byte[] actual) => Assert.Equal(
        JsonNode.Parse(AvroHeader.Schema(expected))!.ToJsonString(),
        JsonNode.Parse(AvroHeader.Schema(actual))!.ToJsonString());
}
