using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.TestServers;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class ExcelDeltaTests : IDisposable
{
    private readonly DuckSession _session = DuckSession.Open();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheets");

    [Fact]
    public async Task Excel_CellsAreWhatTheyShow()
    {
        DeltaSource delta = await OpenAsync([
            ["id", "code", "amount", "born", "seen", "at", "flag", "note"],
            ["n:1", "007", "n:0.30000000000000004", "d:43890", "t:43890.520833333336", "h:0.520833333333333", "b:1", "a, \"b\"\nc"],
            ["n:2", "", "n:-1.5E-3", null, null, null, "b:0", null],
        ]);

        Assert.Equal(["id", "code", "amount", "born", "seen", "at", "flag", "note"], delta.Columns.Select(c => c.Name));
        Assert.Equal(["1|007|0.3|2020-02-29|2020-02-29T12:30:00|12:30:00|true|a, \"b\"\nc", "2|NULL|-0.0015|NULL|NULL|NULL|false|NULL"], await RowsAsync(delta));
        Assert.Equal("long, string, double, date, timestamp, string, boolean, string", string.Join(", ", await delta.InferTypesAsync(_session, default)));
    }

    [Fact]
    public async Task Excel_NumbersThatCouldNotBeHeldExactlyAreNoWholeNumbers()
    {
        DeltaSource delta = await OpenAsync([["id"], ["n:9007199254740992"], ["n:1234567890123456789"]]);

        Assert.Equal(["9007199254740992", "1.2345678901234568E+18"], await RowsAsync(delta));
    }

    [Fact]
    public async Task Excel_RowsAreThoseOfTheSheet()
    {
        DeltaSource delta = await OpenAsync([null, ["id", "name"], ["n:1", "a"], null, [null, ""], ["n:2", "b", null, "surplus"], ["n:3", "c"]]);

        BadRow broken = Assert.Single(await delta.BrokenRowsAsync(_session, 10, default));
        Assert.Equal((6L, "the row goes on to column D, the header has 2 columns", "2,b,,surplus"), (broken.Line, broken.Reason, broken.Text));
        Assert.Equal(["1|1|a", "2|3|c"], await RowsAsync(delta, delta.NumberedRows));
        Assert.Equal([3L, 7L], delta.LinesOf([1, 2], new HashSet<long> { 6 }));
        await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(delta));
    }

    [Fact]
    public async Task Excel_ACultureIsAboutTextCells()
    {
        DeltaSource delta = await OpenAsync([["a", "b"], ["n:1234.5", "1.234,5"]], new() { Culture = TextCulture.Of(System.Globalization.CultureInfo.GetCultureInfo("de-DE")) });

        Assert.Equal(["1234.5|1234.5"], await RowsAsync(delta, $"SELECT {delta.Cast(0, IcebergType.Double).Value}, {delta.Cast(1, IcebergType.Double).Value} FROM ({delta.Rows})"));
    }

    [Fact]
    public async Task Excel_TheContentIsThatOfTheSheet()
    {
        string?[]?[] one = [["id"], ["n:1"]], two = [["id"], ["n:2"]];
        string path = Save(false, ("One", one), ("Two", two), ("Again", one));

        string first = (await OpenAsync(path, new())).ContentHash;
        Assert.NotEqual(first, (await OpenAsync(path, new() { Sheet = "TWO" })).ContentHash);
        Assert.Equal(first, (await OpenAsync(path, new() { Sheet = "Again" })).ContentHash);
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(path, new() { Sheet = "Three" }));
        Assert.Contains("no sheet 'Three'. Its sheets are One, Two, Again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Excel_RefusesWhatIsNoSheetOfRows()
    {
        string path = Path.Combine(_folder.FullName, "broken.xlsx");
        await File.WriteAllTextAsync(path, "PK no workbook");
        Assert.Contains("not a readable Excel workbook", await RefusedAsync(path), StringComparison.Ordinal);
        Assert.Contains("has nothing in its sheet", await RefusedAsync(Save(false, ("Empty", []))), StringComparison.Ordinal);
        Assert.Contains("no name for column B in its header, row 1", await RefusedAsync(Save(false, ("S", [["a", null, "c"]]))), StringComparison.Ordinal);
        Assert.Contains("counts dates from 1904", await RefusedAsync(Save(true, ("S", [["a"], ["d:1"]]))), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<string> RefusedAsync(string path) => (await Assert.ThrowsAsync<IcebergException>(() => OpenAsync(path, new()))).Message;

    private string Save(bool dates1904, params (string, string?[]?[])[] sheets)
    {
        string path = Path.Combine(_folder.FullName, "book.xlsx");
        Workbook.Save(path, dates1904, sheets);
        return path;
    }

    private Task<DeltaSource> OpenAsync(string?[]?[] rows, DeltaReadOptions? options = null) => OpenAsync(Save(false, ("Sheet1", rows)), options ?? new());

    private Task<DeltaSource> OpenAsync(string path, DeltaReadOptions options) => DeltaFile.OpenAsync(_session, path, path, options, default);

    private async Task<List<string>> RowsAsync(DeltaSource delta, string? sql = null)
    {
        List<object?[]> rows = await RowReader.ReadAllAsync(_session, sql ?? delta.Rows, [], ValueForm.Physical, default);
        return [.. rows.Select(r => string.Join('|', r.Select(v => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{v ?? "NULL"}"))))];
    }
}
