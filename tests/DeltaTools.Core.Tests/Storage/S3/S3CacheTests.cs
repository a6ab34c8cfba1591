using System.Collections.Immutable;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Storage.S3;

/// <summary>Copies of data files on this machine.</summary>
public sealed class S3CacheTests : IAsyncLifetime
{
    private S3TestStore _test = null!;

    private S3ObjectStore Store => _test.Store;

    public async Task InitializeAsync() => _test = await S3TestStore.StartAsync();

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task ReadPathAsync_FetchesOnceInParallelPieces()
    {
        byte[] content = S3TestStore.Bytes(21 << 20);
        _test.Bucket.Put("x.parquet", TestServers.S3.S3Object.Of(content, ImmutableSortedDictionary<string, string>.Empty), _ => { });
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Store.ReadPathAsync("s3://lake/x.parquet", default)));

        Assert.Single(paths.Distinct());
        Assert.EndsWith(".parquet", paths[0]);
        Assert.True(S3TestStore.Same(content, await File.ReadAllBytesAsync(paths[0])));
        Assert.Equal(5, _test.Server.Log.Count("GetObject"));
    }

    [Fact]
    public async Task ReadPathAsync_AnotherProcessAsksOnlyWhetherItChanged()
    {
        await Store.WriteAsync("s3://lake/x", S3TestStore.Bytes(1000), default);
        string first = await Store.ReadPathAsync("s3://lake/x", default);
        using S3ObjectStore other = _test.Open();

        Assert.Equal(first, await other.ReadPathAsync("s3://lake/x", default));
        Assert.Equal(304, _test.Server.Log.All[^1].Status);
    }

    [Fact]
    public async Task ReadPathAsync_ChangedObjectIsFetchedAgain()
    {
        _test.Bucket.Put("x", "old");
        string first = await Store.ReadPathAsync("s3://lake/x", default);
        _test.Bucket.Put("x", "new!");
        using S3ObjectStore other = _test.Open();
        string second = await other.ReadPathAsync("s3://lake/x", default);

        Assert.NotEqual(first, second);
        Assert.Equal("new!", await File.ReadAllTextAsync(second));
    }

    [Fact]
    public async Task ReadPathAsync_CopyCutShortByACrashIsFetchedAgain()
    {
        await Store.WriteAsync("s3://lake/x", S3TestStore.Bytes(1000), default);
        string path = await Store.ReadPathAsync("s3://lake/x", default);
        using (FileStream file = File.OpenWrite(path)) file.SetLength(10);
        using S3ObjectStore other = _test.Open();

        Assert.Equal(1000, new FileInfo(await other.ReadPathAsync("s3://lake/x", default)).Length);
    }

    [Fact]
    public async Task ReadPathAsync_DeletedCopyIsFetchedAgain()
    {
        await Store.WriteAsync("s3://lake/x", S3TestStore.Bytes(1000), default);
        File.Delete(await Store.ReadPathAsync("s3://lake/x", default));

        Assert.Equal(1000, new FileInfo(await Store.ReadPathAsync("s3://lake/x", default)).Length);
    }

    [Fact]
    public async Task ReadPathAsync_WhatWasJustPublishedIsNotFetched()
    {
        await S3TestStore.PublishAsync(Store, "s3://lake/x", S3TestStore.Bytes(1000));
        await Store.ReadPathAsync("s3://lake/x", default);

        Assert.Equal(["PutObject"], _test.Server.Log.All.Select(r => r.Operation));
    }

    [Fact]
    public async Task ReadPathAsync_FailedDownloadLeavesNothing()
    {
        await S3TestStore.PublishAsync(Store, "s3://lake/x", S3TestStore.Bytes(12 << 20));
        using S3ObjectStore other = _test.Open(s => s with { CacheFolder = _test.CacheFolder + "/other" });
        _test.Server.Faults.Add(new Fault(FaultKind.InternalError, "GetObject") { After = 1, Times = 1000 });

        await Assert.ThrowsAsync<IcebergException>(() => other.ReadPathAsync("s3://lake/x", default));

        Assert.DoesNotContain(Directory.EnumerateFiles(_test.CacheFolder + "/other", "*", SearchOption.AllDirectories), f => !f.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DeletedFile_LeavesTheCache()
    {
        await Store.WriteAsync("s3://lake/x", S3TestStore.Bytes(1000), default);
        string path = await Store.ReadPathAsync("s3://lake/x", default);
        await Store.DeleteAsync(["s3://lake/x"], default);

        Assert.False(File.Exists(path));
        await Assert.ThrowsAsync<IcebergException>(() => Store.ReadPathAsync("s3://lake/x", default));
    }

    [Fact]
    public async Task Limit_DropsWhatWasNotAskedForLongest()
    {
        using S3ObjectStore store = _test.Open(s => s with { CacheSize = 100_000, CacheInUse = TimeSpan.Zero, CacheFolder = _test.CacheFolder + "/small" });
        string[] paths = new string[20];
        for (int i = 0; i < paths.Length; i++)
        {
            _test.Bucket.Put($"{i}", new string('x', 10_000));
            paths[i] = await store.ReadPathAsync($"s3://lake/{i}", default);
            Assert.Equal(paths[0], await store.ReadPathAsync("s3://lake/0", default));
            await Task.Delay(5);
        }

        Assert.True(File.Exists(paths[0]));
        Assert.True(File.Exists(paths[^1]));
        Assert.False(File.Exists(paths[1]));
        Assert.InRange(paths.Count(File.Exists), 5, 10);
    }

    [Fact]
    public async Task Limit_KeepsWhatIsInUse()
    {
        using S3ObjectStore store = _test.Open(s => s with { CacheSize = 1000, CacheFolder = _test.CacheFolder + "/small" });
        List<string> paths = [];
        for (int i = 0; i < 10; i++)
        {
            _test.Bucket.Put($"{i}", new string('x', 1000));
            paths.Add(await store.ReadPathAsync($"s3://lake/{i}", default));
        }

        Assert.All(paths, p => Assert.True(File.Exists(p)));
    }

    [Fact]
    public void Dispose_ClearsTheStagingFolder()
    {
        S3ObjectStore store = _test.Open(s => s with { CacheFolder = _test.CacheFolder + "/gone" });
        string path = store.WritePath("s3://lake/x.parquet");
        File.WriteAllText(path, "half");
        store.Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_test.CacheFolder + "/gone/staging"));
    }

    [Fact]
    public void StagingOfADeadProcess_IsCleared()
    {
        string dead = _test.CacheFolder + "/staging/dead";
        Directory.CreateDirectory(dead);
        File.WriteAllText(dead + "/x", "half");
        File.WriteAllText(dead + ".lock", "");
        Store.WritePath("s3://lake/x");

        Assert.False(Directory.Exists(dead));
    }
}
