using System.Globalization;
using System.Management.Automation;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Ids of the table's snapshots, newest first, with their time and what they did.</summary>
public sealed class SnapshotIdCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        from snapshot in (await request.TableAsync(cancel))?.Snapshots.Reverse() ?? []
        let id = snapshot.SnapshotId.ToString(CultureInfo.InvariantCulture)
        where request.Word.Matches(id)
        select CompletionWord.Result(id, ToolTip(snapshot));

    private static string ToolTip(Snapshot snapshot)
    {
        string rows = SnapshotTotals.AddedRows(snapshot) is { } added
            ? $", +{ViewFormat.Count(added)}/-{ViewFormat.Count(SnapshotTotals.RemovedRows(snapshot))} rows" : "";
        return $"{ViewFormat.Time(snapshot.Timestamp)} {snapshot.Operation}{rows}";
    }
}
