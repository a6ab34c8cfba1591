using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Merge;

/// <summary>Takes one merge back: rows that it inserted go, rows that it deleted or changed are what they were.</summary>
/// <remarks>Later commits stay, as long as they did not touch a row of the same key. The table then stands where it stood before the merge,
/// so that the next merge brings the rows again; when other merges came after it, the next merge looks at the whole raw table.</remarks>
public sealed class MergeUndo(DuckSession session, IcebergTable table)
{
    private const int ShownKeys = 20;
    private const string Position = "_at";

    /// <summary>Finds the merge and what it changed.</summary>
    /// <param name="snapshotId">Null is the last merge that was not taken back.</param>
    /// <exception cref="IcebergException">SnapshotNotFound: it is no merge of the table; MergeRefused: later commits touched its keys.</exception>
    public async Task<UndoPlan> PlanAsync(long? snapshotId, CancellationToken cancel)
    {
        var line = MergeLine.Of(table.Metadata);
        Snapshot merge = line.Find(snapshotId, table.Name);
        MergeState state = MergeState.Read(merge.Summary)!;
        Schema schema = table.Metadata.CurrentSchema;
        var identity = RowIdentity.Of(schema, state.Key, prefersLineage: false);
        var feed = new ChangeFeed(session, table.Store, table.Metadata, schema, identity);
        Snapshot? before = merge.ParentSnapshotId is not { } parent ? null : table.Metadata.Snapshot(parent)
            ?? throw new IcebergException(IcebergErrorKind.SnapshotNotFound, $"The state before snapshot {merge.SnapshotId} has expired, so its merge cannot be taken back.");
        ChangeSet changes = await feed.OpenAsync(before, merge, cancel).ConfigureAwait(false);
        try
        {
            ChangeSet later = await feed.OpenAsync(merge, table.Metadata.CurrentSnapshot, cancel).ConfigureAwait(false);
            await using (later.ConfigureAwait(false)) await CheckUntouchedAsync(merge, identity.Key, changes, later, cancel).ConfigureAwait(false);
            return new(merge, changes, await changes.CountAsync(cancel).ConfigureAwait(false)) { Key = identity.Key, Next = StateAfter(merge, line) };
        }
        catch
        {
            await changes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>The snapshot that takes the merge back.</returns>
    /// <exception cref="IcebergException">CommitConflict: another writer changed the table meanwhile.</exception>
    public async Task<Snapshot> ApplyAsync(UndoPlan plan, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        Schema schema = metadata.CurrentSchema;
        bool lineage = metadata.FormatVersion >= 3;
        ImmutableArray<FileScanTask> files = await FilesAsync(plan, cancel).ConfigureAwait(false);
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = files,
            Columns = lineage ? [.. schema.Fields, MetadataColumns.RowId] : schema.Fields,
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
            WithRowKey = true,
        }, cancel).ConfigureAwait(false);
        string found = session.NewName("undone");
        await using (scan.ConfigureAwait(false))
        {
            try
            {
                await session.ExecuteAsync($"CREATE TABLE {found} AS {Current(plan, scan.Sql, lineage)}", cancel).ConfigureAwait(false);
                return await CommitAsync(plan, files, found, lineage, cancel).ConfigureAwait(false);
            }
            finally
            {
                await session.ExecuteAsync($"DROP TABLE IF EXISTS {found}", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The files that can hold a row that the merge wrote, or a later copy of one: none of those that were there before it.</summary>
    private async Task<ImmutableArray<FileScanTask>> FilesAsync(UndoPlan plan, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        var options = new ScanOptions { MetricFields = [.. plan.Key.Select(f => f.Id)] };
        Task<ScanPlan> PlanAsync(Snapshot? snapshot) => ScanPlanner.PlanAsync(table.Store, metadata, snapshot, metadata.CurrentSchema, options, cancel);
        ImmutableArray<FileScanTask> files = (await PlanAsync(metadata.CurrentSnapshot).ConfigureAwait(false)).Tasks;
        if (plan.Merge.ParentSnapshotId is { } parent)
        {
            ScanPlan before = await PlanAsync(metadata.Snapshot(parent)).ConfigureAwait(false);
            HashSet<string> older = [.. before.Tasks.Select(t => table.Store.Resolve(t.File.FilePath))];
            files = [.. files.Where(t => !older.Contains(table.Store.Resolve(t.File.FilePath)))];
        }
        string keys = string.Join(", ", plan.Key.Select((f, i) => $"{ChangeSql.After(f)} AS {RowNames.Key(i)}"));
        return await TargetPruning.PruneAsync(
            session, files, plan.Key, $"(SELECT {keys} FROM {plan.Changes.Pairs} WHERE {ChangeSql.Kind} IN (1, 2))", cancel).ConfigureAwait(false);
    }

    /// <summary>Where the rows that the merge wrote are now, one for each.</summary>
    private string Current(UndoPlan plan, string scan, bool lineage)
    {
        string same = string.Join(" AND ", table.Metadata.CurrentSchema.Fields.OrderByDescending(f => plan.Key.Contains(f))
            .Select(f => $"t.{Sql.Column(f)} IS NOT DISTINCT FROM p.{ChangeSql.After(f)}"));
        return $"SELECT p.{ChangeSql.Number}, t.{Sql.RowKey} AS {Position}{(lineage ? $", t.{MetadataColumns.RowId.Name}" : "")} FROM ({scan}) t "
            + $"JOIN (SELECT * FROM {plan.Changes.Pairs} WHERE {ChangeSql.Kind} IN (1, 2)) p ON {same} QUALIFY row_number() OVER (PARTITION BY t.{Sql.RowKey}) = 1 "
            + $"AND row_number() OVER (PARTITION BY p.{ChangeSql.Number} ORDER BY t.{Sql.RowKey}) = 1";
    }

    private async Task<Snapshot> CommitAsync(UndoPlan plan, ImmutableArray<FileScanTask> files, string found, bool lineage, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        long there = Convert.ToInt64((await RowReader.ReadAllAsync(session, $"SELECT count(*) FROM {found}", [], ValueForm.User, cancel).ConfigureAwait(false))[0][0], CultureInfo.InvariantCulture);
        if (there != plan.Counts.Inserted + plan.Counts.Updated)
            throw new IcebergException(IcebergErrorKind.MergeRefused, $"Of the {plan.Counts.Inserted + plan.Counts.Updated} rows that the merge wrote only {there} are as it wrote them. Nothing was changed.");
        WriteTarget target = WriteTarget.Of(metadata, table.Name) with { KeepsRowLineage = lineage };
        string columns = string.Join(", ", metadata.CurrentSchema.Fields.Select(f => $"p.{ChangeSql.Before(f)} AS {Sql.Column(f)}"));
        string ids = lineage ? $", u.{MetadataColumns.RowId.Name}, NULL::BIGINT AS {MetadataColumns.LastUpdatedSequenceNumber.Name}" : "";
        string restored = $"SELECT {columns}{ids} FROM {plan.Changes.Pairs} p LEFT JOIN {found} u ON u.{ChangeSql.Number} = p.{ChangeSql.Number} WHERE p.{ChangeSql.Kind} IN (0, 2)";
        ImmutableArray<DataFile> data = await DataFileWriter.WriteAsync(session, table.Store, target, restored, cancel).ConfigureAwait(false);
        var deletes = RowDeletes.None;
        try
        {
            deletes = await RowDeletes.WriteAsync(session, table.Store, DeleteTarget.Of(metadata), files, $"SELECT {Position} AS k FROM {found}", cancel).ConfigureAwait(false);
            return (await table.CommitAsync([Delta(plan, data, deletes), new UndoMergeState(plan.Next)], cancel).ConfigureAwait(false)).Snapshot!;
        }
        catch (Exception e) when (e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
        {
            await table.Store.DeleteAsync([.. data.Concat(deletes.Added).Select(f => f.FilePath).Distinct()], CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private RowDelta Delta(UndoPlan plan, ImmutableArray<DataFile> data, RowDeletes deletes)
    {
        ImmutableSortedDictionary<string, string> summary = Provenance.Of("Undo-IcebergMerge")
            .Add(MergeSummaryKeys.UndoOf, plan.Merge.SnapshotId.ToString(CultureInfo.InvariantCulture));
        if (plan.Next is { } state) summary = summary.SetItems(state.ToSummary());
        if (RowTotals.Of(table.Metadata.CurrentSnapshot) is { } rows) summary = RowTotals.Add(summary, rows + plan.Counts.Deleted - plan.Counts.Inserted);
        return new RowDelta(table.Metadata.CurrentSnapshotId) { AddedData = data, AddedDeletes = deletes.Added, RemovedDeletes = deletes.Replaced, Summary = summary };
    }

    private async Task CheckUntouchedAsync(Snapshot merge, ImmutableArray<NestedField> key, ChangeSet changes, ChangeSet later, CancellationToken cancel)
    {
        string Keys(ChangeSet set) => $"SELECT DISTINCT {string.Join(", ", key.Select(f => $"CASE WHEN {ChangeSql.Kind} = 1 THEN {ChangeSql.After(f)} ELSE {ChangeSql.Before(f)} END AS {Sql.Column(f)}"))} FROM {set.Pairs}";
        string both = $"({Keys(changes)} INTERSECT {Keys(later)})";
        string list = string.Join(", ", key.Select(f => Sql.Column(f)));
        List<object?[]> touched = await RowReader.ReadAllAsync(
            session, $"SELECT {list}, count(*) OVER () FROM {both} ORDER BY ALL LIMIT {ShownKeys}", key, ValueForm.User, cancel).ConfigureAwait(false);
        if (touched.Count == 0) return;
        IEnumerable<string> shown = touched.Select(row => $"({string.Join(", ", key.Select((f, i) => $"{f.Name} = {ColumnChange.Text(row[i])}"))})");
        throw new IcebergException(IcebergErrorKind.MergeRefused,
            $"The merge of snapshot {merge.SnapshotId} cannot be taken back: later commits changed {touched[0][^1]} of its keys: {string.Join("; ", shown)}. "
            + "Take those back first, newest first, or go back to the state before with Restore-IcebergTable.");
    }

    /// <summary>Where the table stands afterwards; null: as if it was never merged.</summary>
    private MergeState? StateAfter(Snapshot merge, MergeLine line)
    {
        TableMetadata metadata = table.Metadata;
        // Rows of the merge that is taken back are mixed with those of later ones: the next merge must look at all of them as late rows.
        if (line.Standing.First() != merge) return MergeState.Of(metadata, SnapshotRef.Main)! with { SourceSnapshotId = null, SourceSequenceNumber = 0 };
        if (merge.ParentSnapshotId is not { } parent) return null;
        return MergeState.Of(metadata with { CurrentSnapshotId = parent, Refs = metadata.Refs.SetItem(SnapshotRef.Main, SnapshotRef.Branch(parent)) }, SnapshotRef.Main);
    }
}
