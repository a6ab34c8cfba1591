using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>What tells the files of manifests apart: the path, and for deletion vectors, which share files, the place in it.</summary>
internal readonly record struct FileKey(string Path, long? Offset)
{
    public static FileKey Of(DataFile file) => new(file.FilePath, file.ContentOffset);

    /// <summary>The one data file that a position delete file or deletion vector refers to, or null when it may be several.</summary>
    /// <remarks>Writers of v2 say so by equal bounds of the column <c>file_path</c>; they do not shorten these bounds.</remarks>
    public static string? ReferencedDataFile(DataFile file)
    {
        if (file.Content != DataFileContent.PositionDeletes) return null;
        if (file.ReferencedDataFile is { } named) return named;
        int id = MetadataColumns.DeleteFilePath.Id;
        return file.Metrics.LowerBounds.TryGetValue(id, out byte[]? lower) && file.Metrics.UpperBounds.TryGetValue(id, out byte[]? upper)
            && lower.AsSpan().SequenceEqual(upper)
            ? Encoding.UTF8.GetString(lower)
            : null;
    }
}
