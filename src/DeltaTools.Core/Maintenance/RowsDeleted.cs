using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>How much of a data file is deleted, as far as manifests tell.</summary>
internal static class RowsDeleted
{
    /// <summary>Part of the rows, from 0 to 1, that deletes about this file alone take away; what other delete files take is not known.</summary>
    public static double KnownRatio(FileScanTask task)
    {
        if (task.File.RecordCount <= 0) return 0;
        long known = task.Deletes.Select(d => d.File).Where(d => FileKey.ReferencedDataFile(d) is not null).Sum(d => d.RecordCount);
        return Math.Min(1, (double)known / task.File.RecordCount);
    }

    /// <summary>Bytes that are left of the file, about.</summary>
    public static double LiveBytes(FileScanTask task) => task.File.FileSizeInBytes * (1 - KnownRatio(task));

    public static bool ByEquality(FileScanTask task) => task.Deletes.Any(d => d.File.Content == DataFileContent.EqualityDeletes);
}
