using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Queries over the tables that other writers made.</summary>
public sealed class QueryFixtureTests
{
    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Rows_AreAsManyAsExpected(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        Exception? error = await Record.ExceptionAsync(() => CountAsync(table, "SELECT count(*) FROM x.t"));
        if (error is IcebergException { Kind: IcebergErrorKind.Unsupported } orc && orc.Message.Contains("ORC", StringComparison.Ordinal)) return;
        Assert.Null(error);
        int rows = table.Expected.GetProperty("rowCount").GetInt32();

        Assert.Equal(rows, (await ReadAsync(table, "SELECT * FROM x.t")).Count);
        Assert.Equal(rows, await CountAsync(table, "SELECT count(*) FROM x.t"));
        foreach (JsonElement snapshot in table.Expected.GetProperty("snapshots").EnumerateArray().Where(s => s.GetProperty("rowCount").ValueKind == JsonValueKind.Number).Take(2))
            Assert.Equal(snapshot.GetProperty("rowCount").GetInt32(), await CountAsync(table, $"SELECT count(*) FROM x.t FOR VERSION AS OF {snapshot.GetProperty("snapshotId")}"));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task MetadataTables_HaveRows(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        TableMetadata metadata = table.Metadata;

        Assert.Equal(metadata.Snapshots.Length, await CountAsync(table, "SELECT count(*) FROM x.\"t$snapshots\""));
        Assert.Equal(metadata.SnapshotLog.Length, await CountAsync(table, "SELECT count(*) FROM x.\"t$history\""));
        Assert.Equal(metadata.Refs.Count, await CountAsync(table, "SELECT count(*) FROM x.\"t$refs\""));
        Assert.Equal(metadata.Properties.Count, await CountAsync(table, "SELECT count(*) FROM x.\"t$properties\""));
        int manifests = metadata.CurrentSnapshot is { } current ? (await ManifestListReader.ReadAsync(table.Store, current, metadata, default)).Count : 0;
        Assert.Equal(manifests, await CountAsync(table, "SELECT count(*) FROM x.\"t$manifests\""));
        Assert.Equal(await CountAsync(table, "SELECT count(*) FROM x.\"t$files\" WHERE content = 0"), await CountAsync(table, "SELECT coalesce(sum(file_count), 0) FROM x.\"t$partitions\""));
    }

    private static async Task<int> CountAsync(FixtureTable table, string sql) => Convert.ToInt32((await ReadAsync(table, sql))[0][0], CultureInfo.InvariantCulture);

    private static async Task<List<object?[]>> ReadAsync(FixtureTable table, string sql)
    {
        await using var catalog = new OneTable(table);
        var query = new TableQuery(catalog, new DuckOptions { Threads = 1 });
        List<object?[]> rows = [];
        await foreach (RowBatch batch in query.RunAsync(sql, [], default)) rows.AddRange(Enumerable.Range(0, batch.Count).Select(batch.Row));
        return rows;
    }

    /// <summary>A catalog whose every name is that of one table.</summary>
    private sealed class OneTable(FixtureTable table) : ICatalog
    {
        public string Name => "one";

        public string Warehouse => "file:///none";

        public ObjectStores Stores => throw new NotSupportedException();

        public Task<LoadedTable> LoadTableAsync(TableIdentifier name, CancellationToken cancel) => Task.FromResult(new LoadedTable(name, "metadata.json", table.Metadata, table.Store));

        public Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel) => throw new NotSupportedException();

        public Task<LoadedTable> CreateTableAsync(TableIdentifier name, string? location, Func<string, TableMetadata> create, CancellationToken cancel) => throw new NotSupportedException();

        public Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel) => throw new NotSupportedException();

        public Task<LoadedTable> RegisterTableAsync(TableIdentifier name, string metadataLocation, CancellationToken cancel) => throw new NotSupportedException();

        public Task DropTableAsync(TableIdentifier name, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
