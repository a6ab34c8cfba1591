using System.Collections.Immutable;
using System.Globalization;
using System.Management.Automation;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Shows which rows changed from one snapshot of a table to another.</summary>
/// <remarks>
/// <para>Each change is an object with Change (Insert, Delete, UpdateBefore, UpdateAfter), the SnapshotId that made it, and the columns. An update is
/// two objects: the row as it was, and as it became.</para>
/// <para>Only true changes come, however they were written: by new files, rewritten files, position deletes, deletion vectors or equality
/// deletes. A compaction changes no rows.</para>
/// <para>Without -From and -To the last snapshot is compared with the one before it. The changes of all snapshots between come one after the other;
/// -Net compares the two states only, so a row that was changed and changed back does not appear.</para>
/// <para>Rows are the same row by their row id in tables of format version 3, else by -Key; by the key also where the ids tell nothing, as of rows that Undo-IcebergMerge
/// brought back, or that two branches got each for itself. Without a key a change is a Delete and an Insert. Equal rows are no change.</para>
/// </remarks>
/// <example>What the last commit changed<code>Compare-IcebergSnapshot hr.employee</code></example>
/// <example>What a merge changed<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -ReportDate 2021-01-03 | Compare-IcebergSnapshot</code></example>
/// <example>All changes since a snapshot, counted<code>Compare-IcebergSnapshot hr.employee -From 5781947118336215154 -Summary</code></example>
/// <example>How a branch differs from main<code>Compare-IcebergSnapshot hr.employee -From main -To audit -Net</code></example>
[Cmdlet(VerbsData.Compare, "IcebergSnapshot", HelpUri = Help.Root + "Compare-IcebergSnapshot.md")]
[OutputType(typeof(PSObject))]
public sealed class CompareIcebergSnapshotCommand : TableReadCmdlet
{
    /// <summary>The state before: id of a snapshot, name of a branch or tag, or 0 for the empty table before the first snapshot.</summary>
    /// <value>the snapshot before -To</value>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public string? From { get; set; }

    /// <summary>The state after: id of a snapshot, or name of a branch or tag.</summary>
    /// <value>the current snapshot</value>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("SnapshotId"), AllowNull, AllowEmptyString, ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public string? To { get; set; }

    /// <summary>Columns by which a row before and a row after are the same.</summary>
    /// <value>the row id in format version 3; then the identifier fields, else the key of the last merge</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Compares the two states only, and not the snapshots between them.</summary>
    [Parameter]
    public SwitchParameter Net { get; set; }

    /// <summary>Writes how many rows changed instead of the rows.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        bool isPiped = MyInvocation.ExpectingInput && MyInvocation.BoundParameters.ContainsKey(nameof(To));
        // A merge that had nothing to do has no snapshot, and so no changes.
        if (isPiped && string.IsNullOrEmpty(To)) return;
        (Snapshot? after, Schema schema) = string.IsNullOrEmpty(To) ? SnapshotSelection.Current(metadata) : Selected(metadata, To);
        if (after is null) return;
        long? from = From is null ? after.ParentSnapshotId : From == "0" ? null : Selected(metadata, From).Snapshot?.SnapshotId;
        if (from is { } id && metadata.Snapshot(id) is null) SnapshotSelection.ById(metadata, id);

        ImmutableArray<ChangeStep>? steps = ChangeFeed.Steps(metadata, from, after.SnapshotId);
        if (steps is null && !Net)
            WriteWarning($"Snapshot {after.SnapshotId} of {table.Name} does not follow from {from}, or snapshots between have expired, so only the net changes are shown.");
        if (steps is null || Net) steps = from == after.SnapshotId ? [] : [new ChangeStep(from is { } before ? metadata.Snapshot(before) : null, after)];

        var identity = RowIdentity.Of(schema, Key.Length > 0 ? Key : [.. TableKey.Of(metadata).Where(k => schema.FindFieldIgnoreCase(k) is not null)], prefersLineage: Key.Length == 0);
        using DuckSession session = DuckSession.Open(table.Engine);
        var feed = new ChangeFeed(session, table.Table.Store, metadata, schema, identity);
        RowFactory rows = new(schema.Fields, "Change", "SnapshotId");
        MeasuredRows output = new(WriteObject);
        foreach (ChangeStep step in steps)
        {
            await using ChangeSet changes = await WithProgress(
                $"Comparing {table.Name}", $"snapshot {step.After.SnapshotId}", session, feed.OpenAsync(step.Before, step.After, cancel));
            if (Summary) WriteObject(new SnapshotChanges(table, step, await changes.CountAsync(cancel)));
            else await WriteAsync(changes, step, rows, output, cancel);
        }
        output.Flush();
    }

    private static async Task WriteAsync(ChangeSet changes, ChangeStep step, RowFactory rows, MeasuredRows output, CancellationToken cancel)
    {
        await foreach (RowBatch batch in changes.ReadAsync(cancel))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var change = (RowChange)Convert.ToInt32(batch[i, 0], CultureInfo.InvariantCulture);
                output.Add(rows.Row(batch, i, change, step.After.SnapshotId));
            }
        }
    }

    private static (Snapshot? Snapshot, Schema Schema) Selected(TableMetadata metadata, string text)
    {
        if (!long.TryParse(text, CultureInfo.InvariantCulture, out long id)) return SnapshotSelection.ByRef(metadata, text);
        return id == metadata.CurrentSnapshotId ? SnapshotSelection.Current(metadata) : SnapshotSelection.ById(metadata, id);
    }
}
