using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Storage;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Deletes files below a table's location that the table does not need: what failed commits and killed processes left behind.</summary>
/// <remarks>
/// <para>Kept is all that any snapshot, branch or tag leads to, with statistics and earlier metadata files, and what is hidden: names that begin with _ or a point.
/// -WhatIf lists what would go.</para>
/// <para>Young files may belong to a commit that is under way, here or on another machine. So -OlderThan cannot come nearer than -MinimumAge;
/// lower that only when nobody writes to the table.</para>
/// <para>When the table's metadata names its files by another scheme or host than the storage does, or when another table lies below the location, nothing is deleted.
/// A table with the property gc.enabled = false is refused.</para>
/// </remarks>
/// <example>See what is left over<code>Remove-IcebergOrphanFile hr.employee -WhatIf</code></example>
/// <example>Delete it, in a pipeline step<code>Remove-IcebergOrphanFile hr.* -OlderThan 7d -Force</code></example>
[Cmdlet(VerbsCommon.Remove, "IcebergOrphanFile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = Help.Root + "Remove-IcebergOrphanFile.md")]
[OutputType(typeof(OrphanFile))]
public sealed class RemoveIcebergOrphanFileCommand : CatalogCmdlet
{
    /// <summary>The tables: names such as hr.employee, with wildcards, or objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>Files changed before this time go: a time, or an age such as 7d.</summary>
    /// <value>3d</value>
    [Parameter]
    [InstantTransformation(AllowAge = true)]
    public DateTimeOffset? OlderThan { get; set; }

    /// <summary>The youngest age that -OlderThan may name.</summary>
    /// <value>24h</value>
    [Parameter]
    [AgeTransformation]
    public TimeSpan MinimumAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override Task BeginProcessingAsync(CancellationToken cancel)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        OlderThan ??= now - TimeSpan.FromDays(3);
        if (now - OlderThan >= MinimumAge) return Task.CompletedTask;
        // An error of one item would let the work go on.
        ThrowTerminatingError(ErrorRecords.From(IcebergException.Invalid(
            $"Files younger than {ViewFormat.Age(MinimumAge)} may belong to a commit that is under way, so -OlderThan must lie further back. If nobody writes to the table, lower -MinimumAge too."), null));
        return Task.CompletedTask;
    }

    protected override Task ProcessRecordAsync(CancellationToken cancel) => ForEachTableAsync(Table, CleanAsync, cancel);

    private async Task CleanAsync(OpenTable table, CancellationToken cancel)
    {
        if (table.Table.Identifier is null) throw IcebergException.Invalid($"{table.Name} is opened by its path, so it cannot be known which files it needs. Register it in a catalog.");
        using ProgressMeter progress = StartProgress($"Looking for orphan files of {table.Name}");
        progress.Report("listing and comparing");
        var orphans = new OrphanFiles(table.Table);
        IReadOnlyList<ObjectInfo> found = await orphans.FindAsync(OlderThan!.Value, cancel);
        WriteVerbose($"{table.Name} has {ViewFormat.Count(found.Count)} orphan files from before {ViewFormat.Time(OlderThan)}.");
        if (found.Count == 0) return;
        HashSet<ObjectInfo> deleted = [];
        if (Confirmed($"{ViewFormat.Count(found.Count)} files of {table.Name} ({ViewFormat.Bytes(found.Sum(f => f.Size))})", "Delete orphan files", Force))
        {
            progress.Report("deleting");
            deleted = [.. await orphans.DeleteAsync(found, cancel)];
        }
        foreach (ObjectInfo file in found) WriteObject(new OrphanFile(table.Source, file, deleted.Contains(file)));
    }
}
