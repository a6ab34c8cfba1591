using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs;

/// <summary>How often and after which waits a table is looked at to find out whether a commit happened.</summary>
internal sealed record CommitStatusCheck(int Retries, long FirstWait, long LongestWait)
{
    public static CommitStatusCheck Of(TableMetadata metadata) => new(
        TableProperties.Int(metadata.Properties, TableProperties.StatusCheckCount, 3),
        TableProperties.Long(metadata.Properties, "commit.status-check.min-wait-ms", 1000),
        TableProperties.Long(metadata.Properties, "commit.status-check.max-wait-ms", 60_000));

    /// <summary>Before the look of that number, from 1.</summary>
    public TimeSpan Wait(int attempt) => TimeSpan.FromMilliseconds(Math.Min(LongestWait, FirstWait * Math.Pow(2, Math.Max(0, attempt - 1))));
}
