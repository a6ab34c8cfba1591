using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Finds small files that new rows are written together with, so that a merge a day does not leave a small file a day in every partition.</summary>
/// <remarks>
/// The rule, for tables without <c>write.merge.mode</c>: of each partition that gets rows, the smallest data file is written anew together
/// with them when that is cheap: when it is at most 1 MiB, or at most 4 times as large as the new rows, and less than half of the target
/// file size. So files grow by steps, each row is written a few times at most, and the cost of a merge stays in proportion to its rows.
/// </remarks>
internal static class SmallFiles
{
    /// <summary>Files up to this size are always cheap. In bytes.</summary>
    public const long AlwaysCheap = 1 << 20;

    /// <summary>Bytes of a file that may be written again for one byte of new rows.</summary>
    public const int CheapRatio = 4;

    /// <param name="all">Every data file of the table.</param>
    /// <param name="rewritten">Files that are written anew anyway.</param>
    /// <returns>Files to write anew as well, one of a partition at most.</returns>
    public static async Task<ImmutableArray<FileScanTask>> FindAsync(
        DuckSession session, IcebergTable table, ImmutableArray<FileScanTask> all, IReadOnlySet<string> rewritten, MatchedRows rows, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        if (metadata.Properties.ContainsKey(TableProperties.MergeMode)) return [];
        WriteTarget target = WriteTarget.Of(metadata, table.Name);
        IEnumerable<FileScanTask> candidates = all.Where(t =>
            t.File.SpecId == target.Spec.SpecId && t.File.RecordCount > 0 && t.File.FileSizeInBytes < target.TargetFileSize / 2);
        // A partition whose file is written anew has a place for its new rows already.
        HashSet<PartitionTuple> served = [.. all.Where(t => rewritten.Contains(t.File.FilePath)).Select(t => t.File.Partition)];
        Dictionary<PartitionTuple, FileScanTask> smallest = candidates.Where(t => !served.Contains(t.File.Partition))
            .GroupBy(t => t.File.Partition).ToDictionary(g => g.Key, g => g.OrderBy(t => t.File.FileSizeInBytes).ThenBy(t => t.File.FilePath, StringComparer.Ordinal).First());
        if (smallest.Count == 0) return [];

        ImmutableArray<PartitionColumn> keys = PartitionColumn.Of(target);
        string names = string.Join(", ", keys.Select((_, i) => "p" + i.ToString(CultureInfo.InvariantCulture)));
        string items = string.Concat(keys.Select((k, i) => $"{k.Sql} AS p{i.ToString(CultureInfo.InvariantCulture)}, "));
        if (keys.Length > 0) await EngineFunctions.EnsureAsync(session, cancel).ConfigureAwait(false);
        string counts = keys.IsEmpty
            ? $"SELECT count(*) FROM ({rows.Written})" : $"SELECT {names}, count(*) FROM (SELECT {items.TrimEnd(' ', ',')} FROM ({rows.Written})) GROUP BY {names}";
        List<object?[]> partitions = await RowReader.ReadAllAsync(session, counts, [.. keys.Select(k => k.Field)], ValueForm.Physical, cancel).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<FileScanTask>();
        foreach (object?[] row in partitions)
        {
            long added = Convert.ToInt64(row[^1], CultureInfo.InvariantCulture);
            if (added == 0 || !smallest.TryGetValue(new PartitionTuple([.. row.Take(keys.Length)]), out FileScanTask? task)) continue;
            double bytes = (double)task.File.FileSizeInBytes / task.File.RecordCount * added;
            if (task.File.FileSizeInBytes <= Math.Max(AlwaysCheap, CheapRatio * bytes)) found.Add(task);
        }
        return found.ToImmutable();
    }
}
