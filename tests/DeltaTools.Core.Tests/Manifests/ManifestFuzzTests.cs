using DeltaTools.Core.Manifests;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Manifests;

public class ManifestFuzzTests
{
    private const string Record = """{"type":"record","name":"r","fields":[{"name":"manifest_path","type":"bytes"},{"name":"manifest_length","type":"long"}]}""";

    /// <summary>One table per codec and schema; damage in compressed blocks mostly ends in the codec, so our own files stand uncompressed too.</summary>
    [Theory]
    [InlineData("impala-v1-alltypes-part-name-mapping")]
    [InlineData("bigquery-v2")]
    [InlineData("trino-v2-decimal-partitioning")]
    [InlineData("impala-v3-spark-row-lineage")]
    public async Task Read_OfDamagedManifestsIsCorrupt(string table)
    {
        var fixture = new ManifestFixture(table);
        TableMetadata metadata = fixture.Metadata;
        ManifestFile manifest = (await ManifestListReader.ReadAsync(fixture.Store, metadata.CurrentSnapshot!, metadata, default))[0];
        byte[] theirs = await fixture.Store.ReadAllAsync(manifest.ManifestPath, default);
        List<ManifestEntry> entries = ManifestReaderTests.Read(theirs, manifest, metadata);
        byte[] ours = ManifestWriter.Write(metadata, metadata.Spec(manifest.PartitionSpecId), manifest.Content, 1, entries, AvroCompression.None).Content;
        foreach (byte[] content in new[] { theirs, ours })
        {
            AssertRefused(150, seed => ManifestReaderTests.Read(Mutations.WithLengths(content, seed), manifest, metadata));
        }
    }

    [Theory]
    [InlineData(AvroCompression.None)]
    [InlineData(AvroCompression.Deflate)]
    [InlineData(AvroCompression.Snappy)]
    [InlineData(AvroCompression.Zstandard)]
    public void Read_OfDamagedListsIsCorrupt(AvroCompression compression)
    {
        ManifestFile[] manifests = [.. Enumerable.Range(0, 20).Select(i => new ManifestFile(
            $"s3://b/m{i}.avro", 1000 + i, 0, ManifestContent.Data, i, i, 1L << i, 1, 2, 3, 4, 5, 6, [new FieldSummary(true, false, [1, 2], [3, 4])]))];
        var snapshot = new Snapshot(1, null, 1, default, "list", [], StringMap.Empty, FirstRowId: 0);
        byte[] content = ManifestListWriter.Write(3, snapshot, manifests, compression).Content;

        AssertRefused(300, seed => ManifestListReader.Read(Mutations.WithLengths(content, seed), 1));
    }

