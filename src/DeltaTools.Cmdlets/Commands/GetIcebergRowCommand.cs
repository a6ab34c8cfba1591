using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Shows every version of one row: what it was, since when, and which delta made it so.</summary>
/// <remarks>
/// <para>One object for each version, oldest first: Change (Insert, Update, Delete), the SnapshotId that made it and when, the ReportDate of the merge, the Source and
/// DateReceived of the delta that it came from, and the columns. A Delete shows the row as it was.</para>
/// <para>Versions are known as far back as snapshots are retained. A delta is known by name as long as the raw table's files or its ledger tell.</para>
/// </remarks>
/// <example>Where does this row come from?<code>Get-IcebergRow hr.employee -Key 7</code></example>
/// <example>A key of several columns<code>Get-IcebergRow sales.line -Key @{ order_id = 4711; line = 2 }</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergRow", HelpUri = Help.Root + "Get-IcebergRow.md")]
[OutputType(typeof(PSObject))]
public sealed class GetIcebergRowCommand : TableReadCmdlet
{
    /// <summary>The row: the value of the key column, or a hashtable of all key columns and their values. The key is made of the identifier fields, else it is that of the last merge.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public object Key { get; set; } = null!;

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        using DuckSession session = DuckSession.Open(table.Engine);
        var history = new RowHistory(session, table.Table, (name, token) => RawAsync(table, name, token));
        RowFactory rows = new(table.Metadata.CurrentSchema.Fields, "Change", "SnapshotId", "CommittedAt", "ReportDate", "Source", "DateReceived");
        MeasuredRows output = new(WriteObject);
        await foreach (RowVersion version in history.ReadAsync(Condition(table), cancel))
        {
            string change = version.Change == RowChange.UpdateAfter ? "Update" : version.Change.ToString();
            output.Add(rows.Row(version.Row, 0, change, version.Snapshot.SnapshotId, version.Snapshot.Timestamp.ToLocalTime(), ReportDates.Of(version.Snapshot), version.Delta?.Source, version.Delta?.DateReceived));
        }
        output.Flush();
    }

    private Predicate Condition(OpenTable table)
    {
        object key = Key is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : Key;
        if (key is IDictionary columns) return TableKey.Condition(table.Name, table.Metadata, columns);
        ImmutableArray<string> names = TableKey.Of(table.Metadata);
        return names.Length == 1 ? TableKey.Condition(table.Name, table.Metadata, new Hashtable { [names[0]] = key }) : throw IcebergException.Invalid(names.IsEmpty
            ? $"{table.Name} has no identifier field and was not merged, so its key is not known. Name it: -Key @{{ column = value }}."
            : $"The key of {table.Name} is {string.Join(", ", names)}. {TableKey.Ask(names)}");
    }

    private static async Task<CoreTable?> RawAsync(OpenTable table, string name, CancellationToken cancel)
    {
        if (table.Table.Catalog is not { } catalog) return null;
        try
        {
            return await CoreTable.LoadAsync(catalog, TableIdentifier.Parse(name), cancel);
        }
        catch (IcebergException e) when (e.Kind is IcebergErrorKind.TableNotFound or IcebergErrorKind.NamespaceNotFound)
        {
            return null;
        }
    }
}
