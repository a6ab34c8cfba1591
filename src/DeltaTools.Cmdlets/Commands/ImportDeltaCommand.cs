using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Appends change files ("deltas"), or objects from the pipeline, to a raw table.</summary>
/// <remarks>
/// <para>Every row is kept for ever, with the date it was received in column date_received. The table is made from the first delta with rows when it is absent:
/// whole numbers become long, or decimal when no long holds them, other numbers double, ISO dates date, ISO timestamps timestamp, true and false boolean, the rest string.</para>
/// <para>Values must be what the table's columns say: nothing is rounded, cut or guessed. Rows that do not fit are named with file, line, column and value;
/// more than -ErrorLimit of them, and nothing of the file is imported.</para>
/// <para>In CSV an unquoted empty field is NULL, a quoted one the empty string. A column that a delta does not carry is unchanged, not NULL: column
/// absent_columns, which is added when it is needed, remembers that.</para>
/// <para>Rows of one key and date count in the order in which they stand in the files. Where the table is partitioned by more than the date received, column delta_row, which is
/// added then, keeps that order: the number of a row among those of its import. Merges go by it and copy it nowhere.</para>
/// <para>A sheet of an Excel workbook (.xlsx) is read as Excel shows it: numbers to 15 digits, dates, texts; an empty cell is NULL. Errors name the row of the sheet.</para>
/// <para>The same content for the same date is imported once, whatever the file is called and however it is compressed: the second time the status is AlreadyImported.</para>
/// <para>-WhatIf reads and checks the files, and tells their rows, those that do not fit, what the table's columns would become, and what was imported before.</para>
/// <para>All files of one call are one commit. A file that is refused is an error, and the others are imported.</para>
/// </remarks>
/// <example>Import one day's file<code>Import-Delta ./employees-2021-01-01.csv -Table hr.raw_deltas -DateReceived 2021-01-01</code></example>
/// <example>Import all files of a folder in one commit, semicolons and German numbers<code>Import-Delta ./in/*.csv -Table hr.raw_deltas -Delimiter ';' -Culture de-DE</code></example>
/// <example>Take the date received from the names of the files<code>Import-Delta ./in/employees-*.csv -Table hr.raw_deltas -DatePattern 'employees-(?&lt;date&gt;\d{4}-\d{2}-\d{2})'</code></example>
/// <example>Keep the rows that do not fit apart<code>Import-Delta ./day1.csv -Table hr.raw_deltas -Quarantine hr.raw_quarantine; Restore-DeltaQuarantine hr.raw_quarantine -Correct { $_.Row.department_id = 7 }</code></example>
/// <example>Import a file that holds every row there is<code>Import-Delta ./all-employees.csv -Table hr.raw_deltas -Mode FullExtract -Key employee_id -DateReceived 2021-01-02</code></example>
/// <example>Import a sheet of an Excel workbook<code>Import-Delta ./changes.xlsx -Sheet January -Table hr.raw_deltas -DateReceived 2021-01-31</code></example>
/// <example>Import objects<code>$changes | Import-Delta -Table hr.raw_deltas -DateReceived 2021-01-02</code></example>
[Cmdlet(VerbsData.Import, "Delta", SupportsShouldProcess = true, DefaultParameterSetName = PathSet, HelpUri = Help.Root + "Import-Delta.md")]
[OutputType(typeof(DeltaImport))]
public sealed class ImportDeltaCommand : CatalogCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string ObjectSet = "InputObject";

    private const string Example = "hr.raw_deltas";
    private const string Action = "Import delta";

    private readonly List<string> _files = [];
    private ObjectSpool? _objects;

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, with their names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Objects whose properties are the columns. Files (from Get-ChildItem) and paths are taken as files.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ObjectSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>The raw table, such as hr.raw_deltas. It is made when it is absent.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The date on which the rows were received.</summary>
    /// <value>the delta's own column date_received, else today</value>
    [Parameter]
    [DateTransformation]
    public DateOnly? DateReceived { get; set; }

    /// <summary>Column of the delta with the date on which each row was received.</summary>
    /// <value>date_received, if the delta has it</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DateColumn { get; set; }

    /// <summary>Regular expression that finds the date received in the name of the file: by its group date, as 2021-01-31 or 20210131, or by its
    /// groups year, month and day.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatePattern { get; set; }

    /// <summary>Takes the day on which the file was last written as the date received.</summary>
    [Parameter]
    public SwitchParameter FileDate { get; set; }

    /// <summary>What the files hold. Delta: changes, with a flag for deleted rows. FullExtract: every row there is; what is new or changed is imported, and
    /// tombstones of the keys that are missing. It needs -Key; the files must come in the order of their dates, one a date.</summary>
    /// <value>Delta</value>
    [Parameter]
    public ImportMode Mode { get; set; }

    /// <summary>With -Mode FullExtract, the keys that may be missing from a file, in percent of those that were there: a file that was cut short is refused.</summary>
    /// <value>20</value>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double MaxDeletePercent { get; set; } = FullExtract.DefaultMaxDeletePercent;

    /// <summary>Columns that every row must have a value in, as the later merge needs it of its keys. Without it that is left to the merge.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Key { get; set; } = [];

    /// <summary>Format of the files: Auto goes by their extension.</summary>
    /// <value>Auto</value>
    [Parameter]
    public DeltaFormat Format { get; set; }

    /// <summary>Excel: the sheet.</summary>
    /// <value>the first</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Sheet { get; set; }

    /// <summary>CSV: what stands between fields.</summary>
    /// <value>what the header line shows: comma, semicolon, tab or bar</value>
    [Parameter]
    public char? Delimiter { get; set; }

    /// <summary>CSV: what stands around fields that hold special characters.</summary>
    /// <value>"</value>
    [Parameter]
    public char Quote { get; set; } = '"';

    /// <summary>CSV: text encoding. A byte order mark in the file wins.</summary>
    /// <value>utf-8</value>
    [Parameter]
    [EncodingTransformation]
    public Encoding Encoding { get; set; } = Encoding.UTF8;

    /// <summary>How numbers and dates are written, such as de-DE: dates, times and timestamps as its short and long patterns say, numbers with or without its group
    /// separators. Where thousands are parted by a space or an apostrophe, every kind of it will do. ISO dates are always understood.</summary>
    /// <value>point as decimal separator, dates as 2021-01-31</value>
    [Parameter]
    public CultureInfo? Culture { get; set; }

    /// <summary>CSV and Excel: names of the columns of a file without a header line.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Header { get; set; } = [];

    /// <summary>CSV and Excel: unquoted texts that mean NULL, besides the empty field.</summary>
    [Parameter]
    public string[] NullValue { get; set; } = [];

    /// <summary>Rows of a file that may be refused; one more, and nothing of the file is imported.</summary>
    /// <value>0; with -Quarantine any number</value>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? ErrorLimit { get; set; }

    /// <summary>Table that takes the refused rows, such as hr.raw_quarantine, with the reason for each. It is made when it is absent.
    /// Restore-DeltaQuarantine imports them once they are corrected.</summary>
    [Parameter]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument? Quarantine { get; set; }

    /// <summary>What may be done about columns that the table does not have, or that are wider than its own: nothing, AddColumn, or Widen, which adds columns too.</summary>
    /// <value>None</value>
    [Parameter]
    public SchemaEvolution SchemaEvolution { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        switch (ParameterSetName)
        {
            case PathSet:
                foreach (string path in Path) AddFiles(path);
                break;
            case LiteralPathSet:
                _files.AddRange(LiteralPath.Select(FullPath));
                break;
            default:
                if (InputObject.BaseObject is FileSystemInfo file) _files.Add(file.FullName);
                else if (InputObject.BaseObject is string path) AddFiles(path);
                else (_objects ??= new()).Add(InputObject);
                break;
        }
        return Task.CompletedTask;
    }

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        if (_files.Count == 0 && _objects is null) return;
        ErrorTarget = Table.Text;
        TableIdentifier name = Table.Identifier(Example);
        if (Mode == ImportMode.FullExtract && Key.Length == 0) throw IcebergException.Invalid("-Mode FullExtract needs -Key: the columns that identify a row.");
        var options = new DeltaImportOptions
        {
            Date = Date(),
            Key = [.. Key],
            ErrorLimit = ErrorLimit,
            Quarantine = Quarantine?.Identifier(Example),
            SchemaEvolution = SchemaEvolution,
        };
        IcebergCatalog connection = await ConnectionAsync(Table, cancel);
        string what = _objects is null ? _files.Count == 1 ? _files[0] : $"{_files.Count} files" : $"{ViewFormat.Count(_objects.Count)} objects";
        if (!IsWhatIf && !Confirmed($"{what} into {name}", Action)) return;

        using DuckSession session = DuckSession.Open(connection.Engine);
        List<DeltaSource> deltas = await OpenAsync(session, cancel);
        if (deltas.Count == 0) return;
        WriteVerbose($"Importing {string.Join(", ", deltas.Select(d => $"{d.Name} ({ViewFormat.Bytes(d.Size)})"))} into {name}.");
        var rejected = new List<BadRow>();
        var importer = new DeltaImporter(session, connection.Catalog, name, options)
        {
            Reject = rejected.Add,
            Derive = Mode == ImportMode.FullExtract ? new FullExtract(session, options.Key, MaxDeletePercent).DeriveAsync : null,
        };
        IReadOnlyList<DeltaOutcome> outcomes = await WithProgress(
            $"Importing into {name}", what, session, IsWhatIf ? importer.TryAsync(deltas, cancel) : importer.ImportAsync(deltas, cancel));
        if (!IsWhatIf) RunspaceSession.Current.Completions.Clear();
        Report(outcomes, rejected, new TableArgument(name.ToString()) { Connection = connection });
    }

    private DateSource Date()
    {
        string[] given = [.. new[] { nameof(DateReceived), nameof(DateColumn), nameof(DatePattern), nameof(FileDate) }.Where(MyInvocation.BoundParameters.ContainsKey)];
        if (given.Length > 1) throw IcebergException.Invalid($"The date received can come from one source only, not from {string.Join(" and ", given.Select(g => "-" + g))}.");
        if (DateReceived is { } date) return new DateSource.Fixed(date);
        if (DateColumn is not null) return new DateSource.Column(DateColumn);
        if (DatePattern is not null) return new DateSource.FileName(Pattern(DatePattern));
        return FileDate ? DateSource.FileTime : DateSource.Own;
    }

    private static Regex Pattern(string text)
    {
        try
        {
            var pattern = new Regex(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            string[] groups = pattern.GetGroupNames();
            if (groups.Contains("date") || (groups.Contains("year") && groups.Contains("month") && groups.Contains("day"))) return pattern;
        }
        catch (ArgumentException e)
        {
            throw IcebergException.Invalid($"-DatePattern '{text}' is no regular expression: {e.Message}", e);
        }
        throw IcebergException.Invalid($"-DatePattern '{text}' has no group that is the date. Write it as in 'employees-(?<date>\\d{{4}}-\\d{{2}}-\\d{{2}})'.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _objects?.Dispose();
        base.Dispose(disposing);
    }

    private void AddFiles(string path) => _files.AddRange(Expand(path, IcebergErrorKind.DeltaFileInvalid));

    /// <summary>A file that cannot be opened is an error of its own; the others go on.</summary>
    private async Task<List<DeltaSource>> OpenAsync(DuckSession session, CancellationToken cancel)
    {
        var options = new DeltaReadOptions
        {
            Format = Format,
            Sheet = Sheet,
            Delimiter = Delimiter,
            Quote = Quote,
            Encoding = Encoding,
            Header = [.. Header],
            NullValue = [.. NullValue],
            Culture = TextCulture.Of(Culture),
        };
        var deltas = new List<DeltaSource>();
        foreach (string file in _files)
        {
            try
            {
                deltas.Add(await DeltaFile.OpenAsync(session, file, file, options, cancel));
            }
            catch (IcebergException e)
            {
                WriteError(ErrorRecords.From(e, file));
            }
        }
        if (_objects is { } objects)
        {
            objects.Complete();
            deltas.Add(await DeltaFile.OpenObjectsAsync(session, objects.Path, objects.Types, cancel));
        }
        return deltas;
    }

    /// <summary>What an import would do.</summary>
    private static string Describe(DeltaTools.Core.Deltas.DeltaImport import)
    {
        if (import.Status == DeltaImportStatus.AlreadyImported)
            return $"{import.Source} into {import.Table}: nothing to do, its content was imported before{(import.SnapshotId is { } snapshot ? $" (snapshot {snapshot})" : "")}";
        string rejected = import.Rejected == 0 ? "" : $", {ViewFormat.Count(import.Rejected)} rejected";
        return $"{import.Source} into {import.Table}: {ViewFormat.Counted(import.Rows, "row")}{rejected}, received {ViewFormat.Date(import.DateReceived)}{string.Concat(import.Notes.Select(n => $"; {n}"))}";
    }

    private void Report(IReadOnlyList<DeltaOutcome> outcomes, List<BadRow> rejected, TableArgument table)
    {
        foreach (BadRow row in rejected) WriteError(ErrorRecords.Of(row));
        foreach (DeltaOutcome outcome in outcomes)
        {
            if (outcome.Import is { } import)
            {
                foreach (string note in IsWhatIf ? [] : import.Notes) WriteVerbose($"{import.Source}: {note}.");
                if (import.DateReceived > DateOnly.FromDateTime(DateTime.Today)) WriteWarning($"{import.Source} has the date received {import.DateReceived:yyyy-MM-dd}, which lies in the future.");
                if (import.NewestBefore is { } newest) WriteWarning($"{import.Source} is late: {table.Text} has rows up to {newest:yyyy-MM-dd} already. The next merge fits its rows in by their dates.");
                if (IsWhatIf) Confirmed(Describe(import), Action);
                else WriteObject(new DeltaImport(table, import));
            }
        }
        // At the end, so that with -ErrorAction Stop the results of the files that went well are out.
        foreach (DeltaOutcome outcome in outcomes.Where(o => o.Refused is not null)) WriteError(ErrorRecords.From(outcome.Refused!, outcome.Delta.Name));
    }
}
