using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Every version that a row had, as far back as snapshots are retained, and the delta that made it.</summary>
/// <param name="raw">Finds the raw table by its name; null when it cannot be read.</param>
public sealed class RowHistory(DuckSession session, IcebergTable table, Func<string, CancellationToken, Task<IcebergTable?>> raw)
{
    private readonly Dictionary<string, IReadOnlyList<DeltaRow>> _deltas = [];

    /// <param name="key">Columns of the key and their values.</param>
    /// <exception cref="IcebergException">InvalidArgument: no such column, or a value that is none of its type.</exception>
    public async IAsyncEnumerable<RowVersion> ReadAsync(Predicate key, [EnumeratorCancellation] CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        Schema schema = metadata.CurrentSchema;
        Predicate filter = Binder.Bind(key, schema);
        HashSet<(string, string)> last = [];
        Dictionary<string, RowBatch> rows = [];
        foreach (Snapshot snapshot in Ancestry.Of(metadata, metadata.CurrentSnapshotId).Reverse())
        {
            if (snapshot.Operation == SnapshotSummary.Replace && last.Count > 0) continue;
            ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, metadata, snapshot, schema, new ScanOptions { Filter = filter }, cancel).ConfigureAwait(false);
            // The same files with the same deletes hold the same row.
            HashSet<(string, string)> files = [.. plan.Tasks.Select(t => (t.File.FilePath, string.Join('|', t.Deletes.Select(d => $"{d.File.FilePath}@{d.File.ContentOffset}"))))];
            if (last.SetEquals(files)) continue;
            last = files;
            Dictionary<string, RowBatch> now = await RowsAsync(plan, filter, schema, cancel).ConfigureAwait(false);
            string[] came = [.. now.Keys.Except(rows.Keys)], gone = [.. rows.Keys.Except(now.Keys)];
            bool isUpdate = came.Length == 1 && gone.Length == 1;
            if (came.Length + gone.Length > 0)
            {
                DeltaRow? delta = await DeltaAsync(snapshot, key, cancel).ConfigureAwait(false);
                foreach (string row in isUpdate ? [] : gone) yield return new(RowChange.Delete, snapshot, delta, rows[row]);
                foreach (string row in came) yield return new(isUpdate ? RowChange.UpdateAfter : RowChange.Insert, snapshot, delta, now[row]);
            }
            rows = now;
        }
    }

    /// <summary>The rows of the key, each as a batch of its own, by their content.</summary>
    private async Task<Dictionary<string, RowBatch>> RowsAsync(ScanPlan plan, Predicate filter, Schema schema, CancellationToken cancel)
    {
        var rows = new Dictionary<string, RowBatch>();
        if (plan.Tasks.IsEmpty) return rows;
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = schema.Fields,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
            FilterSql = Sql.Filter(filter, schema),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string rowText = $"CAST({{{string.Join(", ", schema.Fields.Select((f, i) => $"'c{i.ToString(CultureInfo.InvariantCulture)}': {Sql.Column(f)}"))}}} AS VARCHAR)";
            ImmutableArray<NestedField> columns = [new(0, "_row", IcebergType.String), .. schema.Fields];
            string names = string.Join(", ", schema.Fields.Select(f => Sql.Column(f)));
            await foreach (RowBatch batch in RowReader.ReadAsync(session, $"SELECT {rowText}, {names} FROM ({scan.Sql})", columns, ValueForm.User, cancel).ConfigureAwait(false))
            {
                for (int i = 0; i < batch.Count; i++) rows[(string)batch[i, 0]!] = batch.Single(i);
            }
        }
        return rows;
    }

    /// <summary>The newest delta row of the key that the snapshot's merge could see.</summary>
    private async Task<DeltaRow?> DeltaAsync(Snapshot snapshot, Predicate key, CancellationToken cancel)
    {
        if (MergeState.Read(snapshot.Summary) is not { } state || snapshot.Summary.ContainsKey(MergeSummaryKeys.UndoOf)) return null;
        if (!_deltas.TryGetValue(state.Source, out IReadOnlyList<DeltaRow>? rows))
        {
            MergeOptions options = MergeRecipe.Apply(new MergeOptions { ReportDate = state.Watermark }, state.Recipe);
            rows = await raw(state.Source, cancel).ConfigureAwait(false) is { } source
                ? await new DeltaRows(session, source, options.DateColumn).FindAsync(key, cancel).ConfigureAwait(false) : [];
            _deltas[state.Source] = rows;
        }
        return rows.LastOrDefault(r => r.DateReceived <= state.Watermark && r.SequenceNumber <= state.SourceSequenceNumber);
    }
}

/// <summary>A version of a row.</summary>
/// <param name="Change">Insert, UpdateAfter, or Delete, which shows the row as it was.</param>
/// <param name="Snapshot">The snapshot that made it; the oldest one that is left may only show what an expired one made.</param>
/// <param name="Delta">The newest delta row of the key that its merge saw; null when it was no merge, or the raw table is not there.</param>
/// <param name="Row">The values, after a column with their text.</param>
public sealed record RowVersion(RowChange Change, Snapshot Snapshot, DeltaRow? Delta, RowBatch Row);
