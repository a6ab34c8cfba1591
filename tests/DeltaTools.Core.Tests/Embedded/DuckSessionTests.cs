using System.Diagnostics;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class DuckSessionTests : EngineFixture
{
    private const string Endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE (a.range + b.range) % 7 = 3";

    [Fact]
    public async Task Execute_StopsPromptlyWhenCanceled()
    {
        using var cancel = new CancellationTokenSource(100);
        long start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Session.ExecuteAsync(Endless, cancel.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        await Session.ExecuteAsync("CREATE TABLE t (a INTEGER)", default);
        Assert.Equal(2, await Session.ExecuteAsync("INSERT INTO t VALUES (1), (2)", default));
    }

    [Fact]
    public async Task Read_StopsPromptlyWhenCanceledOrLeft()
    {
        using var cancel = new CancellationTokenSource();
        int batches = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RowBatch batch in RowReader.ReadAsync(Session, "SELECT * FROM range(100000000000)", [], ValueForm.User, cancel.Token))
                if (++batches == 3) await cancel.CancelAsync();
        });
        await foreach (RowBatch batch in RowReader.ReadAsync(Session, "SELECT * FROM range(100000000000)", [], ValueForm.User, default))
        {
            Assert.Equal(0L, batch[0, 0]);
            break;
        }
        Assert.Equal(3, batches);
    }

    [Fact]
    public async Task Statements_RunAtTheSameTimeAndSeeTheSameTables()
    {
        await Session.ExecuteAsync("CREATE TABLE t AS SELECT * FROM range(100000) r(a)", default);
        await foreach (RowBatch batch in RowReader.ReadAsync(Session, "SELECT a FROM t", [], ValueForm.User, default))
        {
            await Session.ExecuteAsync($"INSERT INTO t VALUES ({batch.Count})", default);
        }
        List<object?[]> count = await RowReader.ReadAllAsync(Session, "SELECT count(*) FROM t", [], ValueForm.User, default);
        Assert.True((long)count[0][0]! > 100_000);
    }

    [Fact]
    public async Task Errors_HaveAKindAndNoSql()
    {
        await KindAsync(IcebergErrorKind.InvalidArgument, "SELEC 1", "syntax error");
        await KindAsync(IcebergErrorKind.InvalidArgument, "SELECT nothing FROM range(3)", "nothing");
        await KindAsync(IcebergErrorKind.InvalidArgument, "SELECT CAST('abc' AS INTEGER)", "abc");
        await KindAsync(IcebergErrorKind.Corrupt, "SELECT * FROM read_parquet('/no/such/file.parquet')", "missing");
    }

    [Fact]
    public async Task OutOfMemory_NamesTheLimit()
    {
        string file = Path.Combine(Folder, "not-a-folder");
        await File.WriteAllTextAsync(file, "");
        using DuckSession small = DuckSession.Open(new DuckOptions { MemoryLimit = 20 << 20, Threads = 1, SpillRoot = file });
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() =>
            small.ExecuteAsync("CREATE TABLE t AS SELECT list(md5(i::VARCHAR)) FROM range(3000000) r(i)", default));
        Assert.Equal(IcebergErrorKind.QueryFailed, e.Kind);
        Assert.Contains("-MemoryLimit", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpillFolder_GoesWithTheSession()
    {
        DuckSession small = DuckSession.Open(new DuckOptions { MemoryLimit = 100 << 20, Threads = 2, SpillRoot = Folder });
        await small.ExecuteAsync("CREATE TABLE t AS SELECT md5(i::VARCHAR) AS a, md5((i * 7)::VARCHAR) AS b FROM range(3000000) r(i)", default);
        Assert.NotEmpty(Directory.GetDirectories(Folder));
        small.Dispose();
        Assert.Empty(Directory.GetDirectories(Folder));
    }

    private async Task KindAsync(IcebergErrorKind kind, string sql, string text)
    {
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => Session.ExecuteAsync(sql, default));
        Assert.Equal(kind, e.Kind);
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LINE", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<IcebergException>(() => RowReader.ReadAllAsync(Session, sql, [], ValueForm.User, default));
        Assert.Equal(kind, e.Kind);
    }
}