    [Fact]
    public void Read_NeverTakesWhatACorruptLengthAsksFor()
    {
        const long huge = 1L << 33;
        byte[][] files =
        [
            [.. "Obj\u0001"u8, .. Encoded(e => e.WriteLong(huge))],
            [.. "Obj\u0001"u8, .. Encoded(e => { e.WriteLong(1); e.WriteString("avro.schema"); e.WriteLong(huge); })],
            [.. "Obj\u0001"u8, .. Encoded(e => { e.WriteLong(1); e.WriteString("avro.schema"); e.WriteLong(-5); })],
            File(Record, e => { e.WriteLong(1); e.WriteLong(huge); }),
            File(Record, e => { e.WriteLong(1); e.WriteLong(-1); }),
            File(Record, e => { e.WriteLong(-3); Block(e, b => b.WriteLong(0)); }),
            File(Record, e => { e.WriteLong(huge); Block(e, b => b.WriteLong(0)); }),
            File(Record, e => { e.WriteLong(1); Block(e, b => b.WriteLong(huge)); }),
            File(Record, e => { e.WriteLong(1); Block(e, b => b.WriteFixed(Enumerable.Repeat((byte)0xFF, 20).ToArray())); }),
            // Arrays of things that take no bytes, in any number; a run whose size is wrong; more items than bytes.
            File(Array("\"null\""), e => { e.WriteLong(1); Block(e, b => { b.WriteLong(huge); b.WriteLong(0); }); }),
            File(Array("\"null\""), e => { e.WriteLong(1); Block(e, b => { b.WriteLong(long.MinValue); b.WriteLong(0); b.WriteLong(0); }); }),
            File(Array("\"long\""), e => { e.WriteLong(1); Block(e, b => { b.WriteLong(-2); b.WriteLong(huge); }); }),
            File(Array("\"long\""), e => { e.WriteLong(1); Block(e, b => { b.WriteLong(huge); b.WriteLong(0); }); }),
            File(Array("""["null","long"]"""), e => { e.WriteLong(1); Block(e, b => { b.WriteLong(1); b.WriteLong(7); b.WriteLong(0); }); }),
            File("{", e => e.WriteLong(0)),
            File("\"long\"", e => e.WriteLong(0)),
            File("""{"type":"record","name":"r","fields":[{"name":"a","type":"r"}]}""", e => e.WriteLong(0)),
            File("""{"type":"record","name":"r","fields":[{"name":"a","type":{"type":"fixed","name":"f","size":-1}}]}""", e => e.WriteLong(0)),
            File("""{"type":"record","name":"\ud800","fields":[]}""", e => e.WriteLong(0)),
            File(Nested(5000), e => e.WriteLong(0)),
        ];
        long before = GC.GetAllocatedBytesForCurrentThread();

        foreach (byte[] file in files) Assert.Throws<InvalidDataException>(() => ManifestListReader.Read(file, 1));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("bzip2")]
    [InlineData("xz")]
    public void Read_NamesACodecThatIsNotSupported(string codec)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => ManifestListReader.Read(File(Record, e => { }, codec), 1));

        Assert.Contains(codec, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RefusesAWrongSyncMarker()
    {
        byte[] file = File(Record, e => { e.WriteLong(1); Block(e, b => { b.WriteString("path"); b.WriteLong(3); }); });
        Assert.Single(ManifestListReader.Read(file, 1));
        file[^1] ^= 1;

        Assert.Contains("sync marker", Assert.Throws<InvalidDataException>(() => ManifestListReader.Read(file, 1)).Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(int seeds, Action<int> read)
    {
        int refused = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            try
            {
                read(seed);
            }
            // What FileGuard turns into Corrupt and Unsupported.
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, seeds / 4, seeds);
    }

    private static string Array(string items) =>
        $$$"""{"type":"record","name":"r","fields":[{"name":"x","type":{"type":"array","items":{{{items}}}}},{"name":"manifest_path","type":"string"}]}""";

    /// <summary>Records in records by name, deeper than the JSON itself is nested.</summary>
    private static string Nested(int depth)
    {
        IEnumerable<string> fields = Enumerable.Range(1, depth).Select(i =>
            $$$"""{"name":"f{{{i}}}","type":{"type":"record","name":"r{{{i}}}","fields":[{"name":"x","type":"r{{{i - 1}}}"}]}}""");
        return """{"type":"record","name":"r","fields":[{"name":"f0","type":{"type":"record","name":"r0","fields":[{"name":"x","type":"long"}]}},"""
            + string.Join(",", fields) + "]}";
    }

    private static byte[] File(string schema, Action<AvroEncoder> blocks, string codec = "null") =>
    [
        .. "Obj\u0001"u8,
        .. Encoded(e =>
        {
            e.WriteLong(2);
            e.WriteString("avro.schema");
            e.WriteString(schema);
            e.WriteString("avro.codec");
            e.WriteString(codec);
            e.WriteLong(0);
            e.WriteFixed(new byte[16]);
            blocks(e);
        }),
    ];

    private static void Block(AvroEncoder encoder, Action<AvroEncoder> write)
    {
        encoder.WriteBytes(Encoded(write));
        encoder.WriteFixed(new byte[16]);
    }

    private static byte[] Encoded(Action<AvroEncoder> write)
    {
        var encoder = new AvroEncoder();
        write(encoder);
        return encoder.Written.ToArray();
    }
}
