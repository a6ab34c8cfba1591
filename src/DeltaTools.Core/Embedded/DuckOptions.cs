namespace DeltaTools.Core.Embedded;

/// <summary>How much of the machine the embedded engine may use.</summary>
public sealed record DuckOptions
{
    /// <summary>Memory in bytes; beyond it the engine spills to disk. Null: half of what the process may use, at least 256 MB.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Worker threads. Null: one for each processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Where a session makes its spill folder. Null: the user's temporary folder.</summary>
    public string? SpillRoot { get; init; }

    public static readonly DuckOptions Default = new();

    internal long EffectiveMemoryLimit =>
        MemoryLimit ?? Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    internal int EffectiveThreads => Threads ?? Environment.ProcessorCount;
}
