using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Opens delta files, whatever their format.</summary>
public static class DeltaFile
{
    /// <param name="name">How results and errors call it.</param>
    /// <param name="path">Where it lies on this machine.</param>
    /// <exception cref="IcebergException">DeltaFileInvalid: it is missing, empty, broken, or of unknown format.</exception>
    public static async Task<DeltaSource> OpenAsync(DuckSession session, string name, string path, DeltaReadOptions options, CancellationToken cancel)
    {
        if (!File.Exists(path)) throw new IcebergException(IcebergErrorKind.DeltaFileInvalid, $"There is no delta file '{name}'.");
        DeltaFormat format = options.Format == DeltaFormat.Auto ? FormatOf(name) : options.Format;
        if (new FileInfo(path).Length == 0) throw new IcebergException(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is empty. {NeedOf(format)}");
        // The hash of what is in a compressed file comes with the proof that it is whole.
        bool isText = format is DeltaFormat.Csv or DeltaFormat.Tsv or DeltaFormat.JsonLines;
        string hash = format == DeltaFormat.Excel ? ""
            : await (isText && CompressedFile.Is(path) ? CompressedFile.CheckAsync(name, path, cancel) : ContentHash.OfFileAsync(path, cancel)).ConfigureAwait(false);
        if (format == DeltaFormat.Tsv) options = options with { Delimiter = options.Delimiter ?? '\t' };
        DeltaSource delta = format switch
        {
            DeltaFormat.Csv or DeltaFormat.Tsv => CsvDelta.Open(name, await OpenTextAsync(session, path, options, cancel).ConfigureAwait(false), hash, options),
            DeltaFormat.JsonLines => await JsonLinesDelta.OpenAsync(
                session, name, await OpenTextAsync(session, path, options, cancel).ConfigureAwait(false), hash, options.Culture, new Dictionary<string, IcebergType>(), cancel).ConfigureAwait(false),
            DeltaFormat.Excel => await ExcelDelta.OpenAsync(session, name, path, options, cancel).ConfigureAwait(false),
            _ => await ParquetDelta.OpenAsync(session, name, path, hash, cancel).ConfigureAwait(false),
        };
        delta.LastWritten = File.GetLastWriteTimeUtc(path);
        return delta;
    }

    /// <summary>Pipeline objects that were written to a file as JSON lines.</summary>
    /// <param name="types">Types of the columns whose values have one.</param>
    public static async Task<DeltaSource> OpenObjectsAsync(
        DuckSession session, string path, IReadOnlyDictionary<string, IcebergType> types, CancellationToken cancel) =>
        await JsonLinesDelta.OpenAsync(
            session, "pipeline", TextFile.Open(path, System.Text.Encoding.UTF8), await ContentHash.OfFileAsync(path, cancel).ConfigureAwait(false),
            TextCulture.Invariant, types, cancel).ConfigureAwait(false);

    private static Task<TextFile> OpenTextAsync(DuckSession session, string path, DeltaReadOptions options, CancellationToken cancel) =>
        TextFile.Open(path, options.Encoding).ForEngineAsync(session, cancel);

    /// <summary>What a file without rows must still hold.</summary>
    private static string NeedOf(DeltaFormat format) => format switch
    {
        DeltaFormat.Csv or DeltaFormat.Tsv => "A delta without rows still needs its header line.",
        DeltaFormat.JsonLines => JsonLinesDelta.Need,
        _ => $"It is no {(format == DeltaFormat.Excel ? "workbook" : "Parquet file")}.",
    };

    private static DeltaFormat FormatOf(string name)
    {
        string file = name;
        foreach (string compression in new[] { ".gz", ".zst" })
        {
            if (file.EndsWith(compression, StringComparison.OrdinalIgnoreCase)) file = file[..^compression.Length];
        }
        return Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".CSV" or ".TXT" => DeltaFormat.Csv,
            ".TSV" or ".TAB" => DeltaFormat.Tsv,
            ".JSONL" or ".NDJSON" or ".JSON" => DeltaFormat.JsonLines,
            ".PARQUET" or ".PQ" => DeltaFormat.Parquet,
            ".XLSX" or ".XLSM" => DeltaFormat.Excel,
            var other => throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
                $"The format of '{name}' cannot be told from its extension '{other}'. Name it with -Format Csv, Tsv, JsonLines, Parquet or Excel."),
        };
    }
}
