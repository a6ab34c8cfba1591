using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Puffin;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Checks;

/// <summary>Reads position delete files and deletion vectors.</summary>
/// <param name="live">Data files of the heads of branches and tags, by their locations in the store's spelling.</param>
/// <param name="inUse">Locations of all files that these heads have.</param>
internal sealed class DeleteFileCheck(DuckSession session, IObjectStore store, FrozenDictionary<string, DataFile> live, FrozenSet<string> inUse)
{
    private static readonly ImmutableArray<NestedField> Columns = [MetadataColumns.DeleteFilePath, MetadataColumns.DeletePos];

    /// <exception cref="IcebergException">Corrupt: the file cannot be read, or is not what the manifest tells; Unsupported.</exception>
    public async Task<ImmutableArray<Finding>> RunAsync(DataFile file, CancellationToken cancel)
    {
        if (!file.IsDeletionVector) return [.. await PositionsAsync(file, cancel).ConfigureAwait(false)];
        DeletionVector vector = await DeletionVectorReader.ReadAsync(store, file, cancel).ConfigureAwait(false);
        long last = vector.Count == 0 ? -1 : vector.Positions.Max();
        return file.ReferencedDataFile is { } path && live.GetValueOrDefault(store.Resolve(path)) is { } data && last >= data.RecordCount
            ? [Beyond(file, last, data)] : [];
    }

    private async Task<List<Finding>> PositionsAsync(DataFile file, CancellationToken cancel)
    {
        var context = new ScanContext(session, store, null);
        try
        {
            string source = await DeleteFileSql.SelectAsync(context, [file], Columns, cancel).ConfigureAwait(false);
            string path = Sql.Column(MetadataColumns.DeleteFilePath), pos = Sql.Column(MetadataColumns.DeletePos);
            List<object?[]> rows = await RowReader.ReadAllAsync(
                session, $"SELECT {path}, min({pos}), max({pos}), count(*), count({pos}) FROM ({source}) GROUP BY {path}",
                [Columns[0], Columns[1], Columns[1], Columns[1], Columns[1]], ValueForm.Physical, cancel).ConfigureAwait(false);
            return [.. Compare(file, rows)];
        }
        finally
        {
            await context.CleanUpAsync().ConfigureAwait(false);
        }
    }

    private IEnumerable<Finding> Compare(DataFile file, List<object?[]> rows)
    {
        long count = rows.Sum(r => Number(r[3]));
        if (count != file.RecordCount)
            yield return new(FindingSeverity.Error, CheckKind.RecordCount, file.FilePath, $"The file has {count} deletes, and the manifest tells {file.RecordCount}.");
        if (rows.Any(r => r[0] is null || Number(r[4]) < Number(r[3]) || r[1] is < 0L))
            yield return new(FindingSeverity.Error, CheckKind.Deletes, file.FilePath, "The file has deletes without a data file or position, or with a negative position.");
        string[] paths = [.. rows.Select(r => r[0]).OfType<string>()];
        if (file.ReferencedDataFile is { } only && paths.FirstOrDefault(p => store.Resolve(p) != store.Resolve(only)) is { } other)
            yield return new(FindingSeverity.Error, CheckKind.Deletes, file.FilePath, $"The manifest tells that all deletes are for {only}, but there are some for {other}.");
        if (inUse.Contains(store.Resolve(file.FilePath)) && paths.Length > 0 && !paths.Any(p => live.ContainsKey(store.Resolve(p))))
        {
            yield return new(
                FindingSeverity.Warning, CheckKind.DeletesMatchNothing, file.FilePath,
                "All deletes are for data files that no branch or tag has any more. Optimize-IcebergTable takes such files away.");
        }
        foreach (object?[] row in rows.Where(r => r[0] is not null && r[2] is not null))
        {
            if (live.GetValueOrDefault(store.Resolve((string)row[0]!)) is { } data && Number(row[2]) >= data.RecordCount) yield return Beyond(file, Number(row[2]), data);
        }
    }

    private static Finding Beyond(DataFile file, long position, DataFile data) => new(
        FindingSeverity.Warning, CheckKind.DeletesMatchNothing, file.FilePath,
        $"The file deletes row {position} of {data.FilePath}, which has {data.RecordCount} rows.");

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
