using System.Collections.Frozen;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>What to read of a manifest. The default is everything.</summary>
public sealed record ManifestReadOptions
{
    public static readonly ManifestReadOptions All = new();

    /// <summary>Live entries, without column metrics.</summary>
    public static readonly ManifestReadOptions LiveFiles = new() { LiveOnly = true, MetricFields = FrozenSet<int>.Empty };

    /// <summary>Leaves out entries with status DELETED.</summary>
    public bool LiveOnly { get; init; }

    /// <summary>Column metrics are kept for these field ids only; null keeps all. What is not kept costs no memory.</summary>
    public FrozenSet<int>? MetricFields { get; init; }

    /// <summary>Keeps an entry by its partition tuple (in the order of the spec's fields); null keeps all. Called once for a run of entries with equal tuples.</summary>
    public Func<PartitionTuple, bool>? Partition { get; init; }
}
