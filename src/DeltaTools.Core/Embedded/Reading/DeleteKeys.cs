using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Collects the positions that position deletes and deletion vectors delete, as one table of row keys.</summary>
internal static class DeleteKeys
{
    private static readonly ImmutableArray<NestedField> Columns = [MetadataColumns.DeleteFilePath, MetadataColumns.DeletePos];

    /// <summary>Makes the table with the one column <c>k</c>; a key may be in it more than once.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> LoadAsync(ScanContext context, ImmutableArray<OrdinalTask> tasks, CancellationToken cancel)
    {
        string table = context.NewTable("deleted");
        await context.Session.ExecuteAsync($"CREATE TABLE {table} (k BIGINT)", cancel).ConfigureAwait(false);
        ILookup<bool, (DeleteFile Delete, OrdinalTask File)> deletes = tasks
            .SelectMany(t => t.Task.Deletes.Where(d => d.File.Content == DataFileContent.PositionDeletes).Select(d => (Delete: d, File: t)))
            .ToLookup(p => p.Delete.File.IsDeletionVector);
        await VectorPositions.LoadAsync(context, table, [.. deletes[true]], cancel).ConfigureAwait(false);
        if (deletes[false].Any()) await LoadFilesAsync(context, table, [.. deletes[false]], cancel).ConfigureAwait(false);
        return table;
    }

    /// <summary>Position delete files name data files by path: a path table says which task each spelling means, a pair table which delete
    /// file applies to which task.</summary>
    private static async Task LoadFilesAsync(
        ScanContext context, string table, ImmutableArray<(DeleteFile Delete, OrdinalTask File)> pairs, CancellationToken cancel)
    {
        ImmutableArray<DataFile> deletes = [.. pairs.Select(p => p.Delete.File).DistinctBy(f => f.FilePath)];
        Dictionary<string, int> ordinals = deletes.Index().ToDictionary(p => p.Item.FilePath, p => p.Index);
        string source = await DeleteFileSql.SelectAsync(context, deletes, Columns, cancel).ConfigureAwait(false);
        string path = Sql.Column(MetadataColumns.DeleteFilePath), pos = Sql.Column(MetadataColumns.DeletePos);

        string rows = context.NewTable("positions");
        await context.Session.ExecuteAsync(
            $"CREATE TABLE {rows} AS SELECT _delete, {path}, {pos} FROM ({source}) WHERE {path} IS NOT NULL AND {pos} >= 0", cancel).ConfigureAwait(false);
        string paths = await PathTableAsync(context, rows, path, pairs, cancel).ConfigureAwait(false);
        string applies = context.NewTable("applies");
        await context.Session.ExecuteAsync($"CREATE TABLE {applies} (d BIGINT, o BIGINT)", cancel).ConfigureAwait(false);
        using (var loader = new TableLoader(context.Session, applies))
        {
            foreach ((DeleteFile delete, OrdinalTask file) in pairs)
            {
                loader.Set(0, ordinals[delete.File.FilePath]);
                loader.Set(1, file.Ordinal);
                loader.EndRow();
            }
            loader.Complete();
        }
        await context.Session.ExecuteAsync(
            $"INSERT INTO {table} SELECT (p.o << {Sql.PositionBits}) | r.{pos} FROM {rows} r JOIN {paths} p ON r.{path} = p.path "
            + $"JOIN {applies} a ON a.d = r._delete AND a.o = p.o; DROP TABLE {rows}; DROP TABLE {paths}; DROP TABLE {applies}",
            cancel).ConfigureAwait(false);
    }

    /// <summary>Tables were moved and writers spell paths differently, so paths are compared as the store resolves them.</summary>
    private static async Task<string> PathTableAsync(
        ScanContext context, string rows, string path, ImmutableArray<(DeleteFile Delete, OrdinalTask File)> pairs, CancellationToken cancel)
    {
        IObjectStore store = context.Store;
        var tasks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((_, OrdinalTask file) in pairs) tasks[store.Resolve(file.Task.File.FilePath)] = file.Ordinal;
        List<object?[]> spelled = await Rows.RowReader.ReadAllAsync(
            context.Session, $"SELECT DISTINCT {path} FROM {rows}", [], Rows.ValueForm.Physical, cancel).ConfigureAwait(false);
        string table = context.NewTable("paths");
        await context.Session.ExecuteAsync($"CREATE TABLE {table} (path VARCHAR, o BIGINT)", cancel).ConfigureAwait(false);
        using var loader = new TableLoader(context.Session, table);
        foreach (object?[] row in spelled)
        {
            string text = (string)row[0]!;
            if (!tasks.TryGetValue(store.Resolve(text), out int ordinal)) continue;
            loader.Set(0, text);
            loader.Set(1, ordinal);
            loader.EndRow();
        }
        loader.Complete();
        return table;
    }
}
