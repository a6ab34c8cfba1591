using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Writes the rows of deltas as data files of their raw table; nothing is committed.</summary>
/// <param name="reject">Told about every row that is refused.</param>
internal sealed class DeltaWriter(DuckSession session, DeltaImportOptions options, Action<BadRow> reject)
{
    /// <inheritdoc cref="DeltaImporter.Derive"/>
    public Func<DeliveredRows, CancellationToken, Task<DerivedRows>>? Derive { get; init; }

    /// <summary>Reads, checks and counts the rows, and writes nothing.</summary>
    public bool IsTrial { get; init; }

    /// <summary>The table with the columns that the delta needs, as far as the options allow.</summary>
    /// <exception cref="IcebergException">SchemaMismatch: it needs more than is allowed.</exception>
    public async Task<IcebergTable> EvolveAsync(IcebergTable table, DeltaSource delta, ReceivedDate date, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        var contract = DeltaContract.Match(delta, schema, date.Column);
        ImmutableArray<SchemaChange> changes = await new DeltaDrift(session, schema, table.Name, options).ChangesAsync(delta, contract, cancel).ConfigureAwait(false);
        // Derived rows may be tombstones, whatever the delta's columns are.
        if (Derive is not null && schema.FindFieldIgnoreCase(RawColumns.Deleted) is null)
            changes = changes.Add(new AddColumn(null, new NestedField(0, RawColumns.Deleted, IcebergType.Boolean)));
        // The rows that are there do not carry the new columns; when their files are packed, that has to be written down.
        bool notes = schema.FindField(RawColumns.Absent) is not null || changes.Contains(DeltaDrift.NoteAbsent);
        if (!notes && table.Metadata.CurrentSnapshot is not null && changes.Any(c => c is AddColumn)) changes = changes.Add(DeltaDrift.NoteAbsent);
        if (RowNumbers.AreDue(table.Metadata)) changes = changes.Add(RowNumbers.Column(schema, delta));
        return changes.IsEmpty ? table : table.With(MetadataUpdates.Apply(
            table.Metadata, SchemaUpdate.Updates(table.Metadata, changes), TableClock.Now(table.Metadata)));
    }

    /// <param name="before">The deltas that go into the same commit before it.</param>
    /// <exception cref="IcebergException">DeltaRowInvalid: more rows than allowed do not fit; DeltaFileInvalid: it cannot be read as what it is.</exception>
    public async Task<PendingImport> WriteAsync(IcebergTable table, DeltaSource delta, ReceivedDate date, IReadOnlyCollection<PendingImport> before, CancellationToken cancel)
    {
        DeltaSelect select = SelectOf(table, delta, date);
        // Merges go by the order of the rows, also when they fill several files, or are spread over partitions.
        var order = ArrivalOrder.Of(table.Metadata, before.Sum(i => i.Rows));
        WriteTarget target = WriteTarget.Of(table.Metadata, table.Name) with
        {
            // The names of the files tell the place of the delta among those of its commit.
            FirstOrdinal = before.Count * WriteTarget.OrdinalsPerSource,
            Partition = order.Column is null ? PartitionTuple.Empty : null,
            SortOrder = SortOrder.Unsorted,
            OrderSql = order.Column,
        };
        await EngineFunctions.EnsureAsync(session, cancel).ConfigureAwait(false);
        var import = new PendingImport(delta, date) { Notes = select.Contract.Notes };
        try
        {
            await using DerivedRows? derived = Derive is null ? null
                : await Derive(new(table, delta.Name, select.Strict, date.Last), cancel).ConfigureAwait(false);
            return await StoreAsync(
                import with { Notes = [.. import.Notes, .. derived?.Notes ?? []] }, table, target, order.Number(derived?.Select ?? select.Strict), cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (DeltaSelect.IsRefusal(e))
        {
            Rejects rejects = await FindRejectsAsync(select, cancel).ConfigureAwait(false);
            if (rejects.Total == 0 && delta.Explain(e) is { } explained) throw explained;
            if (rejects.Total == 0) throw;
            Report(delta, rejects);
            PendingImport rest = await StoreAsync(import with { Rejects = rejects }, table, target, order.Number(select.Fitting), cancel).ConfigureAwait(false);
            await CheckNoneIsLostAsync(table, rest).ConfigureAwait(false);
            return rest;
        }
    }

    private async Task<PendingImport> StoreAsync(PendingImport import, IcebergTable table, WriteTarget target, string rows, CancellationToken cancel)
    {
        if (!IsTrial) return import with { Files = await DataFileWriter.WriteAsync(session, table.Store, target, rows, cancel).ConfigureAwait(false) };
        // The columns are counted too, for the checks of their values to be made.
        List<object?[]> counts = await RowReader.ReadAllAsync(session, $"SELECT count(*), count(COLUMNS(*)) FROM ({rows})", [], ValueForm.Physical, cancel).ConfigureAwait(false);
        return import with { Counted = (long)counts[0][0]! };
    }

    /// <summary>The rows that do not fit.</summary>
    public Task<Rejects> CheckAsync(IcebergTable table, DeltaSource delta, ReceivedDate date, CancellationToken cancel) =>
        FindRejectsAsync(SelectOf(table, delta, date), cancel);

    private DeltaSelect SelectOf(IcebergTable table, DeltaSource delta, ReceivedDate date)
    {
        Schema schema = table.Metadata.CurrentSchema;
        return new(delta, schema, DeltaContract.Match(delta, schema, date.Column), date.OfAll, options.Key);
    }

    private async Task<Rejects> FindRejectsAsync(DeltaSelect select, CancellationToken cancel)
    {
        long most = options.Quarantine is null ? options.MaxReported : options.RefusalLimit;
        try
        {
            return await new RejectedRows(session, select, Math.Max(most, 1)).FindAsync(cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (select.Delta.Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Passing over broken rows, the engine leaves out without a word what it cannot read, such as text of another encoding.</summary>
    private static async Task CheckNoneIsLostAsync(IcebergTable table, PendingImport import)
    {
        if (import.Delta.CountRows() is not { } rows || rows == import.Rows + import.Rejects.Total) return;
        await table.Store.DeleteAsync([.. import.Files.Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
        throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
            $"Nothing of '{import.Delta.Name}' was imported: of its {rows} rows {import.Rejects.Total} do not fit, and only {import.Rows} of the others can be read. "
            + "Is the file in another encoding (-Encoding), or are its line ends mixed?");
    }

    private void Report(DeltaSource delta, Rejects rejects)
    {
        BadRow[] shown = [.. rejects.Rows.SelectMany(r => r.Faults).Take(Math.Max(options.MaxReported, 1))];
        foreach (BadRow row in shown) reject(row);
        if (rejects.Total > options.RefusalLimit)
        {
            throw new IcebergException(IcebergErrorKind.DeltaRowInvalid,
                $"Nothing of '{delta.Name}' was imported: {rejects.Total} of its rows do not fit, and -ErrorLimit allows {options.RefusalLimit}. The first is {shown[0]}.");
        }
    }
}
