using System.Collections.Immutable;
using System.Text;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A sheet of an Excel workbook. Its first row that is not empty has the names of the columns, unless these are given.</summary>
public sealed class ExcelDelta : DeltaSource
{
    private readonly CsvDelta _cells;
    private readonly ExcelSheet _sheet;

    private ExcelDelta(CsvDelta cells, ExcelSheet sheet) => (_cells, _sheet) = (cells, sheet);

    public override string Rows => _cells.Rows;

    public override string NumberedRows => _cells.NumberedRows;

    /// <param name="session">Keeps the cells as text until it is disposed.</param>
    /// <exception cref="IcebergException">DeltaFileInvalid: it is no workbook, or its header is none; InvalidArgument: it has no such sheet.</exception>
    public static async Task<ExcelDelta> OpenAsync(DuckSession session, string name, string path, DeltaReadOptions options, CancellationToken cancel)
    {
        Directory.CreateDirectory(session.SpillFolder);
        string cells = Path.Combine(session.SpillFolder, $"{session.NewName("sheet")}.csv");
        ExcelSheet sheet = await Task.Run(() => ExcelSheet.Write(name, path, options, cells, cancel), cancel).ConfigureAwait(false);
        // The content of the sheet, not of the file: saving a workbook anew changes its bytes, and another sheet of it is another delta.
        string hash = await Deltas.ContentHash.OfFileAsync(cells, cancel).ConfigureAwait(false);
        DeltaReadOptions dialect = options with { Delimiter = ',', Quote = '"', Encoding = Encoding.UTF8 };
        var csv = CsvDelta.Open(name, TextFile.Open(cells, Encoding.UTF8), hash, dialect);
        return new ExcelDelta(csv, sheet) { Name = name, ContentHash = hash, Size = new FileInfo(path).Length, Columns = csv.Columns };
    }

    public override StrictCast Cast(int index, IcebergType type) => _cells.Cast(index, type);

    public override Task<ImmutableArray<IcebergType>> InferTypesAsync(DuckSession session, CancellationToken cancel) =>
        _cells.InferTypesAsync(session, cancel);

    public override Task<IReadOnlyList<BadRow>> BrokenRowsAsync(DuckSession session, long limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<BadRow>>([.. _sheet.Broken.Take((int)Math.Min(limit, int.MaxValue))]);

    public override IReadOnlyList<long> LinesOf(IReadOnlyList<long> numbers, IReadOnlySet<long> broken)
    {
        long[] whole = [.. _sheet.Rows.Select(r => (long)r).Where(r => !broken.Contains(r))];
        return [.. numbers.Select(n => whole[n - 1])];
    }
}
