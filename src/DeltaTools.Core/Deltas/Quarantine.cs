using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Deltas;

/// <summary>Reads the rows that imports refused, and takes out those that were imported after all.</summary>
public sealed class Quarantine(DuckSession session, IcebergTable table)
{
    private static readonly string[] Wanted =
    [
        QuarantineTable.Id, QuarantineTable.Target, QuarantineTable.Source, QuarantineTable.Hash, QuarantineTable.Line, QuarantineTable.Column,
        QuarantineTable.Value, QuarantineTable.Reason, QuarantineTable.Row, QuarantineTable.Text, QuarantineTable.Date, QuarantineTable.At,
    ];

    /// <exception cref="IcebergException">InvalidArgument: the table is no quarantine.</exception>
    public async Task<IReadOnlyList<QuarantinedRow>> ReadAsync(Predicate filter, CancellationToken cancel)
    {
        if (table.Metadata.Properties.GetValueOrDefault(DeltaImporter.TableKind) != QuarantineTable.Kind)
            throw IcebergException.Invalid($"Table {table.Name} is no quarantine, so there is nothing to restore from it.");
        TableRead read = new(table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema) { Columns = [.. Wanted], Filter = filter };
        var rows = new List<QuarantinedRow>();
        await foreach (RowBatch batch in TableReader.ReadAsync(table.Store, table.Metadata, read, session.Options, cancel).ConfigureAwait(false))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(RowOf(batch.Row(i)));
        }
        return [.. rows.OrderBy(r => r.QuarantinedAt).ThenBy(r => r.Source, StringComparer.Ordinal).ThenBy(r => r.Line)];
    }

    /// <summary>Deletes rows; those that are not there any more do not matter.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0) return;
        IcebergTable current = await table.RefreshAsync(cancel).ConfigureAwait(false);
        string wanted = session.NewName("restored");
        await session.ExecuteAsync($"CREATE TABLE {wanted} (id VARCHAR)", cancel).ConfigureAwait(false);
        try
        {
            await Task.Run(() => Load(wanted, ids), cancel).ConfigureAwait(false);
            for (int attempt = 1; !await TryRemoveAsync(current, wanted, attempt, cancel).ConfigureAwait(false); attempt++)
                current = await current.RefreshAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {wanted}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryRemoveAsync(IcebergTable current, string wanted, int attempt, CancellationToken cancel)
    {
        TableMetadata metadata = current.Metadata;
        NestedField id = metadata.CurrentSchema.FindField(QuarantineTable.Id)!;
        ScanPlan plan = await ScanPlanner.PlanAsync(current.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, ScanOptions.All, cancel).ConfigureAwait(false);
        PreparedScan scan = await PreparedScan.OpenAsync(session, current.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = [id],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
            WithRowKey = true,
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            RowDeletes deletes = await RowDeletes.WriteAsync(session, current.Store, DeleteTarget.Of(metadata), plan.Tasks,
                $"SELECT {Sql.RowKey} AS k FROM ({scan.Sql}) s SEMI JOIN {wanted} w ON s.{Sql.Column(id)} = w.id", cancel).ConfigureAwait(false);
            if (deletes.Added.IsEmpty) return true;
            try
            {
                await current.CommitAsync(new RowDelta(metadata.CurrentSnapshotId)
                {
                    AddedDeletes = deletes.Added,
                    RemovedDeletes = deletes.Replaced,
                    Isolation = Isolation.Snapshot,
                    Summary = Provenance.Of("Restore-DeltaQuarantine"),
                }, cancel).ConfigureAwait(false);
                return true;
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt < 5)
            {
                await current.Store.DeleteAsync([.. deletes.Added.Select(f => f.FilePath).Distinct()], CancellationToken.None).ConfigureAwait(false);
                return false;
            }
        }
    }

    private void Load(string wanted, IEnumerable<string> ids)
    {
        using var loader = new TableLoader(session, wanted);
        foreach (string id in ids)
        {
            loader.Set(0, id);
            loader.EndRow();
        }
        loader.Complete();
    }

    private static QuarantinedRow RowOf(object?[] v) => new(
        (string)v[0]!, (string)v[1]!, (string)v[2]!, (string)v[3]!, Convert.ToInt64(v[4], CultureInfo.InvariantCulture), (string?)v[5], (string?)v[6],
        (string)v[7]!, (string?)v[8], (string?)v[9], v[10] as DateOnly?, v[11] as DateTimeOffset? ?? DateTimeOffset.MinValue);
}
