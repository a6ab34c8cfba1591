using System.Globalization;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Imports rows that Import-Delta put into a quarantine, once they are corrected.</summary>
/// <remarks>
/// <para>-Correct is run for each row, with the row as $_: change $_.Row, whose properties are the columns. $_.Reason, $_.Column and $_.Value tell
/// what is wrong, $_.Source and $_.Line where the row came from. A row whose structure is broken has no $_.Row but $_.Text: give it a $_.Row.
/// Set $_.Row to $null to leave a row where it is.</para>
/// <para>Without -Correct the rows are tried as they are: after columns of the raw table were widened or added, for example.</para>
/// <para>The quarantine is a table: Get-IcebergData shows its rows.</para>
/// <para>Rows that fit go into their raw table with the date received of their delta, and out of the quarantine. The others are errors and stay.</para>
/// </remarks>
/// <example>Correct a column<code>Restore-DeltaQuarantine hr.raw_quarantine -Correct { if ($_.Column -eq 'department_id') { $_.Row.department_id = $null } }</code></example>
/// <example>Try the rows of one file again<code>Restore-DeltaQuarantine hr.raw_quarantine -Filter "source like '%day1.csv'"</code></example>
[Cmdlet(VerbsData.Restore, "DeltaQuarantine", SupportsShouldProcess = true, HelpUri = Help.Root + "Restore-DeltaQuarantine.md")]
[OutputType(typeof(QuarantineRestore))]
public sealed class RestoreDeltaQuarantineCommand : CatalogCmdlet
{
    /// <summary>The quarantine.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>Corrects one row, which is $_.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? Correct { get; set; }

    /// <summary>Which rows: a condition such as "source like '%day1.csv' and column_name = 'sex'".</summary>
    /// <value>all rows</value>
    [Parameter]
    public string? Filter { get; set; }

    /// <summary>How numbers and dates in the rows are written, such as de-DE.</summary>
    /// <value>point as decimal separator, dates as 2021-01-31</value>
    [Parameter]
    public CultureInfo? Culture { get; set; }

    /// <summary>Columns that every row must have a value in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Key { get; set; } = [];

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable table = await OpenAsync(Table, cancel);
        if (table.Table.Catalog is not { } catalog) throw IcebergException.Invalid($"{table.Name} is opened by its path and can only be read.");
        using DuckSession session = DuckSession.Open(table.Engine);
        IReadOnlyList<QuarantinedRow> stored = await new Quarantine(session, table.Table)
            .ReadAsync(Filter is null ? Predicate.True : FilterParser.Parse(Filter), cancel);
        IReadOnlyList<QuarantinedRow> rows = Correct is null ? stored : Corrected(stored);
        int whole = rows.Count(r => r.Row is not null);
        if (whole == 0) WriteVerbose($"{table.Name} has no rows to restore.");
        if (whole == 0 || !Confirmed($"{ViewFormat.Counted(whole, "row")} of {table.Name} into {string.Join(", ", rows.Select(r => r.RawTable).Distinct())}", "Restore")) return;

        var rejected = new List<BadRow>();
        var replay = new QuarantineReplay(session, catalog, table.Table)
        {
            Culture = TextCulture.Of(Culture),
            Key = [.. Key],
            Reject = rejected.Add,
        };
        IReadOnlyList<QuarantineReplayed> results = await WithProgress($"Restoring {table.Name}", $"{whole} rows", session, replay.ReplayAsync(rows, cancel));
        RunspaceSession.Current.Completions.Clear();
        foreach (BadRow row in rejected) WriteError(ErrorRecords.Of(row));
        foreach (QuarantineReplayed result in results) WriteObject(new QuarantineRestore(new TableArgument(result.RawTable) { Connection = table.Source.Connection }, result));
    }

    /// <summary>The rows as the script block leaves them.</summary>
    private List<QuarantinedRow> Corrected(IReadOnlyList<QuarantinedRow> stored)
    {
        QuarantinedDeltaRow[] rows = [.. stored.Select(r => new QuarantinedDeltaRow(r, r.Row is null ? null : JsonRows.Parse(r.Row)))];
        using ObjectSpool spool = new();
        foreach (QuarantinedDeltaRow row in rows)
        {
            Correct!.InvokeWithContext(null, [new PSVariable("_", row)]);
            if (row.Row is not null) spool.Add(row.Row);
        }
        spool.Complete();
        using IEnumerator<string> lines = File.ReadLines(spool.Path).GetEnumerator();
        return [.. rows.Select(row => row.Stored with { Row = row.Row is not null && lines.MoveNext() ? lines.Current : null })];
    }
}
