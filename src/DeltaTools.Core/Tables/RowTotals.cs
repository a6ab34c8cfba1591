using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>How many rows a reader gets from a snapshot, as far as its summary tells.</summary>
/// <remarks>The specification's counts do not tell once there are delete files: deletes may name a row twice or hit none. So commits that
/// know the number note it.</remarks>
public static class RowTotals
{
    private const string Key = "deltatools.total-rows";

    /// <param name="snapshot">Null stands for an empty table.</param>
    /// <returns>Null when it is not known.</returns>
    public static long? Of(Snapshot? snapshot)
    {
        if (snapshot is null) return 0;
        if (SnapshotSummary.Number(snapshot, Key) is { } noted) return noted;
        return SnapshotSummary.Number(snapshot, SnapshotSummary.TotalDeleteFiles) is null or 0 ? SnapshotSummary.Number(snapshot, SnapshotSummary.TotalRecords) : null;
    }

    public static ImmutableSortedDictionary<string, string> Add(ImmutableSortedDictionary<string, string> summary, long rows) =>
        summary.SetItem(Key, rows.ToString(CultureInfo.InvariantCulture));
}
