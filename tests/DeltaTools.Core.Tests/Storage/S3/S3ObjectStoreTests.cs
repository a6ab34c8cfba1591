using System.Text;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers;
using DeltaTools.TestServers.S3;

namespace DeltaTools.Core.Tests.Storage.S3;

/// <summary>What the store does when nothing goes wrong. The server checks every signature and checksum.</summary>
public sealed class S3ObjectStoreTests : IAsyncLifetime
{
    private S3TestStore _test = null!;

    private S3ObjectStore Store => _test.Store;

    public async Task InitializeAsync() => _test = await S3TestStore.StartAsync();

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task WriteAsync_CreatesTheObject()
    {
        await Store.WriteAsync("s3://lake/a/b.txt", "hello"u8.ToArray(), default);

        Assert.Equal(["a/b.txt"], _test.Bucket.Keys);
        Assert.Equal("hello", await S3TestStore.TextAsync(Store, "s3://lake/a/b.txt"));
        ObjectInfo found = (await Store.FindAsync("s3://lake/a/b.txt", default))!;
        Assert.Equal(5, found.Size);
        Assert.InRange(found.LastModified!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task WriteAsync_NeverOverwrites()
    {
        await Store.WriteAsync("s3://lake/a", "first"u8.ToArray(), default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.WriteAsync("s3://lake/a", "second"u8.ToArray(), default));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.Contains("s3://lake/a exists already", error.Message);
        Assert.Equal("first", await S3TestStore.TextAsync(Store, "s3://lake/a"));
    }

    [Fact]
    public async Task WriteAsync_OfManyWritersOneWins()
    {
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            try
            {
                await Store.WriteAsync("s3://lake/a", Encoding.UTF8.GetBytes($"writer {i}"), default);
                return true;
            }
            catch (IcebergException)
            {
                return false;
            }
        }));

