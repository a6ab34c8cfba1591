using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tests.Spec;

public class MetadataPropertyTests
{
    [Fact]
    public void Metadata_AreReadAsTheyWereWritten() => MetadataGen.Tables.Sample(metadata =>
    {
        byte[] written = TableMetadataJson.Write(metadata);
        TableMetadata read = TableMetadataJson.Read(written, "t");
        Assert.Equal(written, TableMetadataJson.Write(read));
        Assert.Equal(metadata.Schemas.AsEnumerable(), read.Schemas);
        Assert.Equal(metadata.PartitionSpecs.AsEnumerable(), read.PartitionSpecs);
        Assert.Equal(metadata.SortOrders.AsEnumerable(), read.SortOrders);
        Assert.Equal(metadata.Properties.AsEnumerable(), read.Properties);
        Assert.Equal(metadata.Snapshots.Select(Facts), read.Snapshots.Select(Facts));
        Assert.Equal(
            (metadata.FormatVersion, metadata.TableUuid, metadata.Location, metadata.LastUpdated, metadata.CurrentSnapshotId, metadata.NextRowId, metadata.LastSequenceNumber),
            (read.FormatVersion, read.TableUuid, read.Location, read.LastUpdated, read.CurrentSnapshotId, read.NextRowId, read.LastSequenceNumber));
    }, iter: 500);

    [Fact]
    public void SingleValues_AreReadAsTheyWereWritten() => SchemaGen.Primitives.Where(t => t.Id is not (TypeId.Geometry or TypeId.Geography or TypeId.Variant))
        .SelectMany(type => SchemaGen.Values(type).Select(value => (type, value)))
        .Sample((type, value) =>
        {
            string json = JsonText.Text(writer => SingleValueJson.Write(writer, type, value));
            return ValueComparer.Same(value, JsonText.Parse(json, "value", (root, place) => SingleValueJson.Read(root, type, place)));
        });

    /// <summary>Whatever is committed, the metadata keep their rules and can be read again.</summary>
    [Fact]
    public void Commits_LeaveSoundMetadata()
    {
        Gen<(int Kind, int A, int B)> steps = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 9], Gen.Int[0, 9]);
        steps.Array[1, 40].Sample(list =>
        {
            TableMetadata table = TableMetadataFactory.Create(
                SchemaText.Parse("id long"), PartitionSpec.Unpartitioned, SortOrder.Unsorted, "s3://b/t", [], 2, Guid.Empty, DateTimeOffset.UnixEpoch);
            DateTimeOffset now = DateTimeOffset.UnixEpoch;
            foreach ((int kind, int a, int b) in list)
            {
                now = now.AddMinutes(1);
                long next = table.LastSequenceNumber + 1;
                TableUpdate[] updates = kind switch
                {
                    0 or 1 or 2 => [Add(next, table.CurrentSnapshotId, now), new SetSnapshotRef("main", SnapshotRef.Branch(next))],
                    3 => [Add(next, table.CurrentSnapshotId, now), new SetSnapshotRef($"b{a}", SnapshotRef.Branch(next))],
                    4 => [Add(next, null, now), new SetSnapshotRef("main", SnapshotRef.Branch(next)), Add(next + 1, next, now), new SetSnapshotRef("main", SnapshotRef.Branch(next + 1))],
                    5 => table.Snapshots.IsEmpty ? [] : [new SetSnapshotRef(a < 5 ? "main" : "tag", SnapshotRef.Branch(table.Snapshots[b % table.Snapshots.Length].SnapshotId))],
                    6 => [new RemoveSnapshots([.. table.Snapshots.Where((s, i) => i % 3 == b % 3 && s.SnapshotId != table.CurrentSnapshotId).Select(s => s.SnapshotId)])],
                    _ => [new RemoveSnapshotRef(a < 5 ? "main" : $"b{b}"), new SetStatistics(new StatisticsFile(a, "s", 1, 1, []))],
                };
                TableMetadata after = MetadataUpdates.Apply(table, updates, now);
                bool sound = TableMetadataRules.Problem(after) is null
                    && after.SnapshotLog.All(e => after.Snapshot(e.SnapshotId) is not null)
                    && (after.CurrentSnapshotId is null || after.SnapshotLog[^1].SnapshotId == after.CurrentSnapshotId)
                    && after.CurrentSnapshotId == after.Refs.GetValueOrDefault("main")?.SnapshotId;
                if (!sound) return false;
                table = TableMetadataJson.Read(TableMetadataJson.Write(after), "t");
            }
            return true;
        }, iter: 100);
    }

    private static AddSnapshot Add(long id, long? parent, DateTimeOffset now) =>
        new(new Snapshot(id, parent, id, now, "l.avro", [], StringMap.Empty.Add("operation", "append")));

    private static object Facts(Snapshot s) => (
        s.SnapshotId, s.ParentSnapshotId, s.SequenceNumber, s.Timestamp, s.ManifestList, string.Join('|', s.Manifests),
        (string.Join('|', s.Summary), s.SchemaId, s.FirstRowId, s.AddedRows, s.KeyId));
}
