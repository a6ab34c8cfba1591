using System.Text;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Storage;

public sealed class LocalObjectStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store = LocalObjectStore.Instance;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_CreatesFoldersAndLeavesOnlyTheFile()
    {
        string location = "file://" + _folder["x/y z/a.txt"];
        await _store.WriteAsync(location, "hello"u8.ToArray(), default);

        Assert.Equal("hello", await ReadAsync(location));
        Assert.Equal([_folder["x/y z/a.txt"]], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(5, (await _store.FindAsync(location, default))!.Size);
    }

    [Fact]
    public async Task WriteAsync_NeverOverwrites()
    {
        string location = _folder["a.txt"];
        await _store.WriteAsync(location, "first"u8.ToArray(), default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => _store.WriteAsync(location, "second"u8.ToArray(), default));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.Contains(location, error.Message);
        Assert.Equal("first", await ReadAsync(location));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_OfManyWritersOneWins()
    {
        string location = _folder["a.txt"];
        Task<bool>[] writers = [.. Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            try
            {
                await _store.WriteAsync(location, Encoding.UTF8.GetBytes($"writer {i}"), default);
                return true;
            }
            catch (IcebergException)
            {
                return false;
            }
        }))];
        bool[] won = await Task.WhenAll(writers);

        Assert.Single(won, w => w);
        Assert.Equal($"writer {Array.IndexOf(won, true)}", await ReadAsync(location));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_CancelledLeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.WriteAsync(_folder["a.txt"], new byte[10], cancelled.Token));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_BelowAFileNamesTheLocation()
    {
        File.WriteAllText(_folder["a"], "");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _store.WriteAsync(_folder["a/b.txt"], new byte[1], default));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.Contains("/a/b.txt", error.Message);
    }

    [Fact]
    public async Task OpenReadAsync_MissingFileIsCorruptAndNamed()
    {
        string location = "file:" + _folder["no/such.parquet"];

        var open = await Assert.ThrowsAsync<IcebergException>(() => _store.OpenReadAsync(location, default));
        var path = await Assert.ThrowsAsync<IcebergException>(() => _store.ReadPathAsync(location, default));

        Assert.All([open, path], e => Assert.Equal(IcebergErrorKind.Corrupt, e.Kind));
        Assert.All([open, path], e => Assert.Contains("no/such.parquet", e.Message));
        Assert.Null(await _store.FindAsync(location, default));
    }

    [Fact]
    public async Task PublishAsync_MakesTheWrittenPathTheFile()
    {
        string location = "file://" + _folder["data/p=1/a.parquet"];
        File.WriteAllText(_store.WritePath(location), "rows");
        await _store.PublishAsync(location, default);

        Assert.Equal("rows", await ReadAsync(location));
        Assert.Equal(_store.WritePath(location), await _store.ReadPathAsync(location, default));
    }

    [Fact]
    public async Task PublishAsync_OfNothingFails()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => _store.PublishAsync(_folder["a"], default));
        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
    }

    [Fact]
    public async Task ListAsync_FindsPrefixesAtAnyDepthInTheSpellingOfResolve()
    {
        foreach (string name in (string[])["t/data/a", "t/data/deep/er/b", "t/metadata/c", "t2/d"])
        {
            await _store.WriteAsync(_folder[name], new byte[3], default);
        }

        Assert.Equal(["t/data/a", "t/data/deep/er/b", "t/metadata/c"], await ListAsync("t/"));
        Assert.Equal(["t/data/a", "t/data/deep/er/b", "t/metadata/c", "t2/d"], await ListAsync("t"));
        Assert.Equal(["t/data/deep/er/b"], await ListAsync("t/data/deep/e"));
        Assert.Empty(await ListAsync("nowhere/"));
    }

    [Fact]
    public async Task ListAsync_DoesNotFollowLinksToFolders()
    {
        await _store.WriteAsync(_folder["t/a"], new byte[1], default);
        Directory.CreateSymbolicLink(_folder["t/loop"], _folder.Path);

        Assert.Contains("t/a", await ListAsync("t/"));
        Assert.DoesNotContain("t/loop/t/a", await ListAsync("t/"));
    }

    [Fact]
    public async Task DeleteAsync_IgnoresWhatIsGone()
    {
        await _store.WriteAsync(_folder["a"], new byte[1], default);
        await _store.DeleteAsync([_folder["a"], _folder["b"], _folder["no/folder"]], default);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private async Task<string> ReadAsync(string location)
    {
        await using Stream stream = await _store.OpenReadAsync(location, default);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private async Task<List<string>> ListAsync(string prefix)
    {
        List<string> found = [];
        string root = _store.Resolve(_folder.Path) + "/";
        await foreach (ObjectInfo file in _store.ListAsync(_folder[prefix], default))
        {
            Assert.StartsWith(root, file.Location);
            found.Add(file.Location[root.Length..]);
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
