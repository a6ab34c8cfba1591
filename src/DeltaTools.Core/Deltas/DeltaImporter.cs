using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Deltas;

/// <summary>Appends deltas to a raw table, in one commit; makes the table from the first delta when it is absent.</summary>
/// <remarks>All of a delta is imported, or nothing: its rows are checked before anything is committed.</remarks>
public sealed class DeltaImporter(DuckSession session, ICatalog catalog, TableIdentifier name, DeltaImportOptions options)
{
    /// <summary>Property of tables that hold deltas.</summary>
    public const string TableKind = "deltatools.table-kind";
    public const string RawKind = "raw";

    private const string Arrival = "_arrival";

    /// <summary>Told about every row that is refused.</summary>
    public Action<BadRow> Reject { get; init; } = _ => { };

    /// <summary>Imports what can be imported; a delta that is refused does not hold up the others.</summary>
    /// <returns>For each delta what became of it, in their order.</returns>
    public async Task<IReadOnlyList<DeltaOutcome>> ImportAsync(IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        (IcebergTable table, bool isNew) = await OpenAsync(deltas[0], cancel).ConfigureAwait(false);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    IReadOnlyList<DeltaOutcome> outcomes = await AppendAsync(table, deltas, cancel).ConfigureAwait(false);
                    if (isNew && outcomes.All(o => o.Refused is not null)) await DropEmptyAsync().ConfigureAwait(false);
                    return outcomes;
                }
                catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt < 5)
                {
                    table = await table.RefreshAsync(cancel).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (isNew && e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
        {
            await DropEmptyAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<DeltaOutcome>> AppendAsync(IcebergTable table, IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        var imports = new List<PendingImport>();
        IcebergTable evolved = table;
        try
        {
            foreach (DeltaSource delta in deltas)
            {
                cancel.ThrowIfCancellationRequested();
                DateOnly date = await DateOfAsync(delta, cancel).ConfigureAwait(false);
                LedgerEntry? before = Ledger.Find(table.Metadata, delta.ContentHash, date);
                bool repeated = imports.Any(i => i.Delta.ContentHash == delta.ContentHash && i.Date == date);
                if (before is not null || repeated)
                {
                    imports.Add(new(delta, date, [], 0, [], IsRepeat: true) { Before = before });
                    continue;
                }
                try
                {
                    IcebergTable fitting = await EvolveAsync(evolved, delta, cancel).ConfigureAwait(false);
                    imports.Add(await WriteAsync(fitting, delta, date, imports.Count, cancel).ConfigureAwait(false));
                    evolved = fitting;
                }
                catch (IcebergException e) when (
                    e.Kind is IcebergErrorKind.DeltaRowInvalid or IcebergErrorKind.DeltaFileInvalid or IcebergErrorKind.SchemaMismatch or IcebergErrorKind.InvalidArgument)
                {
                    imports.Add(new(delta, date, [], 0, [], IsRepeat: false) { Refused = e });
                }
            }
            CommitResult? commit = await CommitAsync(table, evolved, [.. imports.Where(i => !i.IsRepeat && i.Refused is null)], cancel).ConfigureAwait(false);
            return [.. imports.Select(i => new DeltaOutcome(i.Delta, i.Refused is null ? Describe(i, table, commit) : null, i.Refused))];
        }
        catch (Exception e) when (e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
        {
            await table.Store.DeleteAsync([.. imports.SelectMany(i => i.Files).Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<PendingImport> WriteAsync(IcebergTable table, DeltaSource delta, DateOnly date, int ordinal, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        DeltaContract contract = DeltaContract.Match(delta, schema, table.Name);
        var select = new DeltaSelect(delta, schema, contract, HasOwnDate(delta) ? null : date);
        bool partitioned = !table.Metadata.DefaultSpec.Fields.IsEmpty;
        // Merges go by the order of the rows, also when they fill several files, or are spread over partitions.
        WriteTarget target = WriteTarget.Of(table.Metadata, table.Name) with
        {
            FirstOrdinal = ordinal * WriteTarget.OrdinalsPerSource,
            Partition = partitioned ? null : PartitionTuple.Empty,
            SortOrder = SortOrder.Unsorted,
            OrderSql = partitioned ? Arrival : null,
        };
        string Numbered(string rows) => partitioned ? $"SELECT *, row_number() OVER () AS {Arrival} FROM ({rows})" : rows;
        long rejected = 0;
        ImmutableArray<DataFile> files;
        try
        {
            files = await DataFileWriter.WriteAsync(session, table.Store, target, Numbered(select.Strict), cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (DeltaSelect.IsRefusal(e))
        {
            rejected = await new RejectedRows(session, select, options, Reject).ReportAsync(e, cancel).ConfigureAwait(false);
            files = await DataFileWriter.WriteAsync(session, table.Store, target, Numbered(select.Fitting), cancel).ConfigureAwait(false);
        }
        return new(delta, date, files, rejected, contract.Notes, IsRepeat: false);
    }

    private async Task<IcebergTable> EvolveAsync(IcebergTable table, DeltaSource delta, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        DeltaContract contract = DeltaContract.Match(delta, schema, table.Name);
        ImmutableArray<SchemaChange> changes = await DeltaDrift.ChangesAsync(
            session, delta, schema, table.Name, contract, options.SchemaEvolution, cancel).ConfigureAwait(false);
        return changes.IsEmpty ? table : table.With(MetadataUpdates.Apply(
            table.Metadata, SchemaUpdate.Updates(table.Metadata, changes), TableClock.Now(table.Metadata)));
    }

    private static async Task<CommitResult?> CommitAsync(
        IcebergTable table, IcebergTable evolved, ImmutableArray<PendingImport> imports, CancellationToken cancel)
    {
        if (imports.IsEmpty) return null;
        var actions = new List<TableAction> { new RecordImports([.. imports.Select(i => (i.Delta.ContentHash, i.Date, i.Rows))]) };
        if (evolved != table) actions.Add(new AdoptSchema(table.Metadata.CurrentSchemaId, evolved.Metadata.CurrentSchema));
        ImmutableArray<DataFile> files = [.. imports.SelectMany(i => i.Files)];
        if (!files.IsEmpty) actions.Add(new AppendFiles(files) { Summary = Provenance.Of("Import-Delta").SetItems(ImportSummary.Entries(imports)) });
        return await table.CommitAsync(actions, cancel).ConfigureAwait(false);
    }

    private async Task<(IcebergTable Table, bool IsNew)> OpenAsync(DeltaSource first, CancellationToken cancel)
    {
        try
        {
            return (await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false), false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            Schema schema = await RawTableSchema.OfAsync(session, first, cancel).ConfigureAwait(false);
            try
            {
                LoadedTable created = await catalog.CreateTableAsync(name, null, location => TableMetadataFactory.Create(
                    schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, location, StringMap.Empty.Add(TableKind, RawKind),
                    2, Guid.NewGuid(), DateTimeOffset.UtcNow), cancel).ConfigureAwait(false);
                return (IcebergTable.Of(catalog, created), true);
            }
            catch (IcebergException exists) when (exists.Kind == IcebergErrorKind.TableExists)
            {
                return (await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false), false);
            }
        }
    }

    /// <summary>Takes back a table that was made for a delta which then was refused; not when somebody else has used it since.</summary>
    private async Task DropEmptyAsync()
    {
        try
        {
            IcebergTable table = await IcebergTable.LoadAsync(catalog, name, CancellationToken.None).ConfigureAwait(false);
            if (!table.Metadata.Snapshots.IsEmpty || Ledger.Of(table.Metadata).Any()) return;
            await catalog.DropTableAsync(name, CancellationToken.None).ConfigureAwait(false);
            await table.Store.DeleteAsync([table.MetadataLocation], CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // The error that led here is the one to report; an empty table does no harm.
        }
    }

    private bool HasOwnDate(DeltaSource delta) => options.DateReceived is null && RawTableSchema.HasDate(delta);

    private async Task<DateOnly> DateOfAsync(DeltaSource delta, CancellationToken cancel)
    {
        if (!HasOwnDate(delta)) return options.DateReceived ?? options.Today;
        int index = delta.Columns.IndexOf(delta.Columns.First(RawTableSchema.IsDate));
        List<object?[]> newest = await RowReader.ReadAllAsync(
            session, $"SELECT CAST(max({delta.Cast(index, IcebergType.Date).Value}) AS DATE) FROM ({delta.NumberedRows})", [], ValueForm.User, cancel).ConfigureAwait(false);
        return newest[0][0] is DateOnly date ? date : options.Today;
    }

    private DeltaImport Describe(PendingImport import, IcebergTable table, CommitResult? commit)
    {
        ImmutableArray<string> notes = options.DateReceived is not null && RawTableSchema.HasDate(import.Delta)
            ? import.Notes.Add($"column '{RawColumns.Date}' of the delta is not used, since -DateReceived was given") : import.Notes;
        long? snapshot = import.IsRepeat
            ? import.Before is { } before ? Ledger.SnapshotOf(table.Metadata, before)?.SnapshotId : commit?.Snapshot?.SnapshotId
            : import.Files.IsEmpty ? null : commit?.Snapshot?.SnapshotId;
        return new(
            name.ToString(), import.Delta.Name, import.IsRepeat ? import.Before?.Rows ?? 0 : import.Rows, import.Rejected, import.Date, snapshot,
            import.IsRepeat ? DeltaImportStatus.AlreadyImported : DeltaImportStatus.Imported, import.Delta.ContentHash, notes);
    }
}

/// <summary>A delta on its way into the table.</summary>
/// <param name="Files">Its data files, written and not yet committed.</param>
/// <param name="IsRepeat">It was imported before, or stands twice in this import.</param>
internal sealed record PendingImport(
    DeltaSource Delta, DateOnly Date, ImmutableArray<DataFile> Files, long Rejected, ImmutableArray<string> Notes, bool IsRepeat)
{
    public LedgerEntry? Before { get; init; }

    public IcebergException? Refused { get; init; }

    public long Rows => Files.Sum(f => f.RecordCount);
}
