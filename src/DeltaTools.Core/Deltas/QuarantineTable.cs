using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Deltas;

/// <summary>A table that keeps the rows which imports refused, until they are corrected. It is made when it is absent.</summary>
internal sealed class QuarantineTable(DuckSession session, ICatalog catalog, TableIdentifier name)
{
    public const string Kind = "quarantine";
    public const string Id = "quarantine_id", Target = "raw_table", Source = "source", Hash = "content_hash", Line = "line", Column = "column_name";
    public const string Value = "value", Reason = "reason", Row = "row", Text = "text", Date = "date_received", At = "quarantined_at", By = "quarantined_by";

    private const string Columns = $"{Id} string not null, {Target} string not null, {Source} string not null, {Hash} string not null, {Line} long not null, "
        + $"{Column} string, {Value} string, {Reason} string not null, {Row} string, {Text} string, {Date} date, {At} timestamptz not null, {By} string not null";

    private static readonly string[] Texts = [Id, Target, Source, Hash, Column, Value, Reason, Row, Text, Date];

    /// <summary>Appends the refused rows of the imports. Those of a delta that are there already, from an import that was cut short, are not added again.</summary>
    /// <param name="target">The raw table that refused them.</param>
    public async Task AddAsync(string target, ImmutableArray<PendingImport> imports, CancellationToken cancel)
    {
        ImmutableArray<PendingImport> refusing = [.. imports.Where(i => i.Rejects.Total > 0)];
        if (refusing.IsEmpty) return;
        (IcebergTable table, _) = await new RawTable(catalog, name).OpenAsync(() => Task.FromResult(SchemaText.Parse(Columns)), Kind, cancel).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            if (table.Metadata.Properties.GetValueOrDefault(DeltaImporter.TableKind) != Kind)
                throw IcebergException.Invalid($"Table {name} is no quarantine. Name one, or a table that does not exist yet: it will be made.");
            ImmutableArray<PendingImport> fresh = [.. refusing.Where(i => Ledger.Find(table.Metadata, HashOf(target, i), i.Date.Last) is null)];
            if (fresh.IsEmpty) return;
            ImmutableArray<DataFile> files = await WriteAsync(table, target, fresh, cancel).ConfigureAwait(false);
            try
            {
                await table.CommitAsync([
                    new AppendFiles(files) { Summary = Provenance.Of("Import-Delta") },
                    new RecordImports([.. fresh.Select(i => new ImportRecord(HashOf(target, i), i.Date.Last, i.Rejects.Total, 0, i.Delta.Name))])], cancel).ConfigureAwait(false);
                return;
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt < 5)
            {
                await table.Store.DeleteAsync([.. files.Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
                table = await table.RefreshAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One quarantine may serve several raw tables, which may refuse the same content.</summary>
    private static string HashOf(string target, PendingImport import) =>
        ContentHash.OfText($"{target}\n{import.Delta.ContentHash}\n{import.Date.Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");

    private async Task<ImmutableArray<DataFile>> WriteAsync(IcebergTable table, string target, ImmutableArray<PendingImport> imports, CancellationToken cancel)
    {
        string staged = session.NewName("quarantine");
        await session.ExecuteAsync($"CREATE TABLE {staged} ({Line} BIGINT, {string.Join(", ", Texts.Select(t => $"\"{t}\" VARCHAR"))})", cancel).ConfigureAwait(false);
        try
        {
            await Task.Run(() => Load(staged, target, imports), cancel).ConfigureAwait(false);
            string at = $"TIMESTAMPTZ '{TableClock.Now(table.Metadata).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}+00'";
            IEnumerable<string> items = table.Metadata.CurrentSchema.Fields.Select(f => $"{Item(f, at)} AS {Sql.Column(f)}");
            return await DataFileWriter.WriteAsync(
                session, table.Store, WriteTarget.Of(table.Metadata, table.Name), $"SELECT {string.Join(", ", items)} FROM {staged}", cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {staged}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Item(NestedField field, string at) => field.Name switch
    {
        Line => Line,
        At => at,
        By => Sql.Text(Provenance.Committer),
        Date => $"TRY_CAST(substr(\"{Date}\", 2) AS DATE)",
        // The engine's loader knows no NULL: an empty text stands for it, and a mark before all others.
        _ when Texts.Contains(field.Name) => $"CASE WHEN \"{field.Name}\" <> '' THEN substr(\"{field.Name}\", 2) END",
        _ => $"CAST(NULL AS {DuckTypes.Of(field.Type)})",
    };

    private void Load(string staged, string target, ImmutableArray<PendingImport> imports)
    {
        using var loader = new TableLoader(session, staged);
        foreach (PendingImport import in imports)
        {
            string digest = LedgerEntry.DigestOf(HashOf(target, import));
            foreach (RejectedRow row in import.Rejects.Rows)
            {
                BadRow first = row.Faults[0];
                string reason = row.Faults.Count == 1 ? first.Reason : string.Join("; ", row.Faults.Select(f => $"{f.Column}: {(f.Value is null ? "" : $"'{f.Value}' ")}{f.Reason}"));
                string?[] texts =
                [
                    string.Create(CultureInfo.InvariantCulture, $"{digest}-{row.Line}"), target, import.Delta.Name, import.Delta.ContentHash,
                    first.Column, first.Value, reason, row.Row, row.Text, import.Date.OfAll?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ];
                loader.Set(0, row.Line);
                for (int i = 0; i < texts.Length; i++) loader.Set(i + 1, texts[i] is { } text ? "=" + text : "");
                loader.EndRow();
            }
        }
        loader.Complete();
    }
}
