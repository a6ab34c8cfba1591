using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class ExpireSnapshotsTests
{
    private static readonly DateTimeOffset s_now = new(2023, 6, 30, 0, 0, 0, TimeSpan.Zero);

    /// <summary>1 to 5 of main, a day apart, 5 today; 6 branched off from 3 and is 2 days old; 7 nobody leads to, 3 days old.</summary>
    private static readonly TableMetadata s_table = SampleTables.New("file:///t") with
    {
        Snapshots = [Snapshot(1, null, 4), Snapshot(2, 1, 3), Snapshot(3, 2, 2), Snapshot(4, 3, 1), Snapshot(5, 4, 0), Snapshot(6, 3, 2), Snapshot(7, 2, 3)],
        CurrentSnapshotId = 5,
        Refs = SampleTables.New("file:///t").Refs.Add("main", SnapshotRef.Branch(5)).Add("audit", SnapshotRef.Branch(6)).Add("eoy", SnapshotRef.Tag(2)),
    };

    [Theory]
    [InlineData(null, null, new long[0])]
    [InlineData(1, null, new long[] { 1, 3, 4, 7 })]
    [InlineData(2, null, new long[] { 1, 3, 7 })]
    [InlineData(3, null, new long[] { 1, 7 })]
    [InlineData(1, 3, new long[] { 1, 7 })]
    [InlineData(1, 9, new long[] { 7 })]
    [InlineData(4, null, new long[] { 1 })]
    public void Plan_KeepsHeadsAgesAndNumbers(int? daysOld, int? retain, long[] expired)
    {
        var action = new ExpireSnapshots { Now = s_now, RetainLast = retain, OlderThan = daysOld is { } d ? s_now.AddDays(-d).AddHours(1) : null };
        Assert.Equal(expired, action.Plan(s_table).SnapshotIds.Order());
    }

    [Fact]
    public void Plan_GoesByTheTablesProperties()
    {
        TableMetadata table = s_table with
        {
            Properties = SampleTables.Properties((TableProperties.MaxSnapshotAge, "3600000"), (TableProperties.MinSnapshotsToKeep, "2")),
        };

        Assert.Equal([1, 7], new ExpireSnapshots { Now = s_now }.Plan(table).SnapshotIds.Order());
    }

    [Fact]
    public void Plan_GoesByTheBranchsOwnSettings()
    {
        TableMetadata table = s_table with
        {
            Refs = s_table.Refs.Remove("eoy").SetItem("audit", SnapshotRef.Branch(6) with { MinSnapshotsToKeep = 2 })
                .SetItem("main", SnapshotRef.Branch(5) with { MaxSnapshotAge = TimeSpan.FromDays(1.5) }),
        };

        Assert.Equal([1, 2, 7], new ExpireSnapshots { Now = s_now, OlderThan = s_now }.Plan(table).SnapshotIds.Order());
    }

    [Fact]
    public void Plan_AgedRefsGoFirstMainNever()
    {
        TableMetadata table = s_table with
        {
            Properties = SampleTables.Properties((TableProperties.MaxRefAge, "100000000")),
            Refs = s_table.Refs.SetItem("eoy", SnapshotRef.Tag(2) with { MaxRefAge = TimeSpan.FromDays(30) }),
        };
        ExpirePlan plan = new ExpireSnapshots { Now = s_now.AddDays(10), OlderThan = s_now.AddDays(10) }.Plan(table);

        Assert.Equal(["audit"], plan.Refs.ToArray());
        Assert.Equal([1, 3, 4, 6, 7], plan.SnapshotIds.Order());
    }

    [Fact]
    public void Plan_NamedSnapshotsAloneGoAlone() =>
        Assert.Equal([3], new ExpireSnapshots { Now = s_now.AddYears(1), SnapshotIds = [3] }.Plan(s_table).SnapshotIds.ToArray());

    [Theory]
    [InlineData(5, IcebergErrorKind.SnapshotReferenced, "main")]
    [InlineData(2, IcebergErrorKind.SnapshotReferenced, "eoy")]
    [InlineData(99, IcebergErrorKind.SnapshotNotFound, "99")]
    public void Plan_RefusesHeadsAndUnknownIds(long id, IcebergErrorKind kind, string text)
    {
        var error = Assert.Throws<IcebergException>(() => new ExpireSnapshots { Now = s_now, SnapshotIds = [id] }.Plan(s_table));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Message);
    }

    [Fact]
    public void Plan_RefusesWhereFilesMayBeShared()
    {
        TableMetadata table = s_table with { Properties = SampleTables.Properties((TableProperties.GcEnabled, "false")) };
        var error = Assert.Throws<IcebergException>(() => new ExpireSnapshots { Now = s_now }.Plan(table));
        Assert.Contains("gc.enabled", error.Message);
    }

    [Fact]
    public async Task UnreachableFiles_AreWhatNoSnapshotNeeds()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult second = await fixture.CommitAsync(new RowDelta(first.Snapshot!.SnapshotId)
        {
            RemovedData = [fixture.Data("a")],
            AddedData = [fixture.Data("a2")],
            AddedDeletes = [fixture.Deletes("d", fixture.Data("b"))],
        });
        await fixture.CommitAsync(new RewriteFiles(second.Snapshot!.SnapshotId) { RemovedData = [fixture.Data("b")], AddedData = [fixture.Data("b2")] });
        TableMetadata before = fixture.Table.Metadata;
        var action = new ExpireSnapshots { OlderThan = DateTimeOffset.UtcNow.AddDays(1) };

        TableMetadata planned = MetadataUpdates.Apply(before, action.Apply(before), DateTimeOffset.UtcNow);
        UnreachableFiles preview = await UnreachableFiles.FindAsync(fixture.Table.Store, before, planned, default);
        CommitResult result = await fixture.CommitAsync(action);
        UnreachableFiles gone = await UnreachableFiles.FindAsync(fixture.Table.Store, result.Before, result.Table.Metadata, default);

        Assert.Equal(["a", "b", "d"], gone.Files.Select(f => Path.GetFileNameWithoutExtension(f.FilePath)).Order());
        Assert.Equal(preview.Locations.Order(), gone.Locations.Order());
        Assert.Equal(before.Snapshots.Take(2).Select(s => s.ManifestList!).Order(), gone.ManifestLists.Order());
        await fixture.Table.Store.DeleteAsync([.. gone.Locations], default);
        Assert.Equal(["a2", "b2"], await fixture.LiveAsync());
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task UnreachableFiles_MissingManifestFailsTheSearch()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await fixture.AppendAsync("a");
        await fixture.CommitAsync(new DeleteFiles([fixture.Data("a")]));
        await fixture.AppendAsync("b");
        TableMetadata before = fixture.Table.Metadata;
        CommitResult result = await fixture.CommitAsync(new ExpireSnapshots { OlderThan = DateTimeOffset.UtcNow.AddDays(1) });
        await fixture.Table.Store.DeleteAsync([(await fixture.ManifestsAsync())[0].ManifestPath], default);

        var error = await Assert.ThrowsAsync<IcebergException>(
            () => UnreachableFiles.FindAsync(fixture.Table.Store, before, result.Table.Metadata, default));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
    }

    private static Snapshot Snapshot(long id, long? parent, int daysOld) =>
        new(id, parent, id, s_now.AddDays(-daysOld), $"file:///t/{id}", [], StringMap.Empty, 0);
}
