using DeltaTools.Core.Embedded;

namespace DeltaTools.Core.Checks;

public sealed record TableCheckOptions
{
    /// <summary>Reads data and delete files too; else only metadata and manifests are read, and files looked up.</summary>
    public bool Deep { get; init; }

    /// <summary>The engine that reads them.</summary>
    public DuckOptions Engine { get; init; } = DuckOptions.Default;

    /// <summary>Told how many files are done, and how many there are; from any thread.</summary>
    public Action<int, int>? Progress { get; init; }
}
