namespace DeltaTools.TestServers.Faults;

/// <summary>Something that goes wrong with requests.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Operation">Only with this operation; null: with any.</param>
public sealed record Fault(FaultKind Kind, string? Operation = null)
{
    /// <summary>Only with resources whose name contains this text; null: with any.</summary>
    public string? Resource { get; init; }

    /// <summary>How many matching requests pass unharmed first.</summary>
    public int After { get; init; }

    /// <summary>How many requests it meets then.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Time before the rest happens.</summary>
    public TimeSpan Delay { get; init; }
}
