using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Storage;
using DeltaTools.TestServers.Glue;

namespace DeltaTools.TestServers.Athena;

/// <summary>Carries statements out: rows on DuckDB, tables through the Glue store and our own reader and writer.</summary>
internal sealed class AthenaEngine(GlueStore store, ObjectStores files, AthenaTroubles troubles)
{
    private const string Macros = """
        CREATE MACRO is_nan(x) AS isnan(x);
        CREATE MACRO json_format(x) AS CAST(x AS VARCHAR);
        CREATE MACRO to_hex(x) AS hex(x);
        CREATE MACRO is_infinite(x) AS isinf(x);
        CREATE MACRO cardinality(x) AS len(x);
        CREATE MACRO with_timezone(t, z) AS t AT TIME ZONE z;
        """;

    /// <exception cref="AthenaFailure">The query fails.</exception>
    public async Task<AthenaResult> RunAsync(string sql, IReadOnlyList<string> parameters, string? database, CancellationToken cancel)
    {
        List<SqlToken> tokens = Bound(SqlText.Tokens(sql), parameters);
        if (tokens.Count > 0 && tokens[^1].Is(";")) tokens.RemoveAt(tokens.Count - 1);
        if (tokens.Count == 0) throw AthenaFailure.User("SYNTAX_ERROR", "Queries of this type are not supported");
        bool isDdl = (tokens[0].Is("create") || tokens[0].Is("drop")) && !IsCtas(tokens);
        if (tokens.Any(t => t.Kind == (isDdl ? SqlTokenKind.Quoted : SqlTokenKind.Backticked)))
            throw AthenaFailure.User("SYNTAX_ERROR", isDdl ? "mismatched input '\"'" : "backquoted identifiers are not supported; use double quotes to quote identifiers");
        using DuckSession session = DuckSession.Open(new DuckOptions { Threads = 1 });
        try
        {
            await session.ExecuteAsync(Macros, cancel);
            StoreCatalog catalog = new(store, files);
            TableReferences tables = new(session, catalog, database);
            AthenaDml dml = new(session, tables, troubles);
            AthenaDdl ddl = new(session, catalog, tables, database, troubles);
            return tokens[0].Text.ToUpperInvariant() switch
            {
                "MERGE" => await dml.MergeAsync(tokens, cancel),
                "INSERT" or "UPDATE" or "DELETE" => await dml.ChangeAsync(tokens, cancel),
                "CREATE" when isDdl => await ddl.CreateAsync(tokens, cancel),
                "CREATE" => await ddl.CreateAsAsync(tokens, cancel),
                "DROP" => await ddl.DropAsync(tokens, cancel),
                "OPTIMIZE" => await ddl.OptimizeAsync(tokens, cancel),
                "VACUUM" => await ddl.VacuumAsync(tokens, cancel),
                "SELECT" or "WITH" or "VALUES" or "(" => await QueryAsync(session, tables, tokens, cancel),
                _ => throw AthenaFailure.User("SYNTAX_ERROR", "Queries of this type are not supported"),
            };
        }
        catch (IcebergException e) when (e.Kind is IcebergErrorKind.InvalidArgument or IcebergErrorKind.QueryFailed)
        {
            throw AthenaFailure.User(e.Message.Contains("Conversion", StringComparison.OrdinalIgnoreCase) ? "INVALID_CAST_ARGUMENT" : "SYNTAX_ERROR", e.Message);
        }
    }

    private static async Task<AthenaResult> QueryAsync(DuckSession session, TableReferences tables, List<SqlToken> tokens, CancellationToken cancel)
    {
        string sql = SqlText.ToDuck(await tables.ReplaceAsync(tokens, cancel));
        List<object?[]> described = await RowReader.ReadAllAsync(session, $"DESCRIBE {sql}", [], ValueForm.User, cancel);
        List<object?[]> rows = await RowReader.ReadAllAsync(session, sql, [], ValueForm.User, cancel);
        return new AthenaResult("DML", "SELECT")
        {
            Columns = [.. described.Select(d => AthenaText.Column((string)d[0]!, (string)d[1]!))],
            Rows = [.. rows.Select(r => Array.ConvertAll(r, AthenaText.Value))],
            BytesScanned = tables.Loaded.Sum(t => t.Bytes),
        };
    }

    private static bool IsCtas(List<SqlToken> tokens) => SqlText.Find(tokens, 0, "as") is var i && i < tokens.Count - 1
        && (tokens[i + 1].Is("select") || tokens[i + 1].Is("with") || tokens[i + 1].Is("("));

    /// <summary>Values in the place of question marks.</summary>
    private static List<SqlToken> Bound(List<SqlToken> tokens, IReadOnlyList<string> parameters)
    {
        List<SqlToken> bound = [];
        int next = 0;
        foreach (SqlToken token in tokens)
        {
            if (!token.Is("?")) bound.Add(token);
            else if (next < parameters.Count) bound.AddRange(SqlText.Tokens(parameters[next++]));
            else throw AthenaFailure.User("INVALID_PARAMETER_USAGE", $"line 1:1: Incorrect number of parameters: expected {tokens.Count(t => t.Is("?"))} but found {parameters.Count}");
        }
        return next == parameters.Count ? bound
            : throw AthenaFailure.User("INVALID_PARAMETER_USAGE", $"line 1:1: Incorrect number of parameters: expected {next} but found {parameters.Count}");
    }
}
