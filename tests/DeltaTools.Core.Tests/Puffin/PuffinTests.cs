using System.Text;
using System.Text.Json;
using DeltaTools.Core.Puffin;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Puffin;

public class PuffinTests
{
    public static TheoryData<string> Files => [.. FixtureFiles.In("puffin/puffin").Select(n => $"puffin/{n}"), "puffin-stats/all_stats.stats", "puffin-stats/multiple_field_ids.stats"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ReadFooterAsync_ReadsGoldens(string name)
    {
        JsonElement expected = PuffinGoldens.Expected(name).GetProperty("footer");
        byte[] content = File.ReadAllBytes(FixtureFiles.At($"puffin/{name}"));

        PuffinFooter footer = await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, FixtureFiles.At($"puffin/{name}"), default);

        Assert.Equal(expected.GetProperty("blobs").EnumerateArray().Select(Facts), footer.Blobs.Select(Facts));
        Assert.Equal(PuffinGoldens.Expected(name).GetProperty("footerPayloadBytes").GetInt64() + 16, footer.Size);
        byte[] payload = content[^((int)footer.Size - 4)..^12];
        Assert.Equal(Encoding.UTF8.GetString(payload), Encoding.UTF8.GetString(PuffinFormat.ToJson(footer.Blobs, footer.Properties)));
    }

    [Fact]
    public async Task ReadBlobAsync_UnpacksZstd()
    {
        string path = FixtureFiles.At("puffin/puffin/sample-metric-data-compressed-zstd.bin");
        PuffinFooter footer = await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, path, default);
        IEnumerable<string?> expected = PuffinGoldens.Expected("puffin/sample-metric-data-compressed-zstd.bin").GetProperty("blobs")
            .EnumerateArray().Select(b => b.GetProperty("utf8").GetString());

        string[] texts = await Task.WhenAll(footer.Blobs.Select(async blob =>
            Encoding.UTF8.GetString(await PuffinReader.ReadBlobAsync(LocalObjectStore.Instance, path, blob, default))));

