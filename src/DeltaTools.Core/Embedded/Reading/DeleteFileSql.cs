using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Reads delete files, which are data files of another shape.</summary>
internal static class DeleteFileSql
{
    private static readonly NameMapping PositionNames = new(
    [
        new(MetadataColumns.DeleteFilePath.Id, [MetadataColumns.DeleteFilePath.Name], []),
        new(MetadataColumns.DeletePos.Id, [MetadataColumns.DeletePos.Name], []),
    ]);

    /// <summary>A SELECT of the columns and of <c>_delete</c>, the file's place in the list.</summary>
    public static async Task<string> SelectAsync(
        ScanContext context, ImmutableArray<DataFile> files, ImmutableArray<NestedField> columns, CancellationToken cancel)
    {
        ImmutableArray<FileScanTask> tasks = [.. files.Select(f => new FileScanTask(f, 0, PartitionSpec.Unpartitioned, []))];
        NameMapping? mapping = files[0].Content == DataFileContent.PositionDeletes ? PositionNames : context.NameMapping;
        ImmutableArray<ScanFile> opened = await ScanFiles.OpenAsync(context, tasks, mapping, columns, cancel).ConfigureAwait(false);
        return string.Join(" UNION ALL ", FileGroup.Group(opened).Select(group =>
            GroupSql.Select(group, columns, [$"{group.PerFile(f => $"{f.Ordinal}::BIGINT")} AS _delete"], [])));
    }
}
