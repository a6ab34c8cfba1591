using System.Collections.Immutable;
using System.Text;

namespace DeltaTools.Core.Deltas;

/// <summary>How delta files are read.</summary>
public sealed record DeltaReadOptions
{
    public DeltaFormat Format { get; init; } = DeltaFormat.Auto;

    /// <summary>CSV: between fields. Null: what occurs most often in the header among comma, semicolon, tab and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>CSV: around fields with special characters.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>CSV and Excel: column names of a file without a header line; empty when its first line holds them.</summary>
    public ImmutableArray<string> Header { get; init; } = [];

    /// <summary>CSV and Excel: unquoted texts that mean NULL, besides the empty field.</summary>
    public ImmutableArray<string> NullValue { get; init; } = [];

    /// <summary>CSV and JSON lines: text encoding; a byte order mark wins.</summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    /// <summary>Excel: name of the sheet, in any case. Null: the first.</summary>
    public string? Sheet { get; init; }

    public TextCulture Culture { get; init; } = TextCulture.Invariant;
}

public enum DeltaFormat
{
    /// <summary>By the file's extension: .csv, .txt, .tsv, .tab, .jsonl, .ndjson, .json, each also with .gz or .zst, and .parquet, .pq, .xlsx, .xlsm.</summary>
    Auto,
    Csv,
    /// <summary>CSV with tabs between fields.</summary>
    Tsv,
    JsonLines,
    Parquet,
    /// <summary>A sheet of a workbook.</summary>
    Excel,
}
