using System.IO.Compression;
using System.Text;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class DeltaSourceTests : IDisposable
{
    private readonly DuckSession _session = DuckSession.Open();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("deltas");

    [Fact]
    public async Task Csv_UnquotedEmptyIsNullAndQuotedEmptyIsText()
    {
        DeltaSource delta = Csv("id,name\n1,\n2,\"\"\n3,x\n");
        Assert.Equal(["1|NULL", "2|", "3|x"], await RowsAsync(delta));
    }

    [Fact]
    public async Task Csv_NullValuesAreNullOnlyUnquoted()
    {
        DeltaSource delta = Csv("id,name\n1,NA\n2,\"NA\"\n", new() { NullValue = ["NA"] });
        Assert.Equal(["1|NULL", "2|NA"], await RowsAsync(delta));
    }

    [Theory]
    [InlineData("a;b\n1;2,5\n", "1|2,5")]
    [InlineData("a\tb\n1\t2\n", "1|2")]
    [InlineData("a|b\n1|2\n", "1|2")]
    [InlineData("\"a,x\";b\n1;2\n", "1|2")]
    public async Task Csv_FindsTheDelimiterInTheHeader(string text, string expected) =>
        Assert.Equal([expected], await RowsAsync(Csv(text)));

    [Fact]
    public async Task Csv_QuotedFieldsMayHoldEverything()
    {
        DeltaSource delta = Csv("id,text\r\n1,\"a \"\"b\"\", c\r\nsecond\"\r\n2,x\r\n");
        Assert.Equal(["1|a \"b\", c\r\nsecond", "2|x"], await RowsAsync(delta));
    }

    [Fact]
    public async Task Csv_TypesAreInferredFromAllRows()
    {
        string rows = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},0{i},{i}.5,2024-01-01,f,true,x,,{(i == 2999 ? "late" : "5")}\n"));
        DeltaSource delta = Csv("id,code,amount,day,record_deleted,flag,text,empty,mixed\n" + rows);
        Assert.Equal("long, string, double, date, boolean, boolean, string, string, string", string.Join(", ", await delta.InferTypesAsync(_session, default)));
    }

    [Fact]
    public async Task Csv_OneLetterFlagsStayTextInOtherColumns()
    {
        DeltaSource delta = Csv("sex,n\nF,1\nF,0\n");
        Assert.Equal("string, long", string.Join(", ", await delta.InferTypesAsync(_session, default)));
    }

    [Theory]
    [InlineData("9223372036854775807", "long")]
    [InlineData("9223372036854775808", "decimal(38, 0)")]
    [InlineData("-99999999999999999999999999999999999999", "decimal(38, 0)")]
    [InlineData("100000000000000000000000000000000000000", "string")]
    [InlineData("1.5\n9223372036854775808", "string")]
    [InlineData("1.5\n12", "double")]
    public async Task Csv_WholeNumbersKeepEveryDigit(string values, string type) =>
        Assert.Equal(type, (await Csv($"n\n7\n{values}\n").InferTypesAsync(_session, default))[0].ToString());

    [Fact]
    public async Task Csv_BrokenRowsHaveTheirLine()
    {
        DeltaSource delta = Csv("id,name\n1,\"a\nb\"\n2,b,c\n3\n4,d\n");
        IReadOnlyList<BadRow> bad = await delta.BrokenRowsAsync(_session, 10, default);
        Assert.Equal([4L, 5L], bad.Select(b => b.Line));
        Assert.Equal("the row has 3 fields, the header has 2", bad[0].Reason);
        Assert.Equal("the row has 1 fields, the header has 2", bad[1].Reason);
        Assert.Equal(["1|1|a\nb", "2|4|d"], await RowsAsync(delta, delta.NumberedRows));
        Assert.Equal([2L, 6L], delta.LinesOf([1, 2], new HashSet<long> { 4, 5 }));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,,c\n1,2,3\n", "has no name for column 2")]
    [InlineData("a,b,a\n1,2,3\n", "names column 'a' 2 times")]
    [InlineData("\na,b\n1,2\n", "begins with an empty line")]
    [InlineData("\r\n\r\na,b\r\n1,2\r\n", "begins with an empty line")]
    public void Csv_RefusesFilesWithoutAHeader(string text, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => Csv(text));
        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_ReadsGzipAndUtf16()
    {
        string gz = Path.Combine(_folder.FullName, "a.csv.gz");
        using (var stream = new GZipStream(File.Create(gz), CompressionLevel.Fastest)) stream.Write("id\n1\n"u8);
        Assert.Equal(["1"], await RowsAsync(CsvDelta.Open("a", TextFile.Open(gz, Encoding.UTF8), Hash, new())));

        string utf16 = Path.Combine(_folder.FullName, "u.csv");
        File.WriteAllText(utf16, "id,name\n1,Zoë\n", Encoding.Unicode);
        Assert.Equal(["1|Zoë"], await RowsAsync(CsvDelta.Open("u", TextFile.Open(utf16, Encoding.UTF8), Hash, new())));
    }

    [Fact]
    public async Task Json_AbsentKeysDifferFromNull()
    {
        DeltaSource delta = await JsonAsync("{\"id\":1,\"name\":\"a\"}\n{\"id\":2}\n\n{\"name\":null,\"id\":3}\n");
        Assert.Equal(["id", "name"], delta.Columns.Select(c => c.Name));
        Assert.Equal(["1|false|a|false", "2|false|NULL|true", "3|false|NULL|false"], await RowsAsync(delta));
    }

    [Fact]
    public async Task Json_TypesComeFromStructureAndContent()
    {
        DeltaSource delta = await JsonAsync("""{"i":1,"d":1.5,"s":"x","day":"2024-01-01","b":true,"o":{"a":1},"l":["x"],"n":null,"code":"007"}""" + "\n");
        Assert.Equal("long, double, string, date, boolean, struct<a: long>, list<string>, string, string",
            string.Join(", ", await delta.InferTypesAsync(_session, default)));
    }

    [Fact]
    public async Task Json_BrokenLinesHaveTheirLine()
    {
        DeltaSource delta = await JsonAsync("{\"id\":1}\n\n{\"id\":\n[1]\n{\"id\":4}\n");
        IReadOnlyList<BadRow> bad = await delta.BrokenRowsAsync(_session, 10, default);
        Assert.Equal([(3L, "is not valid JSON"), (4L, "is not a JSON object")], bad.Select(b => (b.Line, b.Reason)));
        Assert.Equal([1L, 5L], delta.LinesOf([1, 2], new HashSet<long> { 3, 4 }));
    }

    [Fact]
    public async Task Json_WithoutObjectsIsRefused()
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => JsonAsync("[1]\n"));
        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
    }

    [Fact]
    public async Task Parquet_KeepsItsTypes()
    {
        string path = Path.Combine(_folder.FullName, "a.parquet");
        await _session.ExecuteAsync($"COPY (SELECT 1::INT AS id, 'x' AS \"na\"\"me, y\", 1.5::DECIMAL(9,2) AS d, {{'a b': 1, 'l': [true]}} AS s, MAP {{'k': 1::BIGINT}} AS m) TO {Sql.Path(path)}", default);
        ParquetDelta delta = await ParquetDelta.OpenAsync(_session, "a", path, Hash, default);
        Assert.Equal("id: int, na\"me, y: string, d: decimal(9, 2), s: struct<a b: int, l: list<boolean>>, m: map<string, long>",
            string.Join(", ", delta.Columns.Select(c => $"{c.Name}: {c.Type}")));
        Assert.Equal("1|x", (await RowsAsync(delta))[0][..3]);
    }

    [Fact]
    public async Task Parquet_TruncatedIsRefused()
    {
        string path = Path.Combine(_folder.FullName, "t.parquet");
        await _session.ExecuteAsync($"COPY (SELECT 1 AS id) TO {Sql.Path(path)}", default);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => ParquetDelta.OpenAsync(_session, "t.parquet", path, Hash, default));
        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, error.Kind);
        Assert.Contains("t.parquet", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    private static readonly string Hash = new('0', 64);

    private CsvDelta Csv(string text, DeltaReadOptions? options = null)
    {
        string path = Path.Combine(_folder.FullName, "delta.csv");
        File.WriteAllText(path, text);
        return CsvDelta.Open("delta.csv", TextFile.Open(path, Encoding.UTF8), Hash, options ?? new());
    }

    private async Task<JsonLinesDelta> JsonAsync(string text)
    {
        string path = Path.Combine(_folder.FullName, "delta.jsonl");
        await File.WriteAllTextAsync(path, text);
        return await JsonLinesDelta.OpenAsync(
            _session, "delta.jsonl", TextFile.Open(path, Encoding.UTF8), Hash, TextCulture.Invariant, new Dictionary<string, IcebergType>(), default);
    }

    private async Task<List<string>> RowsAsync(DeltaSource delta, string? sql = null)
    {
        List<object?[]> rows = await RowReader.ReadAllAsync(_session, sql ?? delta.Rows, [], ValueForm.Physical, default);
        return [.. rows.Select(r => string.Join('|', r.Select(v => v is bool b ? (b ? "true" : "false") : v ?? "NULL")))];
    }
}
