using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Core.Checks;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Checks a table and gives what is wrong with it as objects; nothing when all is well.</summary>
/// <remarks>
/// <para>Checked are the metadata and the manifests of all snapshots: whether every file is there and has its size, counts and bounds, partitions, sequence
/// numbers, double listings, deletes that match nothing, row ids. With -Deep data and delete files are read too, and compared with what the manifests tell.</para>
/// <para>An error means that rows cannot be read or are read wrong by somebody; a warning breaks the specification or wastes work. Nothing is changed.</para>
/// </remarks>
/// <example>A quick check of all tables<code>Test-IcebergTable *</code></example>
/// <example>Fail a pipeline step when a table is damaged<code>if (Test-IcebergTable hr.employee -Deep | Where-Object Severity -eq Error) { throw 'hr.employee is damaged' }</code></example>
/// <example>What the warnings are<code>Test-IcebergTable hr.employee -Deep | Format-List</code></example>
[Cmdlet(VerbsDiagnostic.Test, "IcebergTable", HelpUri = Help.Root + "Test-IcebergTable.md")]
[OutputType(typeof(IcebergFinding))]
public sealed class TestIcebergTableCommand : TableReadCmdlet
{
    /// <summary>Reads data and delete files too.</summary>
    [Parameter]
    public SwitchParameter Deep { get; set; }

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        ImmutableArray<Finding> findings;
        using (ProgressMeter progress = StartProgress($"Checking {table.Name}"))
        {
            var options = new TableCheckOptions
            {
                Deep = Deep,
                Engine = table.Engine,
                Progress = (done, all) => progress.Report($"{ViewFormat.Count(done)} of {ViewFormat.Count(all)} files", (double)done / all),
            };
            findings = await TableCheck.RunAsync(table.Table.Store, table.Metadata, table.Table.MetadataLocation, options, cancel);
        }
        WriteVerbose($"{table.Name}: {ViewFormat.Count(findings.Length)} findings, {ViewFormat.Count(findings.Count(f => f.Severity == FindingSeverity.Error))} of them errors.");
        foreach (Finding finding in findings) WriteObject(new IcebergFinding(table, finding));
    }
}
