using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
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

    private readonly RawTable _raw = new(catalog, name);

    private DeltaWriter Writer => new(session, options, Reject) { Derive = Derive };

    /// <summary>Told about every row that is refused.</summary>
    public Action<BadRow> Reject { get; init; } = _ => { };

    /// <summary>Derives the rows to import from what is delivered and the raw table as it is; null: the rows are imported as they are. Every delivery is
    /// a commit of its own then, so that the next is held against it, and no row of it may be refused: it would be taken for missing.</summary>
    public Func<DeliveredRows, CancellationToken, Task<DerivedRows>>? Derive { get; init; }

    /// <summary>Imports what can be imported; a delta that is refused does not hold up the others.</summary>
    /// <returns>For each delta what became of it, in their order.</returns>
    public Task<IReadOnlyList<DeltaOutcome>> ImportAsync(IReadOnlyList<DeltaSource> deltas, CancellationToken cancel) => EachAsync(deltas, ImportTogetherAsync, cancel);

    /// <summary>Reads and checks everything and writes nothing, not even a table.</summary>
    /// <returns>What <see cref="ImportAsync"/> would give, without snapshots. With <see cref="Derive"/>, each delta is held against the table as it is.</returns>
    public Task<IReadOnlyList<DeltaOutcome>> TryAsync(IReadOnlyList<DeltaSource> deltas, CancellationToken cancel) => EachAsync(deltas, TryTogetherAsync, cancel);

    private async Task<IReadOnlyList<DeltaOutcome>> EachAsync(
        IReadOnlyList<DeltaSource> deltas, Func<IReadOnlyList<DeltaSource>, CancellationToken, Task<IReadOnlyList<DeltaOutcome>>> work, CancellationToken cancel)
    {
        if (Derive is null) return await work(deltas, cancel).ConfigureAwait(false);
        if (options.RefusalLimit > 0) throw IcebergException.Invalid("A full extract is imported whole or not at all: leave out -ErrorLimit and -Quarantine.");
        var outcomes = new List<DeltaOutcome>();
        var dates = new HashSet<DateOnly>();
        foreach (DeltaSource delta in deltas)
        {
            ReceivedDate date = await ReceivedDate.OfAsync(session, delta, options.Date, options.Today, cancel).ConfigureAwait(false);
            if (dates.Add(date.Last)) outcomes.AddRange(await work([delta], cancel).ConfigureAwait(false));
            else outcomes.Add(new(delta, null, IcebergException.Invalid(FormattableString.Invariant(
                $"'{delta.Name}' has the date {date.Last:yyyy-MM-dd} of another file of this call. A full extract is one file that holds every row of its date."))));
        }
        return outcomes;
    }

    private async Task<IReadOnlyList<DeltaOutcome>> TryTogetherAsync(IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        (IcebergTable table, bool isNew) = await _raw.PeekAsync(() => RawTableSchema.OfAsync(session, deltas, cancel), RawKind, cancel).ConfigureAwait(false);
        var imports = new List<PendingImport>();
        await PrepareAsync(table, deltas, imports, isTrial: true, cancel).ConfigureAwait(false);
        IReadOnlyList<DeltaOutcome> outcomes = Outcomes(table, imports, null);
        if (!isNew) return outcomes;
        string made = $"the table is made: {string.Join(", ", table.Metadata.CurrentSchema.Fields.Select(f => $"{f.Name} {f.Type}"))}";
        return [.. outcomes.Select(o => o.Import is null ? o : o with { Import = o.Import with { Notes = o.Import.Notes.Insert(0, made) } })];
    }

    private async Task<IReadOnlyList<DeltaOutcome>> ImportTogetherAsync(IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        (IcebergTable table, bool isNew) = await _raw.OpenAsync(() => RawTableSchema.OfAsync(session, deltas, cancel), RawKind, cancel).ConfigureAwait(false);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    IReadOnlyList<DeltaOutcome> outcomes = await AppendAsync(table, deltas, cancel).ConfigureAwait(false);
                    if (isNew && outcomes.All(o => o.Refused is not null)) await _raw.DropEmptyAsync().ConfigureAwait(false);
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
            await _raw.DropEmptyAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The lines of a delta's rows that do not fit the table as it is.</summary>
    internal async Task<IReadOnlySet<long>> UnfitLinesAsync(DeltaSource delta, CancellationToken cancel)
    {
        IcebergTable table = await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false);
        ReceivedDate date = await ReceivedDate.OfAsync(session, delta, options.Date, options.Today, cancel).ConfigureAwait(false);
        IcebergTable fitting = await Writer.EvolveAsync(table, delta, date, cancel).ConfigureAwait(false);
        Rejects rejects = await Writer.CheckAsync(fitting, delta, date, cancel).ConfigureAwait(false);
        foreach (BadRow row in rejects.Rows.SelectMany(r => r.Faults)) Reject(row);
        return rejects.Rows.Select(r => r.Line).ToHashSet();
    }

    private async Task<IReadOnlyList<DeltaOutcome>> AppendAsync(IcebergTable table, IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        var imports = new List<PendingImport>();
        try
        {
            IcebergTable evolved = await PrepareAsync(table, deltas, imports, isTrial: false, cancel).ConfigureAwait(false);
            ImmutableArray<PendingImport> imported = [.. imports.Where(i => i.IsImported)];
            // First: what was refused must not be lost when the process ends between the two commits. Twice is prevented by the ledger of the quarantine.
            if (options.Quarantine is { } quarantine)
                await new QuarantineTable(session, catalog, quarantine).AddAsync(table.Name, imported, cancel).ConfigureAwait(false);
            return Outcomes(table, imports, await CommitAsync(table, evolved, imported, cancel).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
        {
            await table.Store.DeleteAsync([.. imports.SelectMany(i => i.Files).Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Checks the deltas and writes their data files.</summary>
    /// <param name="imports">Takes what becomes of each delta.</param>
    /// <returns>The table with the columns that they need.</returns>
    private async Task<IcebergTable> PrepareAsync(IcebergTable table, IReadOnlyList<DeltaSource> deltas, List<PendingImport> imports, bool isTrial, CancellationToken cancel)
    {
        DeltaWriter writer = new(session, options, Reject) { Derive = Derive, IsTrial = isTrial };
        IcebergTable evolved = table;
        ILookup<(string, DateOnly), LedgerEntry> ledger = LedgerOf(table);
        foreach (DeltaSource delta in deltas)
        {
            cancel.ThrowIfCancellationRequested();
            ReceivedDate date = new(null, options.Today, options.Today);
            try
            {
                date = await ReceivedDate.OfAsync(session, delta, options.Date, options.Today, cancel).ConfigureAwait(false);
                LedgerEntry? before = ledger[(LedgerEntry.DigestOf(delta.ContentHash), date.Last)].FirstOrDefault();
                if (before is not null || imports.Any(i => i.IsImported && i.Delta.ContentHash == delta.ContentHash && i.Date.Last == date.Last))
                {
                    imports.Add(new(delta, date) { IsRepeat = true, Before = before });
                    continue;
                }
                IcebergTable fitting = await writer.EvolveAsync(evolved, delta, date, cancel).ConfigureAwait(false);
                PendingImport import = await writer.WriteAsync(fitting, delta, date, [.. imports.Where(i => i.IsImported)], cancel).ConfigureAwait(false);
                imports.Add(import with { Notes = [.. NewColumns(evolved, fitting), .. import.Notes] });
                evolved = fitting;
            }
            catch (IcebergException e) when (
                e.Kind is IcebergErrorKind.DeltaRowInvalid or IcebergErrorKind.DeltaFileInvalid or IcebergErrorKind.SchemaMismatch or IcebergErrorKind.InvalidArgument
                    or IcebergErrorKind.MergeRefused or IcebergErrorKind.DuplicateKey or IcebergErrorKind.NullKey)
            {
                imports.Add(new(delta, date) { Refused = e });
            }
        }
        return evolved;
    }

    private static ILookup<(string, DateOnly), LedgerEntry> LedgerOf(IcebergTable table) => Ledger.Standing(table.Metadata).ToLookup(e => (e.Digest, e.DateReceived));

    /// <summary>What a delta adds to the columns of the table, for people.</summary>
    private static IEnumerable<string> NewColumns(IcebergTable before, IcebergTable after)
    {
        Schema old = before.Metadata.CurrentSchema;
        foreach (NestedField field in after.Metadata.CurrentSchema.Fields.Where(f => !RowNumbers.Is(f)))
        {
            if (old.Fields.FirstOrDefault(f => f.Id == field.Id) is not { } was) yield return $"column {field.Name} {field.Type} is new";
            else if (!was.Type.Equals(field.Type)) yield return $"column {field.Name} is widened from {was.Type} to {field.Type}";
        }
    }

    private async Task<CommitResult?> CommitAsync(
        IcebergTable table, IcebergTable evolved, ImmutableArray<PendingImport> imports, CancellationToken cancel)
    {
        if (imports.IsEmpty) return null;
        var actions = new List<TableAction>();
        if (Derive is not null) actions.Add(new ExpectHead(table.Metadata.CurrentSnapshotId));
        if (evolved != table) actions.Add(new AdoptSchema(table.Metadata.CurrentSchemaId, evolved.Metadata.CurrentSchema));
        ImmutableArray<DataFile> files = [.. imports.SelectMany(i => i.Files)];
        if (!files.IsEmpty) actions.Add(new AppendFiles(files) { Summary = Provenance.Of("Import-Delta").SetItems(ImportSummary.Entries(imports)) });
        actions.Add(new RecordImports([.. imports.Select(i => new ImportRecord(i.Delta.ContentHash, i.Date.Last, i.Rows, i.Rejects.Total, i.Delta.Name))]));
        return await table.CommitAsync(actions, cancel).ConfigureAwait(false);
    }

    private IReadOnlyList<DeltaOutcome> Outcomes(IcebergTable table, List<PendingImport> imports, CommitResult? commit)
    {
        DateOnly? newest = LedgerOf(table).SelectMany(g => g).Select(e => (DateOnly?)e.DateReceived).DefaultIfEmpty(null).Max();
        return [.. imports.Select(i => new DeltaOutcome(i.Delta, i.Refused is null ? Describe(i, newest, commit) : null, i.Refused))];
    }

    private DeltaImport Describe(PendingImport import, DateOnly? newest, CommitResult? commit)
    {
        ImmutableArray<string> notes = import.Notes;
        if (options.Date is not (DateSource.OwnColumn or DateSource.Column) && ReceivedDate.ColumnOf(import.Delta, DateSource.Own) is not null)
            notes = notes.Add($"column '{RawColumns.Date}' of the delta is not used, since another source of the date was named");
        long? snapshot = import.IsRepeat ? import.Before is { } before ? before.Commit.SnapshotId : commit?.Snapshot?.SnapshotId
            : import.Files.IsEmpty ? null : commit?.Snapshot?.SnapshotId;
        return new(
            name.ToString(), import.Delta.Name, import.IsRepeat ? import.Before?.Rows ?? 0 : import.Rows, import.Rejects.Total, import.Date.Last, snapshot,
            import.IsRepeat ? DeltaImportStatus.AlreadyImported : DeltaImportStatus.Imported, import.Delta.ContentHash, notes)
        {
            NewestBefore = !import.IsRepeat && import.Date.First < newest ? newest : null,
        };
    }
}
