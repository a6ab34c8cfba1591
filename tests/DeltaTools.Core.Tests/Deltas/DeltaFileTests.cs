using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class DeltaFileTests : IDisposable
{
    private readonly DuckSession _session = DuckSession.Open();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("files");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Utf16_OfEitherByteOrderGivesItsRows(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        byte[] text = [.. encoding.GetPreamble(), .. encoding.GetBytes("id,name\n1,Zoë\n2,李\n")];

        DeltaSource delta = await OpenAsync("u.csv", text);

        Assert.Equal(["id", "name"], delta.Columns.Select(c => c.Name));
        Assert.Equal(text.Length, delta.Size);
        Assert.Equal(["1|Zoë", "2|李"], await RowsAsync(delta));
    }

    [Fact]
    public async Task Utf16_BigEndianJsonLinesGiveTheirRows()
    {
        byte[] text = [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("{\"name\":\"Zoë\"}\n")];

        Assert.Equal(["Zoë|False"], await RowsAsync(await OpenAsync("u.jsonl", text)));
    }

    [Theory]
    [InlineData("a.csv.gz")]
    [InlineData("a.csv.zst")]
    [InlineData("a.jsonl.gz")]
    public async Task Compressed_ThatIsCutOffIsRefusedWhereverItEnds(string name)
    {
        byte[] whole = Compress(name, name.Contains("json", StringComparison.Ordinal) ? "{\"id\":1}\n" : "id,amount\n1,123456\n");
        await OpenAsync(name, whole);
        for (int length = 1; length < whole.Length; length++)
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(name, whole[..length]));
            Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
            Assert.Contains($"'{name}' is cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Compressed_LargeGzipThatIsCutOffIsRefused()
    {
        var random = new Random(1);
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{random.Next()}\n"));
        byte[] whole = Compress("a.csv.gz", "id,amount\n" + rows);
        Assert.Equal(20_000, (await RowsAsync(await OpenAsync("a.csv.gz", whole))).Count);
        foreach (int length in new[] { whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 1 })
            Assert.Contains("is cut off", (await Assert.ThrowsAsync<IcebergException>(() => OpenAsync("a.csv.gz", whole[..length]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_GzipOfSeveralMembersGivesAllRows()
    {
        byte[] first = Compress("a.csv.gz", "id\n1\n"), second = Compress("a.csv.gz", "2\n3\n");
        Assert.Equal(["1", "2", "3"], await RowsAsync(await OpenAsync("a.csv.gz", [.. first, .. second])));
        await Assert.ThrowsAsync<IcebergException>(() => OpenAsync("a.csv.gz", [.. first, .. second[..^3]]));
    }

    [Theory]
    [InlineData("a.csv.gz", "gzip")]
    [InlineData("a.csv.zst", "zstd")]
    public async Task Compressed_GarbageIsRefused(string name, string format)
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(name, "id,amount\n1,2\n"u8.ToArray()));
        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
        Assert.Contains($"'{name}' is not a sound {format} file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.csv.gz", "id,amount\n1,2\n")]
    [InlineData("a.csv.zst", "id,amount\n1,2\n")]
    [InlineData("a.jsonl.gz", "{\"id\":1}\n")]
    public async Task Compressed_HashIsThatOfWhatIsCompressed(string name, string text)
    {
        // Shorter and longer than what the reader keeps back of the end.
        foreach (string content in new[] { text, string.Concat(Enumerable.Repeat(text, 20_000)) })
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))), (await OpenAsync(name, Compress(name, content))).ContentHash);
    }

    [Theory]
    [InlineData("a.csv.gz", "gzip")]
    [InlineData("a.csv.zst", "zstd")]
    public async Task Compressed_WithSomethingElseBehindItIsRefused(string name, string format)
    {
        foreach (byte[] tail in new[] { "x"u8.ToArray(), "some text"u8.ToArray(), new byte[512], new byte[100_000] })
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(name, [.. Compress(name, "id,amount\n1,2\n"), .. tail]));
            Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
            Assert.Contains($"'{name}' is ", error.Message, StringComparison.Ordinal);
            if (tail.Length > 4) Assert.Contains($"not a sound {format} file", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.csv", "A delta without rows still needs its header line.")]
    [InlineData("a.jsonl", "Each line must be one object, such as {\"id\": 1, \"name\": \"Ada\"}.")]
    [InlineData("a.parquet", "It is no Parquet file.")]
    [InlineData("a.xlsx", "It is no workbook.")]
    public async Task Empty_SaysWhatItsFormatNeeds(string name, string need)
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(name, []));
        Assert.Equal((IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is empty. {need}"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("u.jsonl")]
    [InlineData("u.jsonl.gz")]
    public async Task JsonLines_OfAnotherEncodingNamesTheLine(string name)
    {
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => i == 12_344 ? "{\"name\":\"Zo\u00eb\"}\n" : "{\"name\":\"Ann\"}\r\n"));
        byte[] content = Encoding.Latin1.GetBytes(text);
        if (name.EndsWith(".gz", StringComparison.Ordinal)) content = Compress(name, content);
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(name, content));
        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
        Assert.Equal($"The delta file '{name}' is not in encoding utf-8, name the right one with -Encoding (line 12345).", error.Message);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    private static byte[] Compress(string name, string text) => Compress(name, Encoding.UTF8.GetBytes(text));

    private static byte[] Compress(string name, byte[] content)
    {
        var bytes = new MemoryStream();
        using (Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(bytes, CompressionLevel.Optimal) : new ZstdSharp.CompressionStream(bytes))
            stream.Write(content);
        return bytes.ToArray();
    }

    private async Task<DeltaSource> OpenAsync(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        await File.WriteAllBytesAsync(path, content);
        return await DeltaFile.OpenAsync(_session, name, path, new(), default);
    }

    private async Task<List<string>> RowsAsync(DeltaSource delta)
    {
        List<object?[]> rows = await RowReader.ReadAllAsync(_session, delta.Rows, [], ValueForm.Physical, default);
        return [.. rows.Select(r => string.Join('|', r))];
    }
}
