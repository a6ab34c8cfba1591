using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

public class CommitLoopTests
{
    [Fact]
    public async Task CommitAsync_StartsOverWhenAnotherWasFaster()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(swap => OvertakenAsync(fixture, "x", swap));
        catalog.Disturbances.Enqueue(swap => OvertakenAsync(fixture, "y", swap));
        CommitResult result = await fixture.AppendAsync("mine");

        Assert.Equal(3, result.Attempts);
        Assert.Equal(["mine", "x", "y"], await fixture.LiveAsync());
        Assert.Equal([1L, 2, 3], fixture.Table.Metadata.Snapshots.Select(s => s.SequenceNumber));
        Assert.Equal(fixture.Table.Metadata.Snapshots[1].SnapshotId, result.Snapshot!.ParentSnapshotId);
        Assert.Equal(result.Before.CurrentSnapshotId, result.Snapshot.ParentSnapshotId);
        Assert.Equal("30", result.Snapshot.Summary["total-records"]);
        // One manifest served all three attempts; their lists and metadata files are gone.
        Assert.EndsWith("-m0.avro", (await fixture.ManifestsAsync()).Single(m => m.AddedSnapshotId == result.Snapshot.SnapshotId).ManifestPath);
        Assert.Contains($"snap-{result.Snapshot.SnapshotId}-3-", result.Snapshot.ManifestList);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_GivesUpAfterTheTablesNumberOfRetries()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync((TableProperties.RetryCount, "2"));
        await using TableFixture _ = fixture;
        for (int i = 0; i < 9; i++) catalog.Disturbances.Enqueue(_ => Task.FromResult(false));

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.AppendAsync("a"));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.True(error.Retryable);
        Assert.Contains("3 attempts", error.Message);
        Assert.Equal(6, catalog.Disturbances.Count);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_OtherErrorsAreNotRetriedAndLeaveNothing()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(_ => throw new IcebergException(IcebergErrorKind.AccessDenied, "no"));

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.AppendAsync("a"));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Empty(fixture.Table.Metadata.Snapshots);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_LostAnswerOfACommitThatHappenedIsSuccess()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(swap => { swap(); throw Lost(); });
        CommitResult result = await fixture.AppendAsync("a");

        Assert.Equal(1, result.Attempts);
        Assert.Equal(["a"], await fixture.LiveAsync());
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_LostAnswerIsFoundInTheLogOfLaterCommits()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(async swap =>
        {
            Assert.True(swap());
            await (await fixture.OtherAsync()).CommitAsync(new AppendFiles([fixture.Data("later")]), default);
            throw Lost();
        });
        await fixture.AppendAsync("a");
        IcebergTable now = await fixture.OtherAsync();

        Assert.Equal(2, now.Metadata.Snapshots.Length);
        Assert.Equal(["a", "later"], await fixture.LiveAsync(now.Metadata.CurrentSnapshot));
    }

    [Fact]
    public async Task CommitAsync_LostAnswerOfACommitThatCannotHappenAnyMoreIsRetried()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.MayLandLate = true;
        catalog.Disturbances.Enqueue(async swap =>
        {
            await (await fixture.OtherAsync()).CommitAsync(new AppendFiles([fixture.Data("other")]), default);
            throw Lost();
        });
        CommitResult result = await fixture.AppendAsync("a");

        Assert.Equal(2, result.Attempts);
        Assert.Equal(["a", "other"], await fixture.LiveAsync());
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CommitAsync_UnknownOutcomeDeletesNothingAndSaysSo(bool reachable)
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.MayLandLate = true;
        Func<bool>? late = null;
        catalog.Disturbances.Enqueue(swap =>
        {
            late = swap;
            catalog.IsReachable = reachable;
            throw Lost();
        });

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.AppendAsync("a"));
        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        Assert.False(error.Retryable);
        Assert.Contains("hr.t", error.Message);

        // The request arrives after all: everything it needs is there.
        catalog.IsReachable = true;
        Assert.True(late!());
        IcebergTable now = await fixture.OtherAsync();
        Assert.Equal(["a"], await fixture.LiveAsync(now.Metadata.CurrentSnapshot));
    }

    [Fact]
    public async Task CommitAsync_UnexpectedErrorOfTheSwapCountsAsUnknown()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(swap => { swap(); throw new TimeoutException(); });
        await fixture.AppendAsync("a");

        Assert.Equal(["a"], await fixture.LiveAsync());
    }

    [Fact]
    public async Task CommitAsync_TooShortALogLeavesTheOutcomeUnknown()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync((TableProperties.MetadataPreviousVersionsMax, "1"));
        await using TableFixture _ = fixture;
        catalog.Disturbances.Enqueue(async swap =>
        {
            swap();
            IcebergTable other = await fixture.OtherAsync();
            for (int i = 0; i < 3; i++) await other.CommitAsync(new UpdateProperties { Set = SampleTables.Properties(("i", $"{i}")) }, default);
            throw Lost();
        });
        // The log does not reach back, but the snapshot is there: so the commit happened.
        CommitResult result = await fixture.AppendAsync("a");

        Assert.True(result.Changed);
        Assert.Equal(["a"], await fixture.LiveAsync());
    }

    [Fact]
    public async Task CommitAsync_CancelledBeforeTheSwapLeavesNothing()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        using var cancel = new CancellationTokenSource();
        catalog.Disturbances.Enqueue(_ =>
        {
            cancel.Cancel();
            return Task.FromResult(false);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Table.CommitAsync(new AppendFiles([fixture.Data("a")]), cancel.Token));

        Assert.Empty((await fixture.OtherAsync()).Metadata.Snapshots);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_CancelledDuringTheSwapIsTooLate()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        using var cancel = new CancellationTokenSource();
        catalog.Disturbances.Enqueue(swap =>
        {
            cancel.Cancel();
            return Task.FromResult(swap());
        });
        CommitResult result = await fixture.Table.CommitAsync(new AppendFiles([fixture.Data("a")]), cancel.Token);

        Assert.Equal(["a"], await fixture.LiveAsync(result.Snapshot));
    }

    [Fact]
    public async Task CommitAsync_TableMadeAnewIsNotTheSame()
    {
        (TableFixture fixture, InMemoryCatalog catalog) = await TableFixture.CreateInMemoryAsync();
        await using TableFixture _ = fixture;
        await catalog.DropTableAsync(fixture.Table.Identifier!, default);
        await catalog.CreateTableAsync(fixture.Table.Identifier!, null, l => SampleTables.New(l), default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.AppendAsync("a"));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.False(error.Retryable);
        Assert.Contains("replaced", error.Message);
    }

    [Fact]
    public async Task CommitAsync_ManyWritersInOneProcessLoseNothing()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(w => Task.Run(async () =>
        {
            IcebergTable table = await fixture.OtherAsync();
            for (int i = 0; i < 10; i++) table = (await table.CommitAsync(new AppendFiles([fixture.Data($"{w}-{i}")]), default)).Table;
        })));
        IcebergTable now = await fixture.OtherAsync();

        Assert.Equal(60, now.Metadata.Snapshots.Length);
        Assert.Equal(60, (await fixture.LiveAsync(now.Metadata.CurrentSnapshot)).Distinct().Count());
        Assert.Equal("600", now.Metadata.CurrentSnapshot!.Summary["total-records"]);
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Folder, "warehouse"), "*.turn"));
    }

    private static IcebergException Lost() => new(IcebergErrorKind.CommitUnknown, "The connection was lost.");

    /// <summary>Another writer appends a file just before the swap.</summary>
    private static async Task<bool> OvertakenAsync(TableFixture fixture, string name, Func<bool> swap)
    {
        await (await fixture.OtherAsync()).CommitAsync(new AppendFiles([fixture.Data(name)]), default);
        return swap();
    }
}
