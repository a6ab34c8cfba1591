namespace DeltaTools.Core.Athena;

/// <summary>What does the work.</summary>
public enum QueryEngine
{
    /// <summary>Athena for large tables in a Glue catalog, else the embedded engine.</summary>
    Auto,

    /// <summary>DuckDB in this process.</summary>
    Embedded,

    /// <summary>Amazon Athena, for tables in a Glue catalog.</summary>
    Athena,
}

/// <summary>Which engine does the work, and why.</summary>
public sealed record EngineChoice(QueryEngine Engine, string Reason)
{
    /// <summary>Bytes from which on Athena is taken, when nothing else is said.</summary>
    public const long DefaultThreshold = 10L << 30;

    /// <param name="asked">What the user wants.</param>
    /// <param name="obstacle">Why Athena cannot do it; null when it can.</param>
    /// <param name="bytes">Size of the tables.</param>
    /// <param name="threshold">Size from which on Athena is taken.</param>
    /// <exception cref="IcebergException">Unsupported: Athena is asked for and cannot do it.</exception>
    public static EngineChoice Of(QueryEngine asked, string? obstacle, long bytes, long threshold)
    {
        string size = FormattableString.Invariant($"{bytes / 1048576.0:0.#} MB");
        string limit = FormattableString.Invariant($"{threshold / 1048576.0:0.#} MB");
        return asked switch
        {
            QueryEngine.Embedded => new(QueryEngine.Embedded, "asked for"),
            QueryEngine.Athena => obstacle is null ? new(QueryEngine.Athena, "asked for")
                : throw IcebergException.Unsupported($"This cannot run on Athena: {obstacle}. Use -Engine Embedded."),
            _ when obstacle is not null => new(QueryEngine.Embedded, obstacle),
            _ when bytes < threshold => new(QueryEngine.Embedded, $"{size} are less than the {limit} from which on Athena is taken"),
            _ => new(QueryEngine.Athena, $"{size} are at least the {limit} from which on Athena is taken"),
        };
    }
}
