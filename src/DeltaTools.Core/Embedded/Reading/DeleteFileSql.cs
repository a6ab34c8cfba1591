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

    /// <summary>Lets a statement read delete files. When one of them is broken, the error names it.</summary>
    /// <param name="statement">Makes the statement from the SELECT of <see cref="SelectAsync"/>.</param>
    public static async Task ExecuteAsync(
        ScanContext context, ImmutableArray<DataFile> files, ImmutableArray<NestedField> columns, Func<string, string> statement, CancellationToken cancel)
    {
        string source = await SelectAsync(context, files, columns, cancel).ConfigureAwait(false);
        try
        {
            await context.Session.ExecuteAsync(statement(source), cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (DuckErrors.MayBeOfFile(e))
        {
            foreach (DataFile file in files) await ProbeAsync(context, file, columns, cancel).ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="IcebergException">Corrupt: the file cannot be read.</exception>
    private static async Task ProbeAsync(ScanContext context, DataFile file, ImmutableArray<NestedField> columns, CancellationToken cancel)
    {
        string source = await SelectAsync(context, [file], columns, cancel).ConfigureAwait(false);
        try
        {
            // A hash of every row makes the engine read and convert every value.
            await context.Session.ExecuteAsync($"SELECT count(*), bit_xor(hash(r)) FROM ({source}) r", cancel).ConfigureAwait(false);
        }
        catch (IcebergException cause) when (DuckErrors.MayBeOfFile(cause))
        {
            throw IcebergException.Corrupt($"The delete file {file.FilePath} cannot be read: {cause.Message}", cause);
        }
    }

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
