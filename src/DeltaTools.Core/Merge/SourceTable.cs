using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>The raw table that a merge reads.</summary>
internal static class SourceTable
{
    /// <summary>The raw table at least as new as the report table has seen it.</summary>
    /// <remarks>Another merge may have read it later than this one opened it. To plan on the older state would take back how far the report table has seen it.</remarks>
    public static async Task<IcebergTable> NotBehindAsync(IcebergTable source, IcebergTable target, string branch, CancellationToken cancel)
    {
        MergeState? state = MergeState.Of(target.Metadata, branch);
        bool isBehind = state?.Source == source.Name && state.SourceSequenceNumber > source.Metadata.LastSequenceNumber;
        return isBehind ? await source.RefreshAsync(cancel).ConfigureAwait(false) : source;
    }
}
