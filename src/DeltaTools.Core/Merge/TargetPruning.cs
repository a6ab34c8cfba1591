using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Merge;

/// <summary>Leaves out the target files that can hold none of the keys, by their bounds: the cost of a merge follows the files it touches.</summary>
internal static class TargetPruning
{
    /// <param name="tasks">Files of the target, with metrics of the key columns.</param>
    /// <param name="key">Key columns of the target.</param>
    /// <param name="keys">Table or subquery with the keys, their columns called as <see cref="RowNames.Key"/> says.</param>
    public static async Task<ImmutableArray<FileScanTask>> PruneAsync(
        DuckSession session, ImmutableArray<FileScanTask> tasks, ImmutableArray<NestedField> key, string keys, CancellationToken cancel)
    {
        for (int i = 0; i < key.Length && tasks.Length > 1; i++)
        {
            NestedField field = key[i];
            List<(int Index, string Low, string High)> bounded = [.. Bounds(tasks, field)];
            if (bounded.Count == 0) continue;
            string list = string.Join(", ", bounded.Select(b => string.Create(CultureInfo.InvariantCulture, $"({b.Index}, {b.Low}, {b.High})")));
            // For each file the smallest key at or above its lower bound: the file matters when that key is within the upper bound.
            string sql = $"SELECT f.i FROM (VALUES {list}) f(i, lo, hi) ASOF JOIN (SELECT DISTINCT {RowNames.Key(i)} AS k FROM {keys}) d ON f.lo <= d.k WHERE d.k <= f.hi";
            List<object?[]> hit = await RowReader.ReadAllAsync(session, sql, [], ValueForm.Physical, cancel).ConfigureAwait(false);
            HashSet<int> wanted = [.. hit.Select(r => Convert.ToInt32(r[0], CultureInfo.InvariantCulture))];
            HashSet<int> known = [.. bounded.Select(b => b.Index)];
            tasks = [.. tasks.Where((_, index) => !known.Contains(index) || wanted.Contains(index))];
        }
        return tasks;
    }

    private static IEnumerable<(int Index, string Low, string High)> Bounds(ImmutableArray<FileScanTask> tasks, NestedField field)
    {
        for (int i = 0; i < tasks.Length; i++)
        {
            ColumnMetrics metrics = tasks[i].File.Metrics;
            // A file of rows without the column's key cannot match either, but then it has no bounds and is cheap to read.
            if (metrics.LowerBounds.TryGetValue(field.Id, out byte[]? low) && metrics.UpperBounds.TryGetValue(field.Id, out byte[]? high)
                && (PrimitiveType)field.Type is { Id: not (TypeId.Float or TypeId.Double) } type)
            {
                yield return (i, Sql.Literal(SingleValue.FromBytes(type, low), type), Sql.Literal(SingleValue.FromBytes(type, high), type));
            }
        }
    }
}