        Assert.Equal(expected, texts);
        Assert.Equal("Test 1234", footer.Properties["created-by"]);
    }

    [Theory]
    [InlineData("linked")]
    [InlineData("independent")]
    public void Decompress_UnpacksLz4Frames(string name)
    {
        byte[] frame = File.ReadAllBytes(FixtureFiles.At($"puffin/lz4/{name}.lz4"));
        string words = string.Concat(Enumerable.Repeat("iceberg puffin blob theta sketch deletion vector footer payload ", 20));

        string text = Encoding.UTF8.GetString(PuffinCodec.Decompress("lz4", frame));

        Assert.Equal(string.Concat(Enumerable.Range(0, 160).Select(i => $"{i}: {words}\n")), text);
    }

    [Fact]
    public void Decompress_OfDamagedFramesIsInvalidData()
    {
        foreach (string name in new[] { "linked", "independent" })
        {
            byte[] frame = File.ReadAllBytes(FixtureFiles.At($"puffin/lz4/{name}.lz4"));
            for (int seed = 0; seed < 300; seed++)
            {
                byte[] changed = Mutations.WithLengths(frame, seed);
                Exception? error = Record.Exception(() => PuffinCodec.Decompress("lz4", changed));
                Assert.True(error is null or InvalidDataException or NotSupportedException, error?.ToString());
            }
        }
    }

    [Fact]
    public async Task ReadFooterAsync_ReadsCompressedFooters()
    {
        using var folder = new TemporaryFolder();
        // {"blobs":[]} as the lz4 program packs it, with the content size.
        byte[] payload = Convert.FromHexString("04224d186c400c000000000000003b0c0000807b22626c6f6273223a5b5d7d00000000cbf3b047");
        await File.WriteAllBytesAsync(folder["f.puffin"], [.. "PFA1PFA1"u8, .. payload, (byte)payload.Length, 0, 0, 0, 1, 0, 0, 0, .. "PFA1"u8]);

        Assert.Empty((await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, folder["f.puffin"], default)).Blobs);
    }

    [Fact]
    public async Task ToArray_WritesWhatTheReaderReads()
    {
        using var folder = new TemporaryFolder();
        var writer = new PuffinWriter("DeltaTools test");
        byte[] sketch = [1, 2, 3];
        PuffinBlob kept = writer.Add("apache-datasketches-theta-v1", [3], 17, 4, sketch, "zstd", new Dictionary<string, string> { ["ndv"] = "2" });
        PuffinBlob first = writer.Add(DeletionVector.Of([1, 2, 9]), "s3://bucket/a ä.parquet");
        PuffinBlob second = writer.Add(DeletionVector.Of([4]), "s3://bucket/b.parquet");
        byte[] content = writer.ToArray(out long footerSize);
        await File.WriteAllBytesAsync(folder["f.puffin"], content);

        PuffinFooter footer = await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, folder["f.puffin"], default);

        Assert.Equal(new[] { kept, first, second }.Select(Facts), footer.Blobs.Select(Facts));
        Assert.Equal(footerSize, footer.Size);
        Assert.Equal("DeltaTools test", footer.Properties["created-by"]);
        Assert.Equal(sketch, await PuffinReader.ReadPackedBlobAsync(LocalObjectStore.Instance, folder["f.puffin"], footer.Blobs[0], default));
        byte[] blob = await PuffinReader.ReadBlobAsync(LocalObjectStore.Instance, folder["f.puffin"], footer.Blobs[1], default);
        Assert.Equal([1, 2, 9], DeletionVector.Deserialize(blob).Positions);
        Assert.Equal([2147483645], footer.Blobs[2].Fields.AsEnumerable());
    }

    [Fact]
    public async Task Writer_MakesJavasFileOfJavasBlob()
    {
        string path = FixtureFiles.At("puffin/puffin/single-blob-dv.puffin");
        PuffinFooter footer = await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, path, default);
        var writer = new PuffinWriter(footer.Properties["created-by"]);

        writer.Add(DeletionVector.Of([1, 3, 5, 7, 9]), footer.Blobs[0].Properties["referenced-data-file"]);

        Assert.Equal(await File.ReadAllBytesAsync(path), writer.ToArray(out _));
    }

    [Fact]
    public async Task ReadFooterAsync_RefusesDamagedFiles()
    {
        using var folder = new TemporaryFolder();
        string corrupt = FixtureFiles.At("puffin/puffin-stats/corrupt_file.stats");
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, corrupt, default));
        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains("corrupt_file.stats", error.Message, StringComparison.Ordinal);

        byte[] good = await File.ReadAllBytesAsync(FixtureFiles.At("puffin/puffin-stats/multiple_field_ids.stats"));
        for (int seed = 0; seed < 400; seed++)
        {
            await File.WriteAllBytesAsync(folder["f"], Mutations.WithLengths(good, seed));
            try
            {
                PuffinFooter footer = await PuffinReader.ReadFooterAsync(LocalObjectStore.Instance, folder["f"], default);
                foreach (PuffinBlob blob in footer.Blobs) await PuffinReader.ReadBlobAsync(LocalObjectStore.Instance, folder["f"], blob, default);
            }
            catch (IcebergException e)
            {
                Assert.True(e.Kind is IcebergErrorKind.Corrupt or IcebergErrorKind.Unsupported, e.ToString());
            }
        }
    }

    private static string Facts(PuffinBlob b) =>
        $"{b.Type} {string.Join(",", b.Fields)} {b.SnapshotId} {b.SequenceNumber} {b.Offset} {b.Length} {b.CompressionCodec} {string.Join(",", b.Properties.Select(p => $"{p.Key}={p.Value}"))}";

    private static string Facts(JsonElement b) =>
        $"{b.GetProperty("type").GetString()} {string.Join(",", b.GetProperty("fields").EnumerateArray())} {b.GetProperty("snapshot-id")} {b.GetProperty("sequence-number")} "
        + $"{b.GetProperty("offset")} {b.GetProperty("length")} {(b.TryGetProperty("compression-codec", out JsonElement codec) ? codec.GetString() : null)} "
        + (b.TryGetProperty("properties", out JsonElement p) ? string.Join(",", p.EnumerateObject().Select(x => $"{x.Name}={x.Value.GetString()}")) : "");
}
