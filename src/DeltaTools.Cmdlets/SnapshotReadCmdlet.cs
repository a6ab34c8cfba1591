using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets;

/// <summary>A cmdlet that reads a chosen state of a table.</summary>
public abstract class SnapshotReadCmdlet : TableReadCmdlet
{
    private protected const string CurrentSet = "Current";
    private protected const string SnapshotSet = "Snapshot";
    private protected const string TimeSet = "Time";
    private protected const string RefSet = "Ref";

    /// <summary>Id of the snapshot.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public long SnapshotId { get; set; }

    /// <summary>The snapshot that was current at this time, by the table's history. Without an offset the time is local.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TimeSet)]
    [InstantTransformation]
    public DateTimeOffset AsOf { get; set; }

    /// <summary>Name of a branch or tag.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Ref { get; set; } = "";

    /// <summary>The snapshot that is asked for, null only for the current state of a table without snapshots, and the schema it is read with.</summary>
    private protected (Snapshot? Snapshot, Schema Schema) Selected(TableMetadata metadata) => ParameterSetName switch
    {
        SnapshotSet => SnapshotSelection.ById(metadata, SnapshotId),
        TimeSet => SnapshotSelection.AsOf(metadata, AsOf),
        RefSet => SnapshotSelection.ByRef(metadata, Ref),
        _ => SnapshotSelection.Current(metadata),
    };
}
