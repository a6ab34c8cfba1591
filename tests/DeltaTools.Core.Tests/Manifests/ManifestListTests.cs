using CsCheck;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Manifests;

public class ManifestListTests
{
    private static readonly Snapshot Commit = new(20, 10, 6, DateTimeOffset.UnixEpoch, "s3://b/snap.avro", [], StringMap.Empty, FirstRowId: 1000);

    private static readonly ManifestFile Manifest = new("s3://b/m0.avro", 7, 0, ManifestContent.Data, 2, 1, 10, 1, 2, 3, 10, 20, 30, []);

    [Fact]
    public void Write_ReadsBackEqual() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 3], Gen.Select(Gen.Long[0, 9].Array[12], Gen.Bool, Gen.Bool, Gen.Byte.Array[0, 5]).Array[0, 8]).Sample((version, compression, lines) =>
        {
            ManifestFile[] manifests = [.. lines.Select(l => new ManifestFile(
                $"s3://b/ä {l.Item1[0]}", l.Item1[1], (int)l.Item1[2], l.Item2 && version > 1 ? ManifestContent.Deletes : ManifestContent.Data,
                version == 1 ? 0 : l.Item1[3], version == 1 ? 0 : l.Item1[4], l.Item1[5],
                (int)l.Item1[6], (int)l.Item1[7], (int)l.Item1[8], l.Item1[9], l.Item1[10], l.Item1[11],
                l.Item3 ? [new FieldSummary(l.Item2, l.Item3 ? null : true, l.Item4, null), new FieldSummary(true, false, null, l.Item4)] : [],
                l.Item2 ? null : l.Item4, version == 3 && !l.Item2 ? l.Item1[0] : null))];

            byte[] content = ManifestListWriter.Write(version, Commit, manifests, (AvroCompression)compression).Content;

            Assert.Equal(manifests.Select(Text), ManifestListReader.Read(content, 20).Select(Text));
        }, iter: 200);

    [Fact]
    public void Write_AssignsSequenceNumbersAndRowIds()
    {
        ManifestFile added = Manifest with { SequenceNumber = null, MinSequenceNumber = null, AddedSnapshotId = 20 };
        (byte[] content, long? nextRowId) = ManifestListWriter.Write(3, Commit, [
            Manifest with { FirstRowId = 5 },
            Manifest with { Content = ManifestContent.Deletes },
            Manifest,
            added,
            added with { MinSequenceNumber = 3 },
        ]);

        List<ManifestFile> read = ManifestListReader.Read(content, 20);

        Assert.Equal([(2, 1), (2, 1), (2, 1), (6, 6), (6, 3)], read.Select(m => (m.SequenceNumber, m.MinSequenceNumber)));
        Assert.Equal([5, null, 1000, 1030, 1060], read.Select(m => m.FirstRowId));
        Assert.Equal(1090, nextRowId);
    }

    [Theory]
    [InlineData(1, "snapshot-id=20 parent-snapshot-id=10 format-version=1")]
    [InlineData(2, "snapshot-id=20 parent-snapshot-id=10 sequence-number=6 format-version=2")]
    [InlineData(3, "snapshot-id=20 parent-snapshot-id=10 sequence-number=6 first-row-id=1000 format-version=3")]
    public void Write_PutsTheSnapshotIntoTheHeader(int version, string expected)
    {
        Dictionary<string, string> header = AvroHeader.Read(ManifestListWriter.Write(version, Commit, []).Content);

        Assert.Equal(expected, string.Join(' ', header.Where(p => !p.Key.StartsWith("avro", StringComparison.Ordinal)).Select(p => $"{p.Key}={p.Value}")));
        Assert.Equal("null", AvroHeader.Read(ManifestListWriter.Write(version, Commit with { ParentSnapshotId = null }, []).Content)["parent-snapshot-id"]);
    }

    [Fact]
    public void Write_RefusesWhatALineMustHave()
    {
        foreach ((int version, Snapshot snapshot, ManifestFile manifest) in new[]
        {
            (1, Commit, Manifest with { Content = ManifestContent.Deletes }),
            (2, Commit, Manifest with { ManifestPath = "" }),
            (2, Commit, Manifest with { SequenceNumber = null }),
            (2, Commit, Manifest with { ExistingRowsCount = null }),
            (3, Commit with { FirstRowId = null }, Manifest),
        })
        {
            Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => ManifestListWriter.Write(version, snapshot, [manifest])).Kind);
        }
        Assert.Null(ManifestListReader.Read(ManifestListWriter.Write(1, Commit, [Manifest with { ExistingRowsCount = null }]).Content, 20)[0].ExistingRowsCount);
    }

    [Theory]
    [InlineData("duckdb_v3_manifest_list.avro", 2)]
    [InlineData("manifest-list-v2-1.avro", 1)]
    public async Task ReadAsync_ReadsGoldens(string name, int count) => Assert.Equal(count, (await Read(name)).Count);

    [Theory]
    [InlineData("empty.avro")]
    [InlineData("broken1.avro")]
    [InlineData("manifest-list-v3-encrypted.avro")]
    public async Task ReadAsync_RefusesWhatIsNoManifestList(string name)
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => Read(name));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_SaysThatAListIsEncrypted()
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => Read("manifest-list-v3-encrypted.avro", "key-1"));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
    }

    private static Task<IReadOnlyList<ManifestFile>> Read(string name, string? keyId = null) => ManifestListReader.ReadAsync(
        LocalObjectStore.Instance,
        Commit with { ManifestList = FixtureFiles.At($"manifests/single/{name}"), KeyId = keyId },
        ManifestGen.Metadata(3, Schema.Empty, PartitionSpec.Unpartitioned),
        default);

    private static string Text(ManifestFile m) =>
        $"{m with { Partitions = default, KeyMetadata = null }} {string.Join(";", m.Partitions.Select(p => $"{p.ContainsNull} {p.ContainsNan} {Hex(p.LowerBound)} {Hex(p.UpperBound)}"))} {Hex(m.KeyMetadata)}";

    private static string Hex(byte[]? bytes) => bytes is null ? "-" : Convert.ToHexString(bytes);
}
