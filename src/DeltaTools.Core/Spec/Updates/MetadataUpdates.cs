using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>Makes the next table metadata from the current one and a commit's updates, by the rules of Java's <c>TableMetadata.Builder</c>.</summary>
public static class MetadataUpdates
{
    private const int PreviousVersionsDefault = 100;

    /// <summary>Applies the updates in order.</summary>
    /// <param name="current">The metadata that the commit builds on; null creates a table, for which the first
    /// <see cref="UpgradeFormatVersion"/> gives the format version (2 without one).</param>
    /// <param name="now">Becomes the time of the last update, cut to milliseconds.</param>
    /// <returns>The new metadata; <paramref name="current"/> itself when the updates change nothing.</returns>
    /// <exception cref="IcebergException">InvalidArgument: an update does not fit the metadata, or the result breaks the specification;
    /// CommitConflict (retryable): a snapshot's sequence number or first row id was taken by another commit.</exception>
    public static TableMetadata Apply(TableMetadata? current, IEnumerable<TableUpdate> updates, DateTimeOffset now)
    {
        TableUpdate[] all = [.. updates];
        int version = all.OfType<UpgradeFormatVersion>().FirstOrDefault()?.FormatVersion ?? 2;
        var builder = new MetadataBuilder(current, version, now);
        foreach (TableUpdate update in all) builder.Apply(update);
        return builder.Build();
    }

    /// <summary>Whether a commit may be applied to what is current.</summary>
    /// <param name="current">Null when the table does not exist.</param>
    /// <exception cref="IcebergException">TableExists; TableNotFound; CommitConflict, retryable unless the table was replaced by another.</exception>
    public static void CheckRequirements(TableMetadata? current, IEnumerable<TableRequirement> requirements)
    {
        foreach (TableRequirement requirement in requirements)
        {
            if (requirement.Check(current) is not { } reason) continue;
            string where = current is null ? "" : $" {current.Location}";
            throw (requirement, current) switch
            {
                (AssertCreate, _) => new IcebergException(IcebergErrorKind.TableExists, $"The table{where} exists already."),
                (_, null) => new IcebergException(IcebergErrorKind.TableNotFound, "The table does not exist any more."),
                _ => new IcebergException(IcebergErrorKind.CommitConflict, $"The commit to{where} does not fit what is there: {reason}.")
                {
                    Retryable = requirement is not AssertTableUuid,
                },
            };
        }
    }

    /// <summary>Notes in the metadata log which file the new metadata replace, and drops the oldest entries beyond
    /// <c>write.metadata.previous-versions-max</c>.</summary>
    /// <param name="previousFile">Location of the file that <paramref name="previous"/> was read from.</param>
    public static TableMetadata WithPreviousFile(this TableMetadata next, TableMetadata previous, string previousFile)
    {
        int max = Math.Max(1, TableProperties.Int(next.Properties, TableProperties.MetadataPreviousVersionsMax, PreviousVersionsDefault));
        ImmutableArray<MetadataLogEntry> log = next.MetadataLog.Add(new(previous.LastUpdated, previousFile));
        return next with { MetadataLog = log.Length > max ? log[^max..] : log };
    }
}
