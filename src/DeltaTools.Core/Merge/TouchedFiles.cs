using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Which target files change, and whether they are rewritten or get deletes.</summary>
internal static class TouchedFiles
{
    /// <summary>Share of changed rows from which on rewriting a file is cheaper for all later readers than marking rows.</summary>
    public const double RewriteShare = 0.3;

    public static async Task<(ImmutableArray<FileScanTask> Tasks, ImmutableArray<MergeFile> Files)> FindAsync(
        WorkingTables tables, MatchedRows matched, TableMetadata metadata, CancellationToken cancel)
    {
        List<object?[]> counts = await tables.RowsAsync(
            $"SELECT {RowNames.Target} >> {Sql.PositionBits} AS i, count(*) FROM {matched.Table} "
            + $"WHERE {RowNames.Action} IN {MergeActions.Replacing} GROUP BY i ORDER BY i", cancel).ConfigureAwait(false);
        ImmutableArray<FileScanTask> all = matched.Scan.Input.Tasks;
        var touched = counts.Select(c => (Task: all[Convert.ToInt32(c[0], CultureInfo.InvariantCulture)], Changed: Convert.ToInt64(c[1], CultureInfo.InvariantCulture))).ToList();
        return ([.. touched.Select(t => t.Task)], [.. touched.Select(t => Describe(t.Task, t.Changed, metadata))]);
    }

    /// <summary>Adds files that are written anew although few of their rows change, or none.</summary>
    public static (ImmutableArray<FileScanTask> Tasks, ImmutableArray<MergeFile> Files) Rewriting(
        ImmutableArray<FileScanTask> tasks, ImmutableArray<MergeFile> files, ImmutableArray<FileScanTask> more)
    {
        foreach (FileScanTask task in more)
        {
            int index = tasks.IndexOf(task);
            if (index >= 0)
            {
                files = files.SetItem(index, files[index] with { Rewritten = true });
                continue;
            }
            tasks = tasks.Add(task);
            files = files.Add(new(task.File.FilePath, task.File.RecordCount, 0, true, task.File.FileSizeInBytes));
        }
        return (tasks, files);
    }

    private static MergeFile Describe(FileScanTask task, long changed, TableMetadata metadata)
    {
        DataFile file = task.File;
        bool rewrite = metadata.FormatVersion == 1 || metadata.Properties.GetValueOrDefault(TableProperties.MergeMode, "") switch
        {
            "copy-on-write" => true,
            "merge-on-read" => false,
            _ => changed + Deleted(task) >= RewriteShare * file.RecordCount,
        };
        return new(file.FilePath, file.RecordCount, changed, rewrite, file.FileSizeInBytes);
    }

    /// <summary>Rows that earlier deletes took from the file, as far as the manifests tell: they count, because rewriting ends them all.</summary>
    private static long Deleted(FileScanTask task) =>
        task.Deletes.Where(d => d.File.Content == DataFileContent.PositionDeletes && d.File.ReferencedDataFile is not null).Sum(d => d.File.RecordCount);
}
