using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>The wall behind the look at a query: whatever SQL gets this far, the engine itself refuses.</summary>
public sealed class QueryFenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SELECT * FROM read_csv('{0}')")]
    [InlineData("SELECT * FROM read_text('{0}')")]
    [InlineData("SELECT * FROM read_blob('{0}')")]
    [InlineData("SELECT * FROM read_json_auto('{0}')")]
    [InlineData("SELECT * FROM read_parquet('{1}other.parquet')")]
    [InlineData("SELECT * FROM read_parquet('{1}../*/own*.parquet')")]
    [InlineData("SELECT * FROM read_parquet('{1}*.parquet')")]
    [InlineData("SELECT * FROM parquet_metadata('{1}other.parquet')")]
    [InlineData("SELECT * FROM sniff_csv('{0}')")]
    [InlineData("SELECT * FROM glob('{1}*')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM '{0}'")]
    [InlineData("SELECT * FROM \"{0}\"")]
    [InlineData("FROM query('FROM read_text(''{0}'')')")]
    [InlineData("FROM query_table('{0}')")]
    [InlineData("SELECT * FROM read_text('file://{0}')")]
    [InlineData("SELECT * FROM read_text('{1}./secret.csv')")]
    [InlineData("SELECT * FROM read_text('https://localhost/secret.csv')")]
    [InlineData("COPY (SELECT 1) TO '{1}new.csv'")]
    [InlineData("COPY t FROM '{0}'")]
    [InlineData("COPY (SELECT 1) TO '{1}own.parquet'")]
    [InlineData("EXPORT DATABASE '{1}dump'")]
    [InlineData("IMPORT DATABASE '{1}dump'")]
    [InlineData("ATTACH '{1}new.db' AS other")]
    [InlineData("ATTACH '{0}' AS other")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD '{1}x.duckdb_extension'")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET allowed_paths = ['{0}']")]
    [InlineData("SET allowed_directories = ['{1}']")]
    [InlineData("RESET allowed_paths")]
    [InlineData("SET temp_directory = '{1}'")]
    public async Task CloseAsync_LeavesTheNamedFilesOnly(string sql)
    {
        string secret = _folder["secret.csv"], own = _folder["own.parquet"];
        await File.WriteAllTextAsync(secret, "a,b\nsecret-marker,2\n");
        using DuckSession session = DuckSession.Open();
        await session.ExecuteAsync($"CREATE TABLE t(a VARCHAR); COPY (SELECT 'mine' AS a) TO '{own}'; COPY (SELECT 'secret-marker' AS a) TO '{_folder["other.parquet"]}'", default);
        string[] before = Files();
        await QueryFence.CloseAsync(session, [own], default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(session, string.Format(null, sql, secret, _folder[""])));

        Assert.DoesNotContain("secret-marker", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Files());
        Assert.Equal(["mine"], await RowsAsync(session, $"SELECT * FROM read_parquet('{own}')"));
    }

    [Theory]
    [InlineData("plain.parquet")]
    [InlineData("it's [odd] * ? {x}.parquet")]
    public async Task CloseAsync_KeepsFilesOfAnyName(string name)
    {
        if (OperatingSystem.IsWindows() && name.Contains('*', StringComparison.Ordinal)) name = "it's [odd] {x}.parquet";
        using DuckSession session = DuckSession.Open();
        await session.ExecuteAsync($"COPY (SELECT 7 AS a) TO {Sql.Text(_folder[name])}", default);
        await QueryFence.CloseAsync(session, [_folder[name]], default);

        Assert.Equal(["7"], await RowsAsync(session, $"SELECT * FROM read_parquet({Sql.Paths([_folder[name]])})"));
    }

    [Fact]
    public async Task CloseAsync_LeavesRoomToSpill()
    {
        using DuckSession session = DuckSession.Open(new DuckOptions { MemoryLimit = 64 << 20, Threads = 1 });
        await QueryFence.CloseAsync(session, [], default);

        Assert.Equal(["3000000"], await RowsAsync(session, "SELECT count(s) FROM (SELECT s, row_number() OVER (ORDER BY h, s) AS n FROM (SELECT hash(i) AS h, repeat(chr(65 + (i % 26)::INT), 40) AS s FROM range(3000000) r(i))) WHERE n > 0"));
        Assert.True(Directory.Exists(session.SpillFolder));
    }

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Select(f => $"{f} {(File.Exists(f) ? new FileInfo(f).Length : 0)}").Order()];

    private static async Task<List<string>> RowsAsync(DuckSession session, string sql) =>
        [.. (await RowReader.ReadAllAsync(session, sql, [], ValueForm.User, default)).Select(r => string.Join('|', r))];
}
