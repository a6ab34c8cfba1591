using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>Commits to tables that other engines wrote, of every format version: what they hold must stay as it was.</summary>
public sealed class ForeignTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task CommitAsync_KeepsWhatOthersWrote(string name)
    {
        IcebergTable table = await RegisterAsync(name);
        Dictionary<FileKey, Entry> before = await LiveAsync(table);
        DataFile added = NewFile(table.Metadata, before.Values);
        table = (await table.CommitAsync(new AppendFiles([added]), default)).Table;
        Dictionary<FileKey, Entry> after = await LiveAsync(table);
        Assert.True(after.Remove(FileKey.Of(added), out Entry? entry));
        Assert.Equal(table.Metadata.LastSequenceNumber, entry.SequenceNumber);
        // A file that had no row id in v3 (a manifest made by hand) gets one now.
        AssertSame(before, after.Select(e => before[e.Key].FirstRowId is null ? KeyValuePair.Create(e.Key, e.Value with { FirstRowId = null }) : e));

        table = (await table.CommitAsync(new RewriteManifests(), default)).Table;
        AssertSame(await LiveAsync(table), [.. after, KeyValuePair.Create(FileKey.Of(added), entry)]);

        DataFile[] data = [.. before.Values.Select(e => e.File).Where(f => f.Content == DataFileContent.Data)];
        table = (await table.CommitAsync(new DeleteFiles([.. data.Take(1), added]), default)).Table;
        after = await LiveAsync(table);
        Assert.Equal(data.Skip(1).Select(FileKey.Of).ToHashSet(), after.Values.Where(e => e.File.Content == DataFileContent.Data).Select(e => FileKey.Of(e.File)).ToHashSet());
        Assert.All(after.Where(e => before.ContainsKey(e.Key)), e => Assert.Equal(before[e.Key].SequenceNumber, e.Value.SequenceNumber));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task CommitAsync_UpgradedTableGivesEveryRowAnId(string name)
    {
        IcebergTable table = await RegisterAsync(name);
        Dictionary<FileKey, Entry> before = await LiveAsync(table);
        DataFile added = NewFile(table.Metadata, before.Values);
        table = (await table.CommitAsync([new UpgradeFormat(3), new AppendFiles([added])], default)).Table;

        Entry[] data = [.. (await LiveAsync(table)).Values.Where(e => e.File.Content == DataFileContent.Data).OrderBy(e => e.FirstRowId)];
        Assert.Equal(before.Values.Count(e => e.File.Content == DataFileContent.Data) + 1, data.Length);
        Assert.All(data, e => Assert.NotNull(e.FirstRowId));
        Assert.All(data.Zip(data.Skip(1)), pair => Assert.True(pair.First.FirstRowId + pair.First.File.RecordCount <= pair.Second.FirstRowId));
        Assert.True(data[^1].FirstRowId + data[^1].File.RecordCount <= table.Metadata.NextRowId);
        Assert.All(before.Where(e => e.Value.FirstRowId is not null), e => Assert.Equal(e.Value.FirstRowId, data.Single(d => FileKey.Of(d.File) == e.Key).FirstRowId));
    }

    /// <summary>A copy of a fixture in a catalog; the locations of the machine that wrote it lead to the copy.</summary>
    private async Task<IcebergTable> RegisterAsync(string name)
    {
        string source = FixtureFiles.At($"tables/{name}");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = _folder["t/" + Path.GetRelativePath(source, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        JsonElement expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source, "expected.json"))).RootElement;
        KeyValuePair<string, string>[] prefixes =
        [
            .. expected.GetProperty("remap").EnumerateArray().Select(r => KeyValuePair.Create(r.GetProperty("from").GetString()!, _folder["t/" + r.GetProperty("to").GetString()])),
        ];
        var mapped = new MappedObjectStore(LocationMap.Create(prefixes, ObjectStores.Local), ObjectStores.Local);
        ObjectStores stores = prefixes.Select(p => ObjectStores.SchemeOf(p.Key)).Aggregate(ObjectStores.Local.With("file", mapped), (all, scheme) => all.With(scheme, mapped));
        var catalog = new InMemoryCatalog(_folder.Path, stores: stores);
        TableIdentifier identifier = TableIdentifier.Parse("foreign.t");
        await catalog.RegisterTableAsync(identifier, _folder["t/" + expected.GetProperty("metadataFile").GetString()], default);
        return await IcebergTable.LoadAsync(catalog, identifier, default);
    }

    private static DataFile NewFile(TableMetadata metadata, IEnumerable<Entry> live) => new()
    {
        FilePath = TableLocations.NewDataFile(metadata, "new.parquet"),
        RecordCount = 3,
        FileSizeInBytes = 100,
        SpecId = metadata.DefaultSpecId,
        Partition = live.Select(e => e.File).FirstOrDefault(f => f.SpecId == metadata.DefaultSpecId)?.Partition
            ?? new PartitionTuple([.. metadata.DefaultSpec.Fields.Select(_ => (object?)null)]),
    };

    private sealed record Entry(DataFile File, long? SnapshotId, long? SequenceNumber, long? FileSequenceNumber, long? FirstRowId);

    private static async Task<Dictionary<FileKey, Entry>> LiveAsync(IcebergTable table) => table.Metadata.CurrentSnapshot is not { } snapshot ? []
        : (await TableFixture.EntriesAsync(table, snapshot)).Where(e => e.IsLive).ToDictionary(
            e => FileKey.Of(e.DataFile), e => new Entry(e.DataFile, e.SnapshotId, e.SequenceNumber, e.FileSequenceNumber, e.DataFile.FirstRowId));

    private static void AssertSame(IEnumerable<KeyValuePair<FileKey, Entry>> expected, IEnumerable<KeyValuePair<FileKey, Entry>> actual) => Assert.Equal(
        expected.OrderBy(e => e.Key.ToString()).Select(e => (e.Key, Text(e.Value))), actual.OrderBy(e => e.Key.ToString()).Select(e => (e.Key, Text(e.Value))));

    private static string Text(Entry e) =>
        $"{e.SnapshotId} {e.SequenceNumber} {e.FileSequenceNumber} {e.FirstRowId} {e.File.Content} {e.File.Partition} {e.File.RecordCount} {e.File.FileSizeInBytes} "
        + $"{e.File.ReferencedDataFile} {e.File.SortOrderId} {string.Join(',', e.File.EqualityIds)} {string.Join(',', e.File.SplitOffsets)} "
        + $"{string.Join(',', e.File.Metrics.ValueCounts)} {string.Join(',', e.File.Metrics.LowerBounds.Select(b => $"{b.Key}:{Convert.ToHexString(b.Value)}"))}";
}
