using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Scan;

namespace DeltaTools.Core.Maintenance;

/// <summary>The rows of one new file: consecutive files, of the first and the last possibly a part.</summary>
/// <param name="From">Position of the first row in the first file.</param>
/// <param name="To">Position after the last row in the last file; null: its end.</param>
internal sealed record OutputSlice(ImmutableArray<FileScanTask> Files, long From, long? To)
{
    /// <summary>A cut this near to the edge of a file, in parts of a new file, is made at the edge, so that the file is read once.</summary>
    private const double Snap = 0.1;

    /// <summary>A condition on the row key of a scan of the files; null when all rows are meant.</summary>
    public string? Condition
    {
        get
        {
            string? from = From == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{Sql.RowKey} >= {From}");
            string? to = To is not { } end ? null
                : string.Create(CultureInfo.InvariantCulture, $"{Sql.RowKey} < {((Files.Length - 1L) << Sql.PositionBits) | end}");
            return from is null || to is null ? from ?? to : $"{from} AND {to}";
        }
    }

    /// <summary>Cuts files, in their order, into parts of even size near the target; rows keep their order.</summary>
    public static ImmutableArray<OutputSlice> Cut(ImmutableArray<FileScanTask> files, long targetFileSize)
    {
        double[] ends = new double[files.Length];
        double total = 0;
        for (int i = 0; i < files.Length; i++) ends[i] = total += RowsDeleted.LiveBytes(files[i]);
        int count = (int)Math.Clamp(Math.Round(total / targetFileSize), 1, 10_000);
        List<(int File, long Row)> cuts = [(0, 0)];
        for (int i = 1; i < count; i++)
        {
            (int, long) cut = CutAt(files, ends, total * i / count, Snap * total / count);
            if (cut.CompareTo(cuts[^1]) > 0 && cut.CompareTo((files.Length, 0)) < 0) cuts.Add(cut);
        }
        cuts.Add((files.Length, 0));
        return [.. cuts.Zip(cuts.Skip(1), (from, to) => Between(files, from, to))];
    }

    private static (int File, long Row) CutAt(ImmutableArray<FileScanTask> files, double[] ends, double at, double snap)
    {
        int file = Array.FindIndex(ends, end => at < end);
        if (file < 0) return (files.Length, 0);
        double start = file == 0 ? 0 : ends[file - 1];
        if (at - start < snap) return (file, 0);
        if (ends[file] - at < snap) return (file + 1, 0);
        long row = (long)(files[file].File.RecordCount * (at - start) / (ends[file] - start));
        return row < files[file].File.RecordCount ? (file, row) : (file + 1, 0);
    }

    private static OutputSlice Between(ImmutableArray<FileScanTask> files, (int File, long Row) from, (int File, long Row) to) => new(
        files[from.File..(to.Row == 0 ? to.File : to.File + 1)], from.Row, to.Row == 0 ? null : to.Row);
}
