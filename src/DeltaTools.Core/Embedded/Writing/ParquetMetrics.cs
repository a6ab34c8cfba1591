using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Counts and bounds of a Parquet file's columns from its footer, as Java collects them with the metrics mode <c>truncate(16)</c>.</summary>
/// <remarks>
/// Every leaf with a field id has size and counts; leaves inside lists and maps have no bounds. A bound that is missing or cannot be
/// trusted in one row group is left out. NaN counts are exact, by reading those float columns of which the footer does not tell.
/// </remarks>
internal static class ParquetMetrics
{
    /// <summary>Of a file that the engine wrote: it leaves out the bounds of a float column that holds NaN, so bounds prove that there is none.</summary>
    public static Task<ColumnMetrics> OfOwnFileAsync(
        DuckSession session, string path, ParquetFooter footer, Schema schema, CancellationToken cancel)
    {
        ImmutableArray<LeafColumn> leaves = LeafColumn.Of(footer, schema);
        ColumnMetrics metrics = Of(footer, leaves);
        return WithNaNsAsync(session, path, PhysicalSchema.Of(footer), leaves, metrics, l => metrics.LowerBounds.ContainsKey(l.Id), cancel);
    }

    /// <summary>Of a file that somebody else wrote: bounds prove nothing of NaN.</summary>
    /// <param name="schema">The file's columns with their ids.</param>
    public static Task<ColumnMetrics> OfForeignFileAsync(
        DuckSession session, string path, ParquetFooter footer, PhysicalSchema schema, ImmutableArray<LeafColumn> leaves, CancellationToken cancel) =>
        WithNaNsAsync(session, path, schema, leaves, Of(footer, leaves), _ => false, cancel);

    private static async Task<ColumnMetrics> WithNaNsAsync(
        DuckSession session,
        string path,
        PhysicalSchema schema,
        ImmutableArray<LeafColumn> leaves,
        ColumnMetrics metrics,
        Predicate<LeafColumn> hasNone,
        CancellationToken cancel)
    {
        ImmutableArray<LeafColumn> floats = [.. leaves.Where(l => l.IsFloat)];
        ImmutableArray<LeafColumn> unclear = [.. floats.Where(l => !hasNone(l) && !IsAllNull(metrics, l))];
        metrics = metrics with { NanValueCounts = floats.Except(unclear).Select(l => KeyValuePair.Create(l.Id, 0L)).ToFieldMap() };
        return unclear.IsEmpty ? metrics : await NaNCounts.AddAsync(session, path, schema, unclear, metrics, cancel).ConfigureAwait(false);
    }

    /// <summary>What the footer alone tells; NaN counts are left out.</summary>
    public static ColumnMetrics Of(ParquetFooter footer, ImmutableArray<LeafColumn> leaves)
    {
        var sizes = new Dictionary<int, long>();
        var values = new Dictionary<int, long>();
        var nulls = new Dictionary<int, long>();
        var lower = new Dictionary<int, byte[]>();
        var upper = new Dictionary<int, byte[]>();
        foreach (LeafColumn leaf in leaves)
        {
            ColumnChunk[] chunks = [.. footer.RowGroups.Select(g => g.Columns[leaf.Index])];
            sizes[leaf.Id] = chunks.Sum(c => c.CompressedSize);
            values[leaf.Id] = chunks.Sum(c => c.ValueCount);
            if (chunks.All(c => c.NullCount is not null)) nulls[leaf.Id] = chunks.Sum(c => c.NullCount!.Value);
            if (leaf.IsRepeated || leaf.Type is null) continue;
            ColumnChunk[] withValues = [.. chunks.Where(c => c.NullCount != c.ValueCount)];
            if (Extreme(leaf, withValues, c => c.Min, -1) is { } min && Bounds.Lower(leaf.Type, Zero(min, negative: true)) is { } low) lower[leaf.Id] = low;
            if (Extreme(leaf, withValues, c => c.Max, 1) is { } max && Bounds.Upper(leaf.Type, Zero(max, negative: false)) is { } high) upper[leaf.Id] = high;
        }
        return new ColumnMetrics
        {
            ColumnSizes = sizes.ToFieldMap(),
            ValueCounts = values.ToFieldMap(),
            NullValueCounts = nulls.ToFieldMap(),
            LowerBounds = lower.ToFieldMap(),
            UpperBounds = upper.ToFieldMap(),
        };
    }

    /// <summary>Where the row groups begin.</summary>
    public static ImmutableArray<long> SplitOffsets(ParquetFooter footer) =>
        [.. footer.RowGroups.Where(g => g.Columns.Length > 0).Select(g => g.Columns[0].StartOffset).Where(o => o > 0).Order()];

    /// <summary>The least or greatest of all row groups, or null when one has none that counts.</summary>
    private static object? Extreme(LeafColumn leaf, ColumnChunk[] chunks, Func<ColumnChunk, byte[]?> bytes, int sign)
    {
        object? best = null;
        foreach (ColumnChunk chunk in chunks)
        {
            if (bytes(chunk) is not { } encoded || leaf.Decode(encoded) is not { } value || value is float.NaN or double.NaN) return null;
            if (best is null || ValueComparer.Instance.Compare(value, best) * sign > 0) best = value;
        }
        return best;
    }

    /// <summary>Writers do not tell the zeros apart, so that of a bound is the one that covers both.</summary>
    public static object? Zero(object? value, bool negative) => value switch
    {
        0f => negative ? -0f : 0f,
        0d => negative ? -0d : 0d,
        _ => value,
    };

    private static bool IsAllNull(ColumnMetrics metrics, LeafColumn leaf) =>
        metrics.NullValueCounts.TryGetValue(leaf.Id, out long nulls) && nulls == metrics.ValueCounts[leaf.Id];
}
