using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>Reads the rows that one state has and the other may not have.</summary>
internal sealed class SideReader(DuckSession session, IObjectStore store, TableMetadata metadata, ImmutableArray<NestedField> columns)
{
    /// <param name="into">Table to make.</param>
    /// <param name="files">Files of this state; common ones first.</param>
    /// <param name="others">The common ones as the other state has them, in the same order.</param>
    public async Task ReadAsync(string into, ImmutableArray<FileScanTask> files, ImmutableArray<FileScanTask> others, CancellationToken cancel)
    {
        PreparedScan scan = await OpenAsync(files, columns, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string names = string.Join(", ", columns.Select(f => "s." + Sql.Name(Sql.Column(f))).Append($"true AS {ChangeSql.Here}"));
            try
            {
                if (others.IsEmpty)
                {
                    await session.ExecuteAsync($"CREATE TABLE {into} AS SELECT {names} FROM ({scan.Sql}) s", cancel).ConfigureAwait(false);
                    return;
                }
                // A common file has the same ordinal in both scans, so its rows have the same keys.
                PreparedScan kept = await OpenAsync(others, [MetadataColumns.Pos], cancel).ConfigureAwait(false);
                await using (kept.ConfigureAwait(false))
                {
                    await session.ExecuteAsync($"CREATE TABLE {into} AS SELECT {names} FROM ({scan.Sql}) s ANTI JOIN (SELECT {Sql.RowKey} AS k FROM ({kept.Sql})) o "
                        + $"ON s.{Sql.RowKey} = o.k", cancel).ConfigureAwait(false);
                }
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
            NameMapping = NameMappingJson.Of(metadata),
            WithRowKey = true,
        }, cancel);
}
