using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DuckSql = DeltaTools.Core.Embedded.Sql;

namespace DeltaTools.TestServers.Athena;

/// <summary>MERGE, INSERT, UPDATE and DELETE.</summary>
internal sealed class AthenaDml(DuckSession session, TableReferences tables, AthenaTroubles troubles)
{
    public async Task<AthenaResult> MergeAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        await troubles.OvertakeAsync();
        // MERGE INTO target AS t USING source AS s ON condition WHEN ...
        (TableIdentifier? name, int i) = TableReferences.Name(tokens, 2, null);
        int uses = SqlText.Find(tokens, i, "using"), on = SqlText.Find(tokens, uses, "on"), when = SqlText.Find(tokens, on, "when");
        if (name is null || when == tokens.Count) throw AthenaFailure.User("SYNTAX_ERROR", "mismatched input in MERGE");
        (WorkingTable target, string before) = await OpenAsync(name, cancel);
        string alias = SqlText.Join(tokens[i..uses]);
        string source = SqlText.ToDuck((await tables.ReplaceAsync([SqlText.Word("from"), .. tokens[(uses + 1)..on]], cancel))[1..]);
        string condition = SqlText.ToDuck(tokens[(on + 1)..when]);
        long twice = Convert.ToInt64((await RowsAsync(
            $"SELECT count(*) FROM (SELECT 1 FROM {target.Sql} {alias} JOIN {source} ON {condition} GROUP BY {Alias(tokens[i..uses])}.rowid HAVING count(*) > 1)",
            cancel))[0][0], CultureInfo.InvariantCulture);
        if (twice > 0)
            throw AthenaFailure.User("MERGE_TARGET_ROW_MULTIPLE_MATCHES", "One MERGE target table row matched more than one source row");
        string clauses = SqlText.ToDuck(tokens[when..]);
        await session.ExecuteAsync($"MERGE INTO {target.Sql} {alias} USING {source} ON {condition} {clauses}", cancel);
        return await FinishAsync("MERGE_INTO", target, before, cancel);
    }

    public async Task<AthenaResult> ChangeAsync(List<SqlToken> tokens, CancellationToken cancel)
    {
        int start = tokens[0].Is("update") ? 1 : 2;
        (TableIdentifier? name, int i) = TableReferences.Name(tokens, start, null);
        if (name is null) throw AthenaFailure.User("SYNTAX_ERROR", "mismatched input");
        (WorkingTable target, string before) = await OpenAsync(name, cancel);
        List<SqlToken> rest = await tables.ReplaceAsync(tokens[i..], cancel);
        bool isInsert = tokens[0].Is("insert");
        string columns = isInsert && !(rest[0].Is("(") && !rest[1].Is("select") && !rest[1].Is("with")) ? $" ({target.Columns})" : "";
        await session.ExecuteAsync($"{SqlText.Join(tokens[..start])} {target.Sql}{columns} {SqlText.ToDuck(rest)}", cancel);
        return await FinishAsync(tokens[0].Text.ToUpperInvariant(), target, before, cancel);
    }

    private async Task<AthenaResult> FinishAsync(string what, WorkingTable target, string before, CancellationToken cancel)
    {
        string kept = $"SELECT {DuckSql.RowKey} FROM {target.Sql} WHERE {DuckSql.RowKey} IS NOT NULL";
        long rows = Convert.ToInt64((await RowsAsync(
            $"SELECT (SELECT count(*) FROM (SELECT * FROM {target.Sql} EXCEPT ALL SELECT * FROM {before})) + (SELECT count(*) FROM {before} WHERE {DuckSql.RowKey} NOT IN ({kept}))",
            cancel))[0][0], CultureInfo.InvariantCulture);
        await RowChanges.CommitAsync(session, target, before, troubles.InterfereAsync, cancel);
        return new AthenaResult("DML", what) { UpdateCount = rows, BytesScanned = target.Bytes + tables.Loaded.Sum(t => t.Bytes) };
    }

    private async Task<(WorkingTable Table, string Before)> OpenAsync(TableIdentifier name, CancellationToken cancel)
    {
        IcebergTable table = await tables.OpenAsync(name, cancel);
        if (table.Metadata.FormatVersion != 2)
            throw AthenaFailure.User("NOT_SUPPORTED", $"Iceberg table {name} has format version {table.Metadata.FormatVersion}; updates need version 2");
        WorkingTable working = await WorkingTable.LoadAsync(session, table, table.Metadata.CurrentSnapshot, true, false, cancel);
        string before = session.NewName("before");
        await session.ExecuteAsync($"CREATE TABLE {before} AS SELECT * FROM {working.Sql}", cancel);
        return (working, before);
    }

    private Task<List<object?[]>> RowsAsync(string sql, CancellationToken cancel) => RowReader.ReadAllAsync(session, sql, [], ValueForm.User, cancel);

    private static string Alias(List<SqlToken> tokens) => tokens.Count == 0 ? throw AthenaFailure.User("SYNTAX_ERROR", "the MERGE target needs an alias here") : tokens[^1].ToString();
}
