using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Runs a query so that its rows can be read, whatever types it makes: values that have no form of their own here come as the engine's text.</summary>
internal static class ReadableResult
{
    /// <param name="explain">What stands before the query.</param>
    /// <returns>For <see cref="Rows.RowReader"/>.</returns>
    public static async Task<DuckResult> StartAsync(DuckSession session, string explain, string sql, CancellationToken cancel)
    {
        DuckResult result = await session.QueryAsync(explain + sql, cancel).ConfigureAwait(false);
        if (explain.Length > 0 || Casts(result, sql) is not { } readable) return result;
        result.Dispose();
        return await session.QueryAsync(readable, cancel).ConfigureAwait(false);
    }

    /// <summary>The query with casts around the columns that need one, or null when none does.</summary>
    private static string? Casts(DuckResult result, string sql)
    {
        string[] names = [.. Enumerable.Range(0, result.ColumnCount).Select(i => FormattableString.Invariant($"c{i}"))];
        string[] columns = new string[names.Length];
        bool isOdd = false;
        for (int i = 0; i < names.Length; i++)
        {
            using DuckDBLogicalType type = result.ColumnType(i);
            string? cast = ReadableType.Of(type);
            isOdd |= cast is not null;
            columns[i] = $"{(cast is null ? names[i] : $"CAST({names[i]} AS {cast})")} AS {Sql.Name(result.ColumnName(i))}";
        }
        return isOdd ? $"SELECT {string.Join(", ", columns)} FROM ({sql}) AS q({string.Join(", ", names)})" : null;
    }
}
