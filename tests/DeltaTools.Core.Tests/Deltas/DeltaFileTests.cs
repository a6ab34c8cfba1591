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

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
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
