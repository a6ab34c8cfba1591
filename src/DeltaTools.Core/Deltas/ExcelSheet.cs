using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MiniExcelLibs;

namespace DeltaTools.Core.Deltas;

/// <summary>Writes the cells of a sheet as CSV, so that they are read and checked as any other text.</summary>
/// <remarks>
/// Numbers are written as Excel shows them, to 15 digits; whole numbers that Excel could not hold exactly get an exponent, which no whole
/// number has, so they are refused and not changed. Dates are written in ISO form. An empty cell and an empty text are NULL.
/// </remarks>
internal sealed class ExcelSheet
{
    private const double LargestExact = 1L << 53;
    private static readonly char[] Special = [',', '"', '\r', '\n'];

    private readonly List<int> _rows = [];
    private readonly List<BadRow> _broken = [];
    private readonly string _name;
    private readonly char _decimalSeparator;
    private int _width;

    private ExcelSheet(string name, DeltaReadOptions options) =>
        (_name, _decimalSeparator, _width) = (name, options.Culture.DecimalSeparator, options.Header.Length);

    /// <summary>Row in the sheet of each record, in order.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Rows with more cells than the header has.</summary>
    public IReadOnlyList<BadRow> Broken => _broken;

    /// <param name="target">The CSV file to write.</param>
    /// <exception cref="IcebergException">DeltaFileInvalid: it is no workbook, or its header is none; InvalidArgument: it has no such sheet.</exception>
    public static ExcelSheet Write(string name, string path, DeltaReadOptions options, string target, CancellationToken cancel)
    {
        var sheet = new ExcelSheet(name, options);
        try
        {
            RefuseOtherDates(name, path);
            using StreamWriter writer = new(target, append: false, new UTF8Encoding(false));
            sheet.Copy(MiniExcel.Query(path, useHeaderRow: false, SheetName(name, path, options.Sheet), ExcelType.XLSX), writer, cancel);
            return sheet;
        }
        // What a library makes of a damaged file is not to be foreseen.
        catch (Exception e) when (e is not (IcebergException or OperationCanceledException or OutOfMemoryException))
        {
            throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
                $"The delta file '{name}' is not a readable Excel workbook (.xlsx); it may be truncated or protected by a password: {e.Message}", e);
        }
    }

    private static string SheetName(string name, string path, string? wanted)
    {
        List<string> sheets = MiniExcel.GetSheetNames(path);
        if (wanted is null) return sheets[0];
        return sheets.Find(s => s.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw IcebergException.Invalid($"'{name}' has no sheet '{wanted}'. Its sheets are {string.Join(", ", sheets)}.");
    }

    /// <summary>Workbooks of old Macs count days from 1904, and the library does not know.</summary>
    private static void RefuseOtherDates(string name, string path)
    {
        using ZipArchive workbook = ZipFile.OpenRead(path);
        if (workbook.GetEntry("xl/workbook.xml") is not { } entry) return;
        using StreamReader text = new(entry.Open());
        if (Regex.IsMatch(text.ReadToEnd(), @"\sdate1904\s*=\s*[""'](1|true)[""']", RegexOptions.CultureInvariant))
            throw IcebergException.Unsupported($"'{name}' counts dates from 1904. Turn that off in Excel's options, or save the sheet as CSV.");
    }

    private void Copy(IEnumerable<dynamic> rows, StreamWriter writer, CancellationToken cancel)
    {
        int number = 0;
        foreach (IDictionary<string, object?> cells in rows)
        {
            cancel.ThrowIfCancellationRequested();
            number++;
            string[] texts = [.. cells.Values.Select(v => v is null ? "" : Text(v))];
            int last = Array.FindLastIndex(texts, t => t.Length > 0);
            if (last < 0) continue;
            if (_width == 0)
            {
                int unnamed = Array.FindIndex(texts, 0, last, string.IsNullOrWhiteSpace);
                if (unnamed >= 0) throw Invalid($"has no name for column {cells.Keys.ElementAt(unnamed)} in its header, row {number} of the sheet.");
                _width = last + 1;
            }
            else
            {
                _rows.Add(number);
                if (last >= _width) _broken.Add(new(_name, number, null, null, $"the row goes on to column {cells.Keys.ElementAt(last)}, the header has {_width} columns") { Text = string.Join(',', texts) });
            }
            // A row that is too long stays so, and is refused for it.
            Array.Resize(ref texts, Math.Max(last + 1, _width));
            writer.Write(string.Join(',', texts.Select(t => t is null ? "" : Quoted(t))));
            writer.Write('\n');
        }
        if (_width == 0) throw Invalid("has nothing in its sheet. A delta without rows still needs its header.");
    }

    private string Text(object value) => value switch
    {
        double whole when Math.Abs(whole) <= LargestExact && Math.Truncate(whole) == whole => ((long)whole).ToString(CultureInfo.InvariantCulture),
        double number => number.ToString(Math.Truncate(number) == number ? "R" : "G15", CultureInfo.InvariantCulture).Replace('.', _decimalSeparator),
        bool flag => flag ? "true" : "false",
        // A time alone is a fraction of the day before the first.
        DateTime { Year: < 1900 } time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTime date => date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        // Fractions of a day are near the millisecond that is meant.
        TimeSpan time => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds)).ToString("g", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(Special) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private IcebergException Invalid(string what) => new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{_name}' {what}");
}
