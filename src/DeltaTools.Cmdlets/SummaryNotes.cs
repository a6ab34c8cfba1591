using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets;

/// <summary>What our own commits note in snapshot summaries, beside the keys of the specification.</summary>
internal static class SummaryNotes
{
    /// <summary>Rows that a reader gets: a count that delete files do not spoil.</summary>
    public const string TotalRows = "deltatools.total-rows";

    private const string CommittedByKey = "deltatools.committed-by";

    public static string? CommittedBy(Snapshot snapshot) => snapshot.Summary.GetValueOrDefault(CommittedByKey);
}
