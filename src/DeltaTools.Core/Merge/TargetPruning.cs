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
            List<(int Index, object Low, object High)> bounded = [.. Bounds(tasks, field)];
            if (bounded.Count == 0) continue;
            string column = RowNames.Key(i);
            List<(int Index, object Low, object High)> near = await NearAsync(session, bounded, field, column, keys, cancel).ConfigureAwait(false);
            HashSet<int> wanted = await HitAsync(session, near, field, column, keys, cancel).ConfigureAwait(false);
            HashSet<int> known = [.. bounded.Select(b => b.Index)];
            tasks = [.. tasks.Where((_, index) => !known.Contains(index) || wanted.Contains(index))];
        }
        return tasks;
    }

    /// <summary>The files within the range of all keys. Of a clustered table that leaves few, and a comparison costs less than constants in a statement.</summary>
    private static async Task<List<(int Index, object Low, object High)>> NearAsync(
        DuckSession session, List<(int Index, object Low, object High)> files, NestedField field, string key, string keys, CancellationToken cancel)
    {
        object?[] range = (await RowReader.ReadAllAsync(
            session, $"SELECT min({key}), max({key}) FROM {keys}", [field, field], ValueForm.Physical, cancel).ConfigureAwait(false))[0];
        return range is not [{ } least, { } most] ? []
            : [.. files.Where(f => ValueComparer.Instance.Compare(f.Low, most) <= 0 && ValueComparer.Instance.Compare(f.High, least) >= 0)];
    }

    private static async Task<HashSet<int>> HitAsync(
        DuckSession session, List<(int Index, object Low, object High)> files, NestedField field, string key, string keys, CancellationToken cancel)
    {
        if (files.Count == 0) return [];
        string list = string.Join(", ", files.Select(f => string.Create(
            CultureInfo.InvariantCulture, $"({f.Index}, {Sql.Literal(f.Low, field.Type)}, {Sql.Literal(f.High, field.Type)})")));
        // For each file the smallest key at or above its lower bound: the file matters when that key is within the upper bound.
        string sql = $"SELECT f.i FROM (VALUES {list}) f(i, lo, hi) ASOF JOIN (SELECT DISTINCT {key} AS k FROM {keys}) d ON f.lo <= d.k WHERE d.k <= f.hi";
        List<object?[]> hit = await RowReader.ReadAllAsync(session, sql, [], ValueForm.Physical, cancel).ConfigureAwait(false);
        return [.. hit.Select(r => Convert.ToInt32(r[0], CultureInfo.InvariantCulture))];
    }

    private static IEnumerable<(int Index, object Low, object High)> Bounds(ImmutableArray<FileScanTask> tasks, NestedField field)
    {
        for (int i = 0; i < tasks.Length; i++)
        {
            ColumnMetrics metrics = tasks[i].File.Metrics;
            // A file of rows without the column's key cannot match either, but then it has no bounds and is cheap to read.
            if (metrics.LowerBounds.TryGetValue(field.Id, out byte[]? low) && metrics.UpperBounds.TryGetValue(field.Id, out byte[]? high)
                && (PrimitiveType)field.Type is { Id: not (TypeId.Float or TypeId.Double) } type)
            {
                yield return (i, SingleValue.FromBytes(type, low), SingleValue.FromBytes(type, high));
            }
        }
    }
}
