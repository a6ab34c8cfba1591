using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>New delete files, and those of before that they stand in for.</summary>
/// <param name="Added">Published, not yet part of any snapshot.</param>
/// <param name="Replaced">To be removed in the same commit: a data file may have one deletion vector only.</param>
public sealed record RowDeletes(ImmutableArray<DataFile> Added, ImmutableArray<DataFile> Replaced)
{
    public static readonly RowDeletes None = new([], []);

    /// <summary>Deletes rows of data files by position: deletion vectors in version 3, position delete files in version 2.</summary>
    /// <param name="tasks">The tasks of the scan that the keys come from, with all deletes that apply.</param>
    /// <param name="keys">A SELECT of one BIGINT column <c>k</c> with row keys as <see cref="Sql.RowKey"/> gives them; repeated keys count once.</param>
    public static async Task<RowDeletes> WriteAsync(
        DuckSession session, IObjectStore store, DeleteTarget target, ImmutableArray<FileScanTask> tasks, string keys, CancellationToken cancel)
    {
        string table = session.NewName("delete_keys");
        var sink = new FileSink(store, target.DataLocation);
        try
        {
            await session.ExecuteAsync($"CREATE TABLE {table} AS SELECT DISTINCT k FROM ({keys}) WHERE k IS NOT NULL ORDER BY k", cancel).ConfigureAwait(false);
            return target.FormatVersion >= 3
                ? await DeletionVectorWriter.WriteAsync(session, store, sink, tasks, table, cancel).ConfigureAwait(false)
                : await PositionDeleteWriter.WriteAsync(session, sink, target, tasks, table, cancel).ConfigureAwait(false);
        }
        catch
        {
            await sink.DiscardAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {table}", CancellationToken.None).ConfigureAwait(false);
        }
    }
}
