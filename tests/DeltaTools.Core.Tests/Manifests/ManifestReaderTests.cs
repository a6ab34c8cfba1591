using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Manifests;

public partial class ManifestReaderTests
{
    public static TheoryData<string> Tables => [.. ManifestFixture.Tables];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task ReadAsync_ReadsManifestsOfOtherWriters(string table)
    {
        var fixture = new ManifestFixture(table);
        foreach (JsonElement expected in fixture.Snapshots)
        {
            Snapshot snapshot = fixture.Metadata.Snapshot(expected.GetProperty("snapshotId").GetInt64())!;

            IReadOnlyList<ManifestFile> manifests = await ManifestListReader.ReadAsync(fixture.Store, snapshot, fixture.Metadata, default);

            Assert.Equal(expected.GetProperty("manifests").EnumerateArray().Select(ManifestFixture.ManifestText), manifests.Select(ManifestFixture.Text));
            foreach ((JsonElement expectedManifest, ManifestFile manifest) in expected.GetProperty("manifests").EnumerateArray().Zip(manifests))
            {
                IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(fixture.Store, manifest, fixture.Metadata, ManifestReadOptions.All, default);
                Assert.Equal(
                    expectedManifest.GetProperty("entries").EnumerateArray().Zip(entries, (e, read) => ManifestFixture.EntryText(e, read.DataFile.Partition)),
                    entries.Select(ManifestFixture.Text));
                Assert.Equal(expectedManifest.GetProperty("entries").GetArrayLength(), entries.Count);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Read_FindsFieldsByNameWhereIdsAreMissing(string table)
    {
        var fixture = new ManifestFixture(table);
        foreach (Snapshot snapshot in fixture.Snapshots.Select(s => fixture.Metadata.Snapshot(s.GetProperty("snapshotId").GetInt64())!))
        {
            if (snapshot.ManifestList is null) continue;
            byte[] list = await fixture.Store.ReadAllAsync(snapshot.ManifestList, default);
            List<ManifestFile> manifests = ManifestListReader.Read(list, snapshot.SnapshotId);
            Assert.Equal(manifests.Select(ManifestFixture.Text), ManifestListReader.Read(AvroHeader.WithSchema(list, WithoutIds), snapshot.SnapshotId).Select(ManifestFixture.Text));
            foreach (ManifestFile manifest in manifests)
            {
                byte[] content = await fixture.Store.ReadAllAsync(manifest.ManifestPath, default);
                Assert.Equal(
                    Read(content, manifest, fixture.Metadata).Select(ManifestFixture.Text),
                    Read(AvroHeader.WithSchema(content, WithoutIds), manifest, fixture.Metadata).Select(ManifestFixture.Text));
            }
        }
    }

    [Fact]
    public async Task ReadAsync_KeepsTheMetricsOfWantedFieldsOnly()
    {
        var fixture = new ManifestFixture("spark-v1-day-polars");
        Assert.All(await fixture.AllEntries(ManifestReadOptions.All with { MetricFields = FrozenSet<int>.Empty }), e => Assert.Same(ColumnMetrics.None, e.DataFile.Metrics));

        ManifestEntry all = (await fixture.AllEntries(ManifestReadOptions.All))[0];
        ManifestEntry some = (await fixture.AllEntries(ManifestReadOptions.All with { MetricFields = [1, 1000] }))[0];

        Assert.True(all.DataFile.Metrics.ValueCounts.Count > 1);
        Assert.Equal([1], some.DataFile.Metrics.ValueCounts.Keys);
        Assert.Equal(all.DataFile.Metrics.ValueCounts[1], some.DataFile.Metrics.ValueCounts[1]);
    }

    [Fact]
    public async Task ReadAsync_PrunesByPartition()
    {
        var fixture = new ManifestFixture("dremio-v1-partitionednation");
        IReadOnlyList<ManifestEntry> all = await fixture.AllEntries(ManifestReadOptions.All);

        IReadOnlyList<ManifestEntry> some = await fixture.AllEntries(ManifestReadOptions.All with { Partition = tuple => (int)tuple[0]! == 3 });

        Assert.Equal(all.Where(e => (int)e.DataFile.Partition[0]! == 3).Select(ManifestFixture.Text), some.Select(ManifestFixture.Text));
        Assert.InRange(some.Count, 1, all.Count - 1);
    }

    [Fact]
    public async Task ReadAsync_NamesAMissingOrEncryptedManifest()
    {
        var fixture = new ManifestFixture("spark-v2-decimals");
        var manifest = new ManifestFile($"{fixture.Metadata.Location}/no-such-m0.avro", 1, 0, ManifestContent.Data, 1, 1, 1);

        IcebergException missing = await Assert.ThrowsAsync<IcebergException>(() => ManifestReader.ReadAsync(fixture.Store, manifest, fixture.Metadata, ManifestReadOptions.All, default));
        IcebergException encrypted = await Assert.ThrowsAsync<IcebergException>(() => ManifestReader.ReadAsync(fixture.Store, manifest with { KeyMetadata = [1] }, fixture.Metadata, ManifestReadOptions.All, default));

        Assert.Equal(IcebergErrorKind.Corrupt, missing.Kind);
        Assert.Contains("no-such-m0.avro", missing.Message, StringComparison.Ordinal);
        Assert.Equal(IcebergErrorKind.Unsupported, encrypted.Kind);
    }

    [Fact]
    public async Task ReadAsync_ReadsManifestsThatASnapshotEmbeds()
    {
        var fixture = new ManifestFixture("spark-v1-day-polars");
        Snapshot snapshot = fixture.Metadata.CurrentSnapshot!;
        ManifestFile listed = (await ManifestListReader.ReadAsync(fixture.Store, snapshot, fixture.Metadata, default))[0];
        Snapshot old = snapshot with { ManifestList = null, Manifests = [listed.ManifestPath] };

        ManifestFile embedded = Assert.Single(await ManifestListReader.ReadAsync(fixture.Store, old, fixture.Metadata, default));
        ManifestFile counted = await ManifestReader.WithCountsAsync(fixture.Store, embedded, fixture.Metadata, default);

        Assert.Null(embedded.AddedFilesCount);
        Assert.True(embedded.HasLiveFiles);
        Assert.Equal(
            (await ManifestReader.ReadAsync(fixture.Store, listed, fixture.Metadata, ManifestReadOptions.All, default)).Select(ManifestFixture.Text),
            (await ManifestReader.ReadAsync(fixture.Store, embedded, fixture.Metadata, ManifestReadOptions.All, default)).Select(ManifestFixture.Text));
        Assert.Equal((listed.AddedFilesCount, listed.AddedRowsCount, 0), (counted.AddedFilesCount, counted.AddedRowsCount, counted.DeletedFilesCount));
    }

    [Fact]
    public void Read_FollowsTheTablesSpecAndSchema()
    {
        PartitionField id = PartitionField.Of(1, 1000, "id", Transform.Identity), gone = PartitionField.Of(2, 1001, "gone", Transform.Identity);
        var written = new PartitionSpec(0, [id, gone]);
        var schema = Schema.Of(new NestedField(1, "id", IcebergType.Int), new NestedField(2, "gone", IcebergType.String));
        var file = new DataFile { FilePath = "f", RecordCount = 1, FileSizeInBytes = 1, Partition = PartitionTuple.Of(7, "x") };
        (byte[] content, ManifestFile manifest) = ManifestWriter.Write(2, schema, written, ManifestContent.Data, 1, [ManifestEntry.Added(file)]);
        Schema later = new(1, new StructType([new NestedField(1, "id", IcebergType.Long)]), []);
        TableMetadata metadata = ManifestGen.Metadata(2, schema, written) with { Schemas = [schema, later], CurrentSchemaId = 1 };

        // Promoted since, and dropped since; then a spec with another order, and one with a field that the manifest lacks.
        Assert.Equal(PartitionTuple.Of(7L, "x"), Read(content, manifest, metadata)[0].DataFile.Partition);
        Assert.Equal(PartitionTuple.Of("x", 7L), Read(content, manifest, metadata with { PartitionSpecs = [new PartitionSpec(0, [gone, id])] })[0].DataFile.Partition);
        Assert.Contains("1002", Assert.Throws<InvalidDataException>(() => Read(content, manifest, metadata with
        {
            PartitionSpecs = [new PartitionSpec(0, [id, gone, PartitionField.Of(1, 1002, "more", Transform.Bucket(2))])],
        })).Message, StringComparison.Ordinal);
    }

    internal static List<ManifestEntry> Read(byte[] content, ManifestFile manifest, TableMetadata metadata) =>
        ManifestReader.Read(content, manifest, metadata, ManifestReadOptions.All, default);

    private static string WithoutIds(string schema) => Ids().Replace(schema, "");

    [GeneratedRegex(@",\s*""(field-id|element-id)"":\s*\d+")]
    private static partial Regex Ids();
}

internal static class ManifestFixtureReading
{
    /// <summary>The entries of all manifests of the current snapshot.</summary>
    public static async Task<IReadOnlyList<ManifestEntry>> AllEntries(this ManifestFixture fixture, ManifestReadOptions options)
    {
        var entries = new List<ManifestEntry>();
        foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(fixture.Store, fixture.Metadata.CurrentSnapshot!, fixture.Metadata, default))
        {
            entries.AddRange(await ManifestReader.ReadAsync(fixture.Store, manifest, fixture.Metadata, options, default));
        }
        return entries;
    }
}
