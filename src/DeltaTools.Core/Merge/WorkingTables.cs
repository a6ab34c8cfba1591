using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Merge;

/// <summary>Tables and scans that live as long as a merge.</summary>
internal sealed class WorkingTables(DuckSession session) : IAsyncDisposable
{
    private readonly List<string> _tables = [];
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>Makes a table of a SELECT and returns its name.</summary>
    public async Task<string> CreateAsync(string prefix, string select, CancellationToken cancel)
    {
        string name = session.NewName(prefix);
        _tables.Add(name);
        await session.ExecuteAsync($"CREATE TABLE {name} AS {select}", cancel).ConfigureAwait(false);
        return name;
    }

    public async Task DropAsync(string table, CancellationToken cancel)
    {
        if (_tables.Remove(table)) await session.ExecuteAsync($"DROP TABLE IF EXISTS {table}", cancel).ConfigureAwait(false);
    }

    public void Own(IAsyncDisposable scan) => _owned.Add(scan);

    public Task<List<object?[]>> RowsAsync(string sql, CancellationToken cancel) =>
        RowReader.ReadAllAsync(session, sql, [], ValueForm.User, cancel);

    /// <summary>The numbers of a query's only row.</summary>
    public async Task<long[]> NumbersAsync(string sql, CancellationToken cancel) =>
        [.. (await RowsAsync(sql, cancel).ConfigureAwait(false))[0].Select(v => Convert.ToInt64(v ?? 0, CultureInfo.InvariantCulture))];

    public async Task<long> NumberAsync(string sql, CancellationToken cancel) => (await NumbersAsync(sql, cancel).ConfigureAwait(false))[0];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable scan in _owned) await scan.DisposeAsync().ConfigureAwait(false);
        _owned.Clear();
        if (_tables.Count > 0)
            await session.ExecuteAsync(string.Join(';', _tables.Select(t => $"DROP TABLE IF EXISTS {t}")), CancellationToken.None).ConfigureAwait(false);
        _tables.Clear();
    }
}
