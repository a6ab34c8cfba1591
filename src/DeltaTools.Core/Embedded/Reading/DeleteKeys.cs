using System.Collections.Immutable;
using System.Globalization;
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
        ILookup<bool, (DeleteFile Delete, OrdinalTask File)> files = deletes[false].ToLookup(p => IsScoped(context.Store, p.Delete, p.File));
        if (files[true].Any()) await LoadScopedAsync(context, table, [.. files[true]], cancel).ConfigureAwait(false);
        if (files[false].Any()) await LoadSharedAsync(context, table, [.. files[false]], cancel).ConfigureAwait(false);
        return table;
    }

    private static bool IsScoped(IObjectStore store, DeleteFile delete, OrdinalTask file) =>
        delete.File.ReferencedDataFile is { } path && store.Resolve(path) == store.Resolve(file.Task.File.FilePath);

    /// <summary>Files that say which one data file they are for: their paths need not be read.</summary>
    private static async Task LoadScopedAsync(
        ScanContext context, string table, ImmutableArray<(DeleteFile Delete, OrdinalTask File)> pairs, CancellationToken cancel)
    {
        string pos = Sql.Column(MetadataColumns.DeletePos);
        // Several delete files may be for one data file, but a file is for one only, so its place in the list tells the task.
        string ordinal = $"list_extract([{string.Join(',', pairs.Select(p => p.File.Ordinal.ToString(CultureInfo.InvariantCulture)))}]::BIGINT[], _delete + 1)";
        if (pairs.All(p => p.File.Ordinal == pairs[0].File.Ordinal)) ordinal = pairs[0].File.Ordinal.ToString(CultureInfo.InvariantCulture) + "::BIGINT";
        await DeleteFileSql.ExecuteAsync(
            context, [.. pairs.Select(p => p.Delete.File)], [MetadataColumns.DeletePos],
            source => $"INSERT INTO {table} SELECT ({ordinal} << {Sql.PositionBits}) | {pos} FROM ({source}) WHERE {pos} >= 0", cancel).ConfigureAwait(false);
    }

    /// <summary>Position delete files name data files by path: a path table says which task each spelling means, a pair table which delete
    /// file applies to which task.</summary>
    private static async Task LoadSharedAsync(
        ScanContext context, string table, ImmutableArray<(DeleteFile Delete, OrdinalTask File)> pairs, CancellationToken cancel)
    {
        ImmutableArray<DataFile> deletes = [.. pairs.Select(p => p.Delete.File).DistinctBy(f => f.FilePath)];
        Dictionary<string, int> ordinals = deletes.Index().ToDictionary(p => p.Item.FilePath, p => p.Index);
        string path = Sql.Column(MetadataColumns.DeleteFilePath), pos = Sql.Column(MetadataColumns.DeletePos);

        string rows = context.NewTable("positions");
        await DeleteFileSql.ExecuteAsync(
            context, deletes, Columns,
            source => $"CREATE TABLE {rows} AS SELECT _delete, {path}, {pos} FROM ({source}) WHERE {path} IS NOT NULL AND {pos} >= 0", cancel).ConfigureAwait(false);
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
