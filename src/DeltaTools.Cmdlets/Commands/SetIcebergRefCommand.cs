using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Creates a branch or tag, moves it to another snapshot, or changes how long it is kept.</summary>
/// <remarks>
/// <para>A branch is a line of snapshots that can be written to beside main, a tag a name for one snapshot that stays. Snapshots that they need are kept when others expire.</para>
/// <para>A new one points to the current snapshot, unless another is given. An existing one is moved only when a snapshot is given. -Ref publishes what a branch
/// holds: Set-IcebergRef hr.employee main -Ref audited.</para>
/// </remarks>
/// <example>Keep the state of a year's end for ten years<code>Set-IcebergRef hr.employee eoy-2023 -Type Tag -AsOf 2024-01-01 -MaxAge 3650d</code></example>
/// <example>A branch to try a merge on, checked and published<code>
/// Set-IcebergRef hr.employee trial
/// Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -Branch trial
/// Get-IcebergData hr.employee -Ref trial
/// Set-IcebergRef hr.employee main -Ref trial
/// </code></example>
[Cmdlet(VerbsCommon.Set, "IcebergRef", SupportsShouldProcess = true, DefaultParameterSetName = "Current", HelpUri = Help.Root + "Set-IcebergRef.md")]
[OutputType(typeof(IcebergRef))]
public sealed class SetIcebergRefCommand : CatalogCmdlet
{
    /// <summary>The table: a name such as hr.employee, or an object with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>Name of the branch or tag.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Name { get; set; } = "";

    /// <summary>What to create.</summary>
    /// <value>Branch</value>
    [Parameter]
    public IcebergRefType? Type { get; set; }

    /// <summary>Id of the snapshot to point to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Snapshot", ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public long SnapshotId { get; set; }

    /// <summary>Points to the snapshot that was current at this time, by the table's history. Without an offset the time is local.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Time")]
    [InstantTransformation]
    public DateTimeOffset AsOf { get; set; }

    /// <summary>Points to the snapshot of another branch or tag.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Ref")]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Ref { get; set; } = "";

    /// <summary>Age of its snapshot at which the branch or tag itself expires, such as 30d. main never does.</summary>
    [Parameter]
    [AgeTransformation]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Snapshots of a branch that are kept at least when others expire.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MinSnapshots { get; set; }

    /// <summary>Age up to which the snapshots of a branch are kept when others expire, such as 5d.</summary>
    [Parameter]
    [AgeTransformation]
    public TimeSpan? MaxSnapshotAge { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable table = await OpenAsync(Table, cancel);
        SetRef change = new(Name, Wanted(table.Metadata));
        SnapshotRef? existing = table.Metadata.Refs.GetValueOrDefault(Name);
        if (change.Apply(table.Metadata).IsEmpty) WriteVerbose($"{Name} of {table.Name} is so already.");
        else
        {
            string kind = change.Ref.Type.ToString().ToLowerInvariant();
            string action = existing is null ? $"Create {kind} at snapshot {change.Ref.SnapshotId}"
                : existing.SnapshotId != change.Ref.SnapshotId ? $"Move {kind} from snapshot {existing.SnapshotId} to {change.Ref.SnapshotId}" : $"Change {kind}";
            if (!Confirmed($"{Name} of {table.Name}", action)) return;
            table = table with { Table = (await table.Table.CommitAsync(change, cancel)).Table };
            RunspaceSession.Current.Completions.Clear();
        }
        WriteObject(new IcebergRef(table, Name, table.Metadata.Refs[Name]));
    }

    private SnapshotRef Wanted(TableMetadata metadata)
    {
        SnapshotRef? existing = metadata.Refs.GetValueOrDefault(Name);
        long? snapshot = ParameterSetName switch
        {
            "Snapshot" => SnapshotId,
            "Time" => SnapshotSelection.AsOf(metadata, AsOf).Snapshot.SnapshotId,
            "Ref" => SnapshotSelection.ByRef(metadata, Ref).Snapshot?.SnapshotId,
            _ => existing?.SnapshotId ?? metadata.CurrentSnapshotId,
        };
        if (snapshot is not { } id) throw new IcebergException(IcebergErrorKind.SnapshotNotFound, "The table has no snapshot yet that a branch or tag could point to.");
        SnapshotRef reference = existing ?? SnapshotRef.Branch(id);
        return reference with
        {
            SnapshotId = id,
            Type = Type is { } type ? (SnapshotRefType)type : reference.Type,
            MaxRefAge = MaxAge ?? reference.MaxRefAge,
            MinSnapshotsToKeep = MinSnapshots ?? reference.MinSnapshotsToKeep,
            MaxSnapshotAge = MaxSnapshotAge ?? reference.MaxSnapshotAge,
        };
    }
}
