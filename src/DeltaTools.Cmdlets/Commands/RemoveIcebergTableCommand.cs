using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Takes tables out of the catalog, and with -Purge deletes their files.</summary>
/// <remarks>
/// <para>Without -Purge the files stay, and the table can be registered again from its newest metadata file.</para>
/// <para>-Purge deletes the data of all snapshots for good. It refuses a table with the property gc.enabled = false, whose files may belong to other tables too.</para>
/// <para>The cmdlet asks before each table. In a script without a person use -Force or -Confirm:$false.</para>
/// </remarks>
/// <example>Forget a table, keep its files<code>Remove-IcebergTable hr.employee</code></example>
/// <example>Delete everything, in a pipeline step<code>Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force</code></example>
/// <example>See what would go<code>Get-IcebergTable -Namespace scratch | Remove-IcebergTable -Purge -WhatIf</code></example>
[Cmdlet(VerbsCommon.Remove, "IcebergTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = Help.Root + "Remove-IcebergTable.md")]
[OutputType(typeof(IcebergTable))]
public sealed class RemoveIcebergTableCommand : CatalogCmdlet
{
    /// <summary>The tables: names such as hr.employee, with wildcards, or objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>Deletes the files too.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the tables that were removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel) => ForEachTableAsync(Table, RemoveAsync, cancel);

    private async Task RemoveAsync(OpenTable table, CancellationToken cancel)
    {
        if (table.Table.Identifier is not { } name)
        {
            throw IcebergException.Invalid($"{table.Name} is opened by its path. Only tables of a catalog can be removed: name it, such as hr.employee.");
        }
        if (Purge && !TableProperties.Bool(table.Metadata.Properties, TableProperties.GcEnabled, true))
        {
            throw IcebergException.Invalid($"The files of {name} must not be deleted, since its property {TableProperties.GcEnabled} is false. Leave -Purge out.");
        }
        IcebergTable output = new(table);
        string counts = $"{ViewFormat.Count(output.Snapshots)} snapshots, {ViewFormat.Count(output.Records) ?? "?"} rows, {ViewFormat.Bytes(output.Size) ?? "? B"}";
        if (!Confirmed($"{name} ({counts})", Purge ? "Remove table and delete its files" : "Remove table, keep its files", Force)) return;
        // The list must be made while the table is whole; files go only after the catalog has forgotten the table.
        IReadOnlySet<string> files = Purge
            ? await TableFiles.OfAsync(table.Metadata, table.Table.MetadataLocation, table.Table.Store, cancel) : new HashSet<string>();
        await table.Table.Catalog!.DropTableAsync(name, cancel);
        RunspaceSession.Current.Completions.Clear();
        if (Purge)
        {
            WriteVerbose($"Deleting {ViewFormat.Count(files.Count)} files of {name}.");
            await table.Table.Store.DeleteAsync(files, cancel);
        }
        if (PassThru) WriteObject(output);
    }
}
