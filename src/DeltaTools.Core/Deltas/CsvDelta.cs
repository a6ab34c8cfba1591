using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A CSV file. Fields are text; the table's types decide what it means.</summary>
public sealed class CsvDelta : DeltaSource
{
    private const int LongestLine = 1 << 24;

    private readonly TextFile _file;
    private readonly CsvDialect _dialect;
    private readonly DeltaReadOptions _options;

    private CsvDelta(TextFile file, CsvDialect dialect, DeltaReadOptions options)
    {
        _file = file;
        _dialect = dialect;
        _options = options;
    }

    private bool HasHeader => _options.Header.IsEmpty;

    public override string Rows => $"SELECT * FROM {Read("")}";

    public override string NumberedRows => $"SELECT row_number() OVER () AS ord, * FROM {Read(", ignore_errors = true")}";

    /// <exception cref="IcebergException">DeltaFileInvalid: the file is empty, or its first line is no header.</exception>
    public static CsvDelta Open(string name, TextFile file, string contentHash, DeltaReadOptions options)
    {
        string first = file.FirstLine() ?? throw Invalid(name, "is empty. A CSV delta needs at least a header line.");
        char delimiter = options.Delimiter ?? CsvDialect.DetectDelimiter(first, options.Quote);
        var dialect = new CsvDialect(delimiter, options.Quote, options.Encoding);
        ImmutableArray<string> header = options.Header;
        if (header.IsEmpty)
        {
            using StreamReader text = file.OpenText();
            var records = new CsvRecords(text, delimiter, options.Quote);
            header = [.. records.Next()!.Select(f => f.Text.Trim())];
            // The engine takes the empty line for the header and the header for a row.
            if (records.Line > 1) throw Invalid(name, "begins with an empty line. Remove it, so that the header line is the first.");
        }
        CheckHeader(name, header, delimiter);
        return new CsvDelta(file, dialect, options)
        {
            Name = name,
            ContentHash = contentHash,
            Size = file.Size,
            Columns = [.. header.Select(h => new DeltaColumn(h))],
        };
    }

    public override StrictCast Cast(int index, IcebergType type) => StrictCast.Of(Column(index), type, _options.Culture);

    /// <exception cref="IcebergException">DeltaFileInvalid: the engine cannot tell its rows apart.</exception>
    public override async Task<ImmutableArray<IcebergType>> InferTypesAsync(DuckSession session, CancellationToken cancel)
    {
        try
        {
            return await TypeInference.InferAsync(session, $"SELECT * FROM {Read(", ignore_errors = true")}", Columns, _options.Culture, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    /// <remarks>Found by our own reader, because the engine counts records where people count lines.</remarks>
    public override Task<IReadOnlyList<BadRow>> BrokenRowsAsync(DuckSession session, long limit, CancellationToken cancel)
    {
        var broken = new List<BadRow>();
        using StreamReader text = _file.OpenText();
        CsvRecords records = RowsOf(text);
        try
        {
            while (broken.Count < limit && records.Next() is { } fields)
            {
                cancel.ThrowIfCancellationRequested();
                string? reason = fields.Count != Columns.Length ? $"the row has {fields.Count} fields, the header has {Columns.Length}"
                    : records.HasStrayText ? "a field goes on after its closing quote" : null;
                if (reason is not null)
                    broken.Add(new(Name, records.Line, null, null, reason) { Text = string.Join(_dialect.Delimiter, fields.Select(_dialect.Write)) });
            }
        }
        catch (IcebergException endless)
        {
            broken.Add(new(Name, records.Line, null, null, endless.Message));
        }
        return Task.FromResult<IReadOnlyList<BadRow>>(broken);
    }

    public override IReadOnlyList<long> LinesOf(IReadOnlyList<long> numbers, IReadOnlySet<long> broken)
    {
        var lines = new List<long>();
        using StreamReader text = _file.OpenText();
        CsvRecords records = RowsOf(text);
        for (long number = 0; lines.Count < numbers.Count && records.Next() is not null;)
        {
            if (!broken.Contains(records.Line) && ++number == numbers[lines.Count]) lines.Add(records.Line);
        }
        return lines;
    }

    /// <remarks>A blank line of a single column may be a row.</remarks>
    public override long? CountRows()
    {
        if (Columns.Length == 1) return null;
        using StreamReader text = _file.OpenText();
        CsvRecords records = RowsOf(text);
        try
        {
            long rows = 0;
            while (records.Next() is not null) rows++;
            return rows;
        }
        catch (IcebergException)
        {
            // A quoted field does not end: what follows is no rows to count.
            return null;
        }
    }

    public override IcebergException? Explain(IcebergException error) => CsvFailure.Of(Name, _file, "CSV", error);

    /// <summary>The records after the header.</summary>
    private CsvRecords RowsOf(StreamReader text)
    {
        var records = new CsvRecords(text, _dialect.Delimiter, _dialect.Quote);
        if (HasHeader) records.Next();
        return records;
    }

    private string Read(string more)
    {
        string columns = string.Join(", ", Enumerable.Range(0, Columns.Length).Select(i => $"{Column(i)}: 'VARCHAR'"));
        IEnumerable<string> nulls = _options.NullValue.Prepend("").Distinct().Select(Sql.Text);
        string quote = Sql.Text(_dialect.Quote.ToString());
        return $"read_csv({Sql.Path(_file.Path)}, auto_detect = false, header = {(HasHeader ? "true" : "false")}, columns = {{{columns}}}, "
            + $"delim = {Sql.Text(_dialect.Delimiter.ToString())}, quote = {quote}, escape = {quote}, nullstr = [{string.Join(", ", nulls)}], "
            + $"allow_quoted_nulls = false, strict_mode = true{_file.EngineOptions(LongestLine)}{more})";
    }

    private static void CheckHeader(string name, ImmutableArray<string> header, char delimiter)
    {
        int empty = header.IndexOf("");
        if (empty >= 0) throw Invalid(name, $"has no name for column {empty + 1} in its header line. Name every column, or check -Delimiter (it is '{Show(delimiter)}').");
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Invalid(name, $"names column '{twice.Key}' {twice.Count()} times in its header line.");
    }

    private static string Show(char delimiter) => delimiter == '\t' ? "tab" : delimiter.ToString();

    private static IcebergException Invalid(string name, string what) => new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' {what}");
}
