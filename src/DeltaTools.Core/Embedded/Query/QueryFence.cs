namespace DeltaTools.Core.Embedded.Query;

/// <summary>Shuts a session in: from then on it reaches the named files, and for spilling its own folder, and nothing else.</summary>
/// <remarks>
/// The second wall around a query, behind <see cref="QueryGuard"/>: what that does not see, the engine itself refuses. A session that is shut in
/// stays so, for the engine takes neither setting back while it runs.
/// </remarks>
internal static class QueryFence
{
    /// <param name="files">Local paths.</param>
    public static Task CloseAsync(DuckSession session, IEnumerable<string> files, CancellationToken cancel)
    {
        // A path is asked for as it stands in the query too, where the special characters of globs are escaped.
        IEnumerable<string> paths = files.SelectMany(f => new[] { Sql.Text(f), Sql.Path(f) }).Distinct();
        return session.ExecuteAsync($"SET allowed_paths = [{string.Join(", ", paths)}]::VARCHAR[]; SET enable_external_access = false", cancel);
    }
}
