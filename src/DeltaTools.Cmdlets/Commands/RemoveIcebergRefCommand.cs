using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Removes branches and tags of a table.</summary>
/// <remarks>Their snapshots stay until they are expired with Remove-IcebergSnapshot. The branch main cannot be removed.</remarks>
/// <example>Remove a branch<code>Remove-IcebergRef hr.employee trial</code></example>
/// <example>Remove old tags, in a pipeline step<code>Get-IcebergRef hr.employee eom-2021-* -Type Tag | Remove-IcebergRef -Force</code></example>
[Cmdlet(VerbsCommon.Remove, "IcebergRef", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = Help.Root + "Remove-IcebergRef.md")]
[OutputType(typeof(void))]
public sealed class RemoveIcebergRefCommand : CatalogCmdlet
{
    /// <summary>The table: a name such as hr.employee, or an object with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>Names of branches and tags.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable table = await OpenAsync(Table, cancel);
        List<RemoveRef> removals = [];
        foreach (string name in Name)
        {
            RemoveRef removal = new(name);
            removal.Apply(table.Metadata);
            SnapshotRef reference = table.Metadata.Refs[name];
            if (Confirmed($"{name} of {table.Name} (snapshot {reference.SnapshotId})", $"Remove {reference.Type.ToString().ToLowerInvariant()}", Force)) removals.Add(removal);
        }
        if (removals.Count == 0) return;
        await table.Table.CommitAsync([.. removals.Cast<TableAction>()], cancel);
        RunspaceSession.Current.Completions.Clear();
    }
}
