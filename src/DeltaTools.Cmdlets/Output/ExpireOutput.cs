using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>Which snapshots go, and which files with them.</summary>
public abstract class ExpireOutput : EngineOutput
{
    private readonly SnapshotExpiryPlan _plan;

    private protected ExpireOutput(TableArgument table, SnapshotExpiryPlan plan, AthenaStatistics? athena = null) : base(table, athena) => _plan = plan;

    /// <summary>Number of snapshots that go.</summary>
    public int Expired => _plan.SnapshotIds.Length;

    /// <summary>Number of snapshots that stay.</summary>
    public int Retained => _plan.Retained;

    /// <summary>Number of files that nothing needs any more.</summary>
    public int Files => _plan.FileCount;

    /// <summary>Bytes of the data files, delete files and manifests among them.</summary>
    public long Size => _plan.Bytes;

    /// <summary>Ids of the snapshots that go.</summary>
    public long[] ExpiredSnapshots => [.. _plan.SnapshotIds];

    /// <summary>Branches and tags that go, since they are older than their own limit.</summary>
    public string[] ExpiredRefs => [.. _plan.Refs];

    public int DataFiles => _plan.Files.Files.Count(f => f.Content == DataFileContent.Data);

    public int DeleteFiles => _plan.Files.Files.Count(f => f.Content != DataFileContent.Data);

    public int Manifests => _plan.Files.Manifests.Length;

    public int ManifestLists => _plan.Files.ManifestLists.Length;

    public int StatisticsFiles => _plan.Files.Statistics.Length;

    /// <summary>Time of the oldest snapshot that stays.</summary>
    public DateTimeOffset? OldestRetained => _plan.After.Snapshots.IsEmpty ? null : _plan.After.Snapshots.Min(s => s.Timestamp);

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? Reason => _plan.NothingToDo;
}
