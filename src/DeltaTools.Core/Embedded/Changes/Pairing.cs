using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>Finds for each row that is gone the row that it became.</summary>
internal sealed class Pairing(DuckSession session, ChangeSql sql, RowIdentity identity, string gone, string came)
{
    /// <param name="pairs">Table to make.</param>
    /// <param name="lineage">Whether the rows come with row ids.</param>
    public async Task RunAsync(string pairs, bool lineage, CancellationToken cancel)
    {
        // Rows from before the upgrade to version 3 have no ids until they are rewritten.
        bool byId = lineage && await NumberAsync(
            $"SELECT count(*) FROM (SELECT {MetadataColumns.RowId.Name} FROM {gone} UNION ALL SELECT {MetadataColumns.RowId.Name} FROM {came}) WHERE {MetadataColumns.RowId.Name} IS NULL",
            cancel).ConfigureAwait(false) == 0;
        ImmutableArray<NestedField> by = byId ? [MetadataColumns.RowId] : identity.Key;
        if (by.IsEmpty)
        {
            await session.ExecuteAsync($"CREATE TABLE {pairs} AS {sql.Unpaired(gone, came, "0")}", cancel).ConfigureAwait(false);
            return;
        }
        ImmutableArray<NestedField> order = identity.Key.IsEmpty ? by : identity.Key;
        string ambiguous = session.NewName("ambiguous");
        try
        {
            await session.ExecuteAsync($"CREATE TABLE {ambiguous} AS {ChangeSql.Ambiguous(by, gone, came)}", cancel).ConfigureAwait(false);
            bool any = await NumberAsync($"SELECT count(*) FROM {ambiguous}", cancel).ConfigureAwait(false) > 0;
            string wasOnce = any ? ChangeSql.Without(by, gone, ambiguous) : gone, isOnce = any ? ChangeSql.Without(by, came, ambiguous) : came;
            await session.ExecuteAsync($"CREATE TABLE {pairs} AS {sql.Pairs(by, order, wasOnce, isOnce)}", cancel).ConfigureAwait(false);
            if (any)
            {
                string rest = sql.Unpaired(ChangeSql.Only(by, gone, ambiguous), ChangeSql.Only(by, came, ambiguous), $"(SELECT coalesce(max({ChangeSql.Number}), 0) FROM {pairs})");
                await session.ExecuteAsync($"INSERT INTO {pairs} {rest}", cancel).ConfigureAwait(false);
            }
            if (byId) await PairOthersAsync(pairs, cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {ambiguous}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A row may come back under another id: when a merge was taken back, on another branch, or by writers that do not keep the ids. Then its
    /// content tells, and its key.</summary>
    private async Task PairOthersAsync(string pairs, CancellationToken cancel)
    {
        if (await NumberAsync($"SELECT least(count_if({ChangeSql.Kind} = 0), count_if({ChangeSql.Kind} = 1)) FROM {pairs}", cancel).ConfigureAwait(false) == 0) return;
        await session.ExecuteAsync($"DELETE FROM {pairs} WHERE {ChangeSql.Number} IN ({sql.Cancelling(pairs)})", cancel).ConfigureAwait(false);
        if (identity.Key.IsEmpty) return;
        string updates = session.NewName("updates");
        try
        {
            await session.ExecuteAsync($"CREATE TABLE {updates} AS {sql.Replacing(identity.Key, pairs)}", cancel).ConfigureAwait(false);
            await session.ExecuteAsync(
                $"DELETE FROM {pairs} WHERE {ChangeSql.Number} IN (SELECT {ChangeSql.Number} FROM {updates} UNION ALL SELECT {ChangeSql.Insert} FROM {updates})", cancel).ConfigureAwait(false);
            await session.ExecuteAsync($"INSERT INTO {pairs} SELECT * EXCLUDE ({ChangeSql.Insert}) FROM {updates}", cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {updates}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<long> NumberAsync(string query, CancellationToken cancel) =>
        Convert.ToInt64((await RowReader.ReadAllAsync(session, query, [], ValueForm.User, cancel).ConfigureAwait(false))[0][0], CultureInfo.InvariantCulture);
}
