using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>Reads the rows that one state has and the other may not have.</summary>
internal sealed class SideReader(DuckSession session, IObjectStore store, TableMetadata metadata, ImmutableArray<NestedField> columns)
{
    private readonly string _names = string.Join(", ", columns.Select(f => "s." + Sql.Name(Sql.Column(f))).Append($"true AS {ChangeSql.Here}"));
    private readonly NameMapping? _mapping = NameMappingJson.Of(metadata);

    /// <param name="into">Table to make.</param>
    /// <param name="only">Files that only this state has.</param>
    /// <param name="common">Files that both states have with different deletes, as this one has them.</param>
    /// <param name="others">The same files as the other state has them, in the same order.</param>
    public async Task ReadAsync(
        string into, ImmutableArray<FileScanTask> only, ImmutableArray<FileScanTask> common, ImmutableArray<FileScanTask> others, CancellationToken cancel)
    {
        await RunAsync(only, rows => $"CREATE TABLE {into} AS SELECT {_names} FROM ({rows}) s", cancel).ConfigureAwait(false);
        // Where the other state has no delete that this one lacks, all rows of this one are in the other too.
        (FileScanTask Here, FileScanTask There)[] pairs = [.. common.Zip(others).Where(p => ChangePlan.HasMoreDeletes(p.Second, p.First))];
        ILookup<bool, (FileScanTask Here, FileScanTask There)> byEquality = pairs.ToLookup(p => ByEquality(p.Here) || ByEquality(p.There));
        if (byEquality[false].Any()) await AddAtPositionsAsync(into, [.. byEquality[false]], cancel).ConfigureAwait(false);
        if (byEquality[true].Any()) await AddMissingAsync(into, [.. byEquality[true]], cancel).ConfigureAwait(false);
    }

    /// <summary>The rows at positions that the other state deletes and this one does not: few, so the rest of the files' rows are passed over.</summary>
    private async Task AddAtPositionsAsync(string into, ImmutableArray<(FileScanTask Here, FileScanTask There)> pairs, CancellationToken cancel)
    {
        var context = new ScanContext(session, store, _mapping);
        try
        {
            string there = await DeleteKeys.LoadAsync(context, [.. pairs.Select((p, i) => new OrdinalTask(i, p.There))], cancel).ConfigureAwait(false);
            string here = await DeleteKeys.LoadAsync(context, [.. pairs.Select((p, i) => new OrdinalTask(i, p.Here))], cancel).ConfigureAwait(false);
            string wanted = context.NewTable("wanted");
            await session.ExecuteAsync($"CREATE TABLE {wanted} AS SELECT DISTINCT k FROM {there} ANTI JOIN {here} USING (k)", cancel).ConfigureAwait(false);
            List<object?[]> count = await RowReader.ReadAllAsync(session, $"SELECT count(*) FROM {wanted}", [], ValueForm.User, cancel).ConfigureAwait(false);
            if (Convert.ToInt64(count[0][0], CultureInfo.InvariantCulture) == 0) return;
            await RunAsync(
                [.. pairs.Select(p => p.Here with { Deletes = [] })],
                rows => $"INSERT INTO {into} SELECT {_names} FROM ({rows}) s SEMI JOIN {wanted} w ON s.{Sql.RowKey} = w.k", cancel).ConfigureAwait(false);
        }
        finally
        {
            await context.CleanUpAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The rows of this state that the other has not. Which rows equality deletes take away is known only after reading all.</summary>
    private async Task AddMissingAsync(string into, ImmutableArray<(FileScanTask Here, FileScanTask There)> pairs, CancellationToken cancel)
    {
        // A file has the same ordinal in both scans, so its rows have the same keys.
        PreparedScan kept = await OpenAsync([.. pairs.Select(p => p.There)], [MetadataColumns.Pos], cancel).ConfigureAwait(false);
        await using (kept.ConfigureAwait(false))
        {
            await RunAsync(
                [.. pairs.Select(p => p.Here)],
                rows => $"INSERT INTO {into} SELECT {_names} FROM ({rows}) s ANTI JOIN (SELECT {Sql.RowKey} AS k FROM ({kept.Sql})) o ON s.{Sql.RowKey} = o.k", cancel)
                .ConfigureAwait(false);
        }
    }

    private static bool ByEquality(FileScanTask task) => task.Deletes.Any(d => d.File.Content == DataFileContent.EqualityDeletes);

    private async Task RunAsync(ImmutableArray<FileScanTask> files, Func<string, string> statement, CancellationToken cancel)
    {
        PreparedScan scan = await OpenAsync(files, columns, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            try
            {
                await session.ExecuteAsync(statement(scan.Sql), cancel).ConfigureAwait(false);
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }

    private Task<PreparedScan> OpenAsync(ImmutableArray<FileScanTask> files, ImmutableArray<NestedField> wanted, CancellationToken cancel) =>
        PreparedScan.OpenAsync(session, store, new ScanInput
        {
            Tasks = files,
            Columns = wanted,
            Schemas = metadata.Schemas,
            NameMapping = _mapping,
            WithRowKey = true,
        }, cancel);
}