        Assert.Single(won, w => w);
        Assert.Equal($"writer {Array.IndexOf(won, true)}", await S3TestStore.TextAsync(Store, "s3://lake/a"));
    }

    [Theory]
    [InlineData(ConditionalWrites.Refused)]
    [InlineData(ConditionalWrites.Ignored)]
    public async Task WriteAsync_WorksWhereTheStoreKnowsNoConditions(ConditionalWrites conditions)
    {
        _test.Server.ConditionalWrites = conditions;
        await Store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);
        await S3TestStore.PublishAsync(Store, "s3://lake/big", S3TestStore.Bytes(6 << 20));

        Assert.Equal(["a", "big"], _test.Bucket.Keys);
    }

    [Theory]
    [InlineData("s3://lake/x/y z.txt")]
    [InlineData("s3://lake/x/100%25 + #1?&=;:@!$'()*,~.txt")]
    [InlineData("s3://lake/x/ß/数据/🙂.txt")]
    [InlineData("s3://lake/x//empty//parts")]
    [InlineData("s3://lake/x/ts=2023-08-22T09%3A15%3A20+00:00/a\\b")]
    public async Task AnyKey_IsTakenLetterByLetter(string location)
    {
        await Store.WriteAsync(location, "hello"u8.ToArray(), default);

        Assert.Equal([location["s3://lake/".Length..]], _test.Bucket.Keys);
        Assert.Equal("hello", await S3TestStore.TextAsync(Store, location));
        Assert.Equal("hello", await File.ReadAllTextAsync(await Store.ReadPathAsync(location, default)));
        Assert.Equal([location], await ListAsync("s3://lake/x/"));
        await Store.DeleteAsync([location], default);
        Assert.Empty(_test.Bucket.Keys);
    }

    [Fact]
    public async Task Schemes_AreOnePlace()
    {
        await Store.WriteAsync("s3a://lake/a", "hello"u8.ToArray(), default);

        Assert.Equal("hello", await S3TestStore.TextAsync(Store, "s3n://lake/a"));
        Assert.Equal("s3://lake/a", Store.Resolve("S3A://lake/a"));
        Assert.Equal("s3://lake/a", (await Store.FindAsync("s3n://lake/a", default))!.Location);
        Assert.Equal(["s3://lake/a"], await ListAsync("s3a://lake/"));
        Assert.Equal(await Store.ReadPathAsync("s3://lake/a", default), await Store.ReadPathAsync("s3a://lake/a", default));
        ObjectStores stores = ObjectStores.Local.WithS3(_test.Settings);
        Assert.Same(stores.For("s3://lake/a"), stores.For("s3n://lake/a"));
        stores.Dispose();
    }

    [Theory]
    [InlineData("s3://lake")]
    [InlineData("s3://lake/")]
    [InlineData("s3:///a")]
    public async Task LocationsWithoutAFile_AreInvalid(string location)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.OpenReadAsync(location, default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(location, error.Message);
    }

    [Fact]
    public async Task OpenReadAsync_ReadsFromAnywhere()
    {
        byte[] content = S3TestStore.Bytes(3_000_000);
        await Store.WriteAsync("s3://lake/a", content, default);
        await using Stream stream = await Store.OpenReadAsync("s3://lake/a", default);
        var random = new Random(7);
        byte[] buffer = new byte[70_000];
        for (int i = 0; i < 60; i++)
        {
            int start = random.Next(content.Length), length = random.Next(Math.Min(buffer.Length, content.Length - start));
            stream.Position = start;
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length));
            Assert.True(content.AsSpan(start, length).SequenceEqual(buffer.AsSpan(0, length)));
        }
        Assert.Equal(content.Length, stream.Length);
        stream.Seek(-1, SeekOrigin.End);
        Assert.Equal(1, await stream.ReadAsync(buffer.AsMemory()));
        Assert.Equal(0, await stream.ReadAsync(buffer.AsMemory()));
    }

    [Fact]
    public async Task OpenReadAsync_ReadsOnInLargerPieces()
    {
        byte[] content = S3TestStore.Bytes(20 << 20);
        await S3TestStore.PublishAsync(Store, "s3://lake/a", content);
        _test.Server.Log.Clear();

        Assert.True(S3TestStore.Same(content, await Store.ReadAllAsync("s3://lake/a", default)));
        Assert.InRange(_test.Server.Log.Count("GetObject"), 2, 6);
    }

    [Fact]
    public async Task OpenReadAsync_SmallFilesTakeOneRequest()
    {
        await Store.WriteAsync("s3://lake/a", S3TestStore.Bytes(900_000), default);
        await Store.WriteAsync("s3://lake/empty", default, default);
        _test.Server.Log.Clear();

        Assert.Equal(900_000, (await Store.ReadAllAsync("s3://lake/a", default)).Length);
        Assert.Equal(["GetObject lake/a 206"], _test.Server.Log.All.Select(r => r.ToString()));
        Assert.Empty(await Store.ReadAllAsync("s3://lake/empty", default));
    }

    [Fact]
    public async Task MissingFile_IsCorruptForReadersAndNullForLookers()
    {
        foreach (Func<Task> read in (Func<Task>[])[() => Store.OpenReadAsync("s3://lake/no", default), () => Store.ReadPathAsync("s3://lake/no", default)])
        {
            var error = await Assert.ThrowsAsync<IcebergException>(read);
            Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
            Assert.Contains("s3://lake/no does not exist", error.Message);
        }
        Assert.Null(await Store.FindAsync("s3://lake/no", default));
        var bucket = await Assert.ThrowsAsync<IcebergException>(() => Store.OpenReadAsync("s3://pond/no", default));
        Assert.Contains("Bucket pond does not exist", bucket.Message);
    }

    [Fact]
    public async Task OpenReadAsync_ReplacedObjectIsAnError()
    {
        await Store.WriteAsync("s3://lake/a", S3TestStore.Bytes(3_000_000), default);
        await using Stream stream = await Store.OpenReadAsync("s3://lake/a", default);
        _test.Bucket.Put("a", "other");
        stream.Position = 2_500_000;

        var error = await Assert.ThrowsAsync<IcebergException>(() => stream.ReadAsync(new byte[10]).AsTask());

        Assert.Contains("was replaced", error.Message);
    }

    [Fact]
    public async Task PublishAsync_SmallFilesGoUpWhole()
    {
        byte[] content = S3TestStore.Bytes(100_000);
        string path = Store.WritePath("s3://lake/data/x.parquet");
        Assert.EndsWith(".parquet", path);
        await S3TestStore.PublishAsync(Store, "s3://lake/data/x.parquet", content);

        Assert.True(S3TestStore.Same(content, _test.Bucket.Find("data/x.parquet")!.Content));
        Assert.Equal(["PutObject"], _test.Server.Log.All.Select(r => r.Operation));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task PublishAsync_LargeFilesGoUpInParts()
    {
        byte[] content = S3TestStore.Bytes((12 << 20) + 1);
        await S3TestStore.PublishAsync(Store, "s3://lake/x", content);

        Assert.True(S3TestStore.Same(content, _test.Bucket.Find("x")!.Content));
        Assert.Equal(3, _test.Server.Log.Count("UploadPart"));
        Assert.Empty(_test.Bucket.Uploads);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(6 << 20)]
    public async Task PublishAsync_NeverOverwritesAndLeavesNoUpload(int size)
    {
        _test.Bucket.Put("x", "first");

        var error = await Assert.ThrowsAsync<IcebergException>(() => S3TestStore.PublishAsync(Store, "s3://lake/x", S3TestStore.Bytes(size)));

        Assert.Contains("exists already", error.Message);
        Assert.Equal(5, _test.Bucket.Find("x")!.Content.Length);
        Assert.Empty(_test.Bucket.Uploads);
    }

    [Fact]
    public async Task PublishAsync_WithoutAFileIsAnError()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.PublishAsync("s3://lake/x", default));

        Assert.Contains("was not written", error.Message);
    }

    [Fact]
    public async Task Checksums_GoAlongWhenAsked()
    {
        using S3ObjectStore store = _test.Open(s => s with { Checksums = true });
        await store.WriteAsync("s3://lake/a", S3TestStore.Bytes(200_000), default);
        await S3TestStore.PublishAsync(store, "s3://lake/big", S3TestStore.Bytes(11 << 20));

        RecordedRequest put = _test.Server.Log.All.First(r => r.Operation == "PutObject");
        Assert.StartsWith("STREAMING-", put.Headers["x-amz-content-sha256"]);
        Assert.All(_test.Server.Log.All.Where(r => r.Operation == "UploadPart"), r => Assert.Equal("x-amz-checksum-crc32", r.Headers["x-amz-trailer"]));
        Assert.Equal(11 << 20, _test.Bucket.Find("big")!.Content.Length);
    }

    [Fact]
    public async Task Encryption_IsAskedForWithEveryNewObject()
    {
        using S3ObjectStore store = _test.Open(s => s with { Encryption = S3Encryption.Kms, KmsKey = "arn:aws:kms:eu-central-1:1:key/k", Acl = "bucket-owner-full-control" });
        await store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);
        await S3TestStore.PublishAsync(store, "s3://lake/big", S3TestStore.Bytes(6 << 20));

        foreach (string key in (string[])["a", "big"])
        {
            S3Object found = _test.Bucket.Find(key)!;
            Assert.Equal("aws:kms", found.Headers["x-amz-server-side-encryption"]);
            Assert.Equal("arn:aws:kms:eu-central-1:1:key/k", found.Headers["x-amz-server-side-encryption-aws-kms-key-id"]);
            Assert.Equal("bucket-owner-full-control", found.Headers["x-amz-acl"]);
        }
    }

    [Fact]
    public async Task RequesterPays_IsSaidInEveryRequest()
    {
        _test.Server.RequesterPays = true;
        using S3ObjectStore store = _test.Open(s => s with { RequesterPays = true });
        await store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);
        await S3TestStore.PublishAsync(store, "s3://lake/big", S3TestStore.Bytes(6 << 20));
        Assert.Equal("1", await S3TestStore.TextAsync(store, "s3://lake/a"));
        Assert.NotNull(await store.FindAsync("s3://lake/a", default));
        await using (IAsyncEnumerator<ObjectInfo> list = store.ListAsync("s3://lake/", default).GetAsyncEnumerator()) Assert.True(await list.MoveNextAsync());
        await store.DeleteAsync(["s3://lake/a", "s3://lake/big"], default);

        Assert.Empty(_test.Bucket.Keys);
        var refused = await Assert.ThrowsAsync<IcebergException>(() => Store.ReadAllAsync("s3://lake/a", default));
        Assert.Equal(IcebergErrorKind.AccessDenied, refused.Kind);
    }

    [Fact]
    public async Task ListAsync_GoesThroughAllPagesAndSkipsFolderMarks()
    {
        _test.Server.PageSize = 7;
        string[] keys = [.. Enumerable.Range(0, 30).Select(i => $"t/{i:00}").Order(StringComparer.Ordinal)];
        foreach (string key in keys) _test.Bucket.Put(key, "x");
        _test.Bucket.Put("t/", "");
        _test.Bucket.Put("t2/other", "x");

        Assert.Equal(keys.Select(k => "s3://lake/" + k), await ListAsync("s3://lake/t/"));
        Assert.Equal(31, (await ListAsync("s3://lake/t")).Count);
        Assert.Empty(await ListAsync("s3://lake/none/"));
    }

    [Fact]
    public async Task DeleteAsync_GoesInBatches()
    {
        string[] keys = [.. Enumerable.Range(0, 2100).Select(i => $"t/{i}")];
        foreach (string key in keys) _test.Bucket.Put(key, "x");
        _test.Bucket.Put("kept", "x");
        await Store.DeleteAsync([.. keys.Select(k => "s3://lake/" + k), "s3a://lake/t/1", "s3://lake/never-was"], default);

        Assert.Equal(["kept"], _test.Bucket.Keys);
        Assert.Equal(3, _test.Server.Log.Count("DeleteObjects"));
        Assert.Equal(3, _test.Server.Log.All.Count);
    }

    [Fact]
    public async Task DeleteAsync_DeletesTheRestAndNamesWhatItCouldNot()
    {
        foreach (string key in (string[])["a", "b", "c"]) _test.Bucket.Put(key, "x");
        _test.Server.Deny = (operation, resource) => operation == "DeleteObject" && resource == "lake/b";

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.DeleteAsync(["s3://lake/a", "s3://lake/b", "s3://lake/c"], default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("s3:DeleteObject on s3://lake/b", error.Message);
        Assert.Equal(["b"], _test.Bucket.Keys);
    }

    [Fact]
    public async Task DeleteAsync_OfNothingAsksNothing()
    {
        await Store.DeleteAsync([], default);

        Assert.Empty(_test.Server.Log.All);
    }

    private async Task<List<string>> ListAsync(string prefix)
    {
        List<string> found = [];
        await foreach (ObjectInfo file in Store.ListAsync(prefix, default)) found.Add(file.Location);
        return found;
    }
}
