using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>How the rows of two states of a table differ: true changes, whatever files were written or rewritten to make them.</summary>
/// <remarks>Rows are read that stand in files of one state only, and those of common files that only one state has deletes for; what
/// appears on both sides was merely copied. It lives in tables of the session until it is disposed.</remarks>
public sealed class ChangeSet : IAsyncDisposable
{
    private readonly DuckSession _session;
    private readonly ImmutableArray<NestedField> _fields;
    private readonly ChangeSql _sql;

    private ChangeSet(DuckSession session, ImmutableArray<NestedField> fields, ChangeSql sql, string pairs)
    {
        _session = session;
        _fields = fields;
        _sql = sql;
        Pairs = pairs;
    }

    /// <summary>Table with a row for each change; see <see cref="ChangeSql.Pairs"/>.</summary>
    internal string Pairs { get; }

    /// <param name="schema">What both states are read with.</param>
    public static async Task<ChangeSet> OpenAsync(
        DuckSession session, IObjectStore store, TableMetadata metadata, ChangePlan plan, Schema schema, RowIdentity identity, CancellationToken cancel)
    {
        var sql = new ChangeSql(schema.Fields);
        bool lineage = metadata.FormatVersion >= 3 && identity.PrefersLineage;
        ImmutableArray<NestedField> columns = lineage ? [.. schema.Fields, MetadataColumns.RowId] : schema.Fields;
        var reader = new SideReader(session, store, metadata, columns);
        string gone = session.NewName("gone"), came = session.NewName("came"), pairs = session.NewName("changes");
        try
        {
            await reader.ReadAsync(gone, plan.OnlyBefore, plan.Before, plan.After, cancel).ConfigureAwait(false);
            await reader.ReadAsync(came, plan.OnlyAfter, plan.After, plan.Before, cancel).ConfigureAwait(false);
            await new Pairing(session, sql, identity, gone, came).RunAsync(pairs, lineage, cancel).ConfigureAwait(false);
            return new(session, schema.Fields, sql, pairs);
        }
        catch
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {pairs}", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {gone}; DROP TABLE IF EXISTS {came}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async Task<ChangeCounts> CountAsync(CancellationToken cancel)
    {
        List<object?[]> counts = await RowReader.ReadAllAsync(_session,
            $"SELECT count_if({ChangeSql.Kind} = 1), count_if({ChangeSql.Kind} = 2), count_if({ChangeSql.Kind} = 0) FROM {Pairs}", [], ValueForm.User, cancel).ConfigureAwait(false);
        long[] n = [.. counts[0].Select(v => Convert.ToInt64(v, CultureInfo.InvariantCulture))];
        return new(n[0], n[1], n[2]);
    }

    /// <summary>Streams the images in the order of their keys; the first column is the <see cref="RowChange"/> as a number.</summary>
    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        NestedField change = new(0, "Change", IcebergType.Int);
        string columns = string.Join(", ", _fields.Select(f => Sql.Column(f)).Prepend("_change"));
        await foreach (RowBatch batch in RowReader.ReadAsync(
            _session, $"SELECT {columns} FROM ({_sql.Feed(Pairs)})", [change, .. _fields], ValueForm.User, cancel).ConfigureAwait(false))
        {
            yield return batch;
        }
    }

    public async ValueTask DisposeAsync() => await _session.ExecuteAsync($"DROP TABLE IF EXISTS {Pairs}", CancellationToken.None).ConfigureAwait(false);
}
