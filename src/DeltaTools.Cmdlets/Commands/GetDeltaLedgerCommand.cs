using System.Management.Automation;
using DeltaTools.Core.Deltas;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Lists the deltas that were imported into a raw table: what, when, by whom, and the snapshot that it made.</summary>
/// <remarks>The ledger is part of the table and stays when snapshots expire. By it Import-Delta knows that it has seen a content before.</remarks>
/// <example>What was imported<code>Get-DeltaLedger hr.raw_deltas</code></example>
/// <example>Days without a delta<code>$seen = (Get-DeltaLedger hr.raw_deltas).DateReceived; 0..30 | ForEach-Object { [DateOnly]::FromDateTime((Get-Date).AddDays(-$_)) } | Where-Object { $_ -notin $seen }</code></example>
[Cmdlet(VerbsCommon.Get, "DeltaLedger", HelpUri = Help.Root + "Get-DeltaLedger.md")]
[OutputType(typeof(DeltaLedgerEntry))]
public sealed class GetDeltaLedgerCommand : TableReadCmdlet
{
    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        HashSet<LedgerEntry> standing = [.. Ledger.Standing(table.Metadata)];
        foreach (LedgerEntry entry in Ledger.Of(table.Metadata).Reverse().OrderByDescending(e => e.Commit.At))
        {
            WriteObject(new DeltaLedgerEntry(table, entry, standing.Contains(entry)));
        }
        return Task.CompletedTask;
    }
}
