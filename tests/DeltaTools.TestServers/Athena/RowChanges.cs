using System.Collections.Immutable;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DuckSql = DeltaTools.Core.Embedded.Sql;

namespace DeltaTools.TestServers.Athena;

/// <summary>Commits what a statement did to a working table, merge-on-read as Athena does.</summary>
internal static class RowChanges
{
    public const int MostPartitions = 100;

    /// <param name="before">Copy of the working table from before the statement.</param>
    /// <param name="interfere">Called between writing and committing.</param>
    public static async Task CommitAsync(DuckSession session, WorkingTable changed, string before, Func<Task> interfere, CancellationToken cancel)
    {
        IcebergTable table = changed.Table;
        string columns = string.Join(", ", changed.Schema.Fields.Select(f => $"{DuckSql.Name(f.Name)} AS {DuckSql.Column(f)}"));
        string fresh = session.NewName("fresh");
        await session.ExecuteAsync($"CREATE TABLE {fresh} AS (SELECT * FROM {changed.Sql} EXCEPT ALL SELECT * FROM {before})", cancel);
        string gone = $"SELECT {DuckSql.RowKey} AS k FROM {fresh} WHERE {DuckSql.RowKey} IS NOT NULL UNION ALL "
            + $"SELECT {DuckSql.RowKey} FROM {before} WHERE {DuckSql.RowKey} NOT IN (SELECT {DuckSql.RowKey} FROM {changed.Sql} WHERE {DuckSql.RowKey} IS NOT NULL)";
        ImmutableArray<DataFile> added = await DataFileWriter.WriteAsync(
            session, table.Store, WriteTarget.Of(table.Metadata, table.Name), $"SELECT {columns} FROM {fresh}", cancel);
        RowDeletes deletes = await RowDeletes.WriteAsync(session, table.Store, DeleteTarget.Of(table.Metadata), changed.Tasks, gone, cancel);
        string[] files = [.. added.Concat(deletes.Added).Select(f => f.FilePath)];
        if (added.Select(f => f.Partition).Distinct().Count() > MostPartitions)
        {
            await table.Store.DeleteAsync(files, cancel);
            throw new AthenaFailure($"TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {MostPartitions} open writers for partitions/buckets", 2, 1006);
        }
        if (files.Length == 0) return;
        await interfere();
        cancel.ThrowIfCancellationRequested();
        try
        {
            await table.CommitAsync(new RowDelta(changed.Snapshot?.SnapshotId)
            {
                AddedData = added,
                AddedDeletes = deletes.Added,
                RemovedDeletes = deletes.Replaced,
                Summary = StringMap.Empty.Add("trino_query_id", $"{DateTime.UtcNow:yyyyMMdd_HHmmss}_00001_test"),
            }, CancellationToken.None);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict)
        {
            throw AthenaFailure.CommitError(table.Name);
        }
    }
}
