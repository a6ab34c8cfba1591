using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Spec;

/// <summary>Random table metadata that keeps the rules.</summary>
internal static class MetadataGen
{
    private static readonly Transform[] Transforms =
        [Transform.Identity, Transform.Year, Transform.Month, Transform.Day, Transform.Hour, Transform.Bucket(7), Transform.Truncate(3), Transform.Void, new UnknownTransform("zorder[2]")];

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Char[' ', '~'].Array[0, 8].Select(c => new string(c)), Gen.Const("ü\"\\/<>&'\u2028\U0001F600"));

    private static readonly Gen<ImmutableSortedDictionary<string, string>> Maps =
        Gen.Select(Texts, Texts).Array[0, 4].Select(pairs => StringMap.Empty.SetItems(pairs.Select(p => KeyValuePair.Create(p.Item1, p.Item2))));

    private static readonly Gen<ImmutableSortedDictionary<string, string>> Unknowns = Gen.Frequency(
        (5, Gen.Const(StringMap.Empty)), (1, Gen.Const(StringMap.Empty.Add("x-unknown", """{"a":[1,2.50,null,"é"]}"""))));

    public static readonly Gen<TableMetadata> Tables = Gen.Select(Gen.Int[1, 3], SchemaGen.Schemas, Gen.Int[0, 6], Gen.Guid, Gen.Int).SelectMany(
        (version, schema, snapshots, uuid, seed) => Build(version, schema, snapshots, uuid, new Random(seed)));

    private static Gen<TableMetadata> Build(int version, Schema schema, int snapshotCount, Guid uuid, Random random)
    {
        (PartitionSpec spec, SortOrder order) = (Spec(schema, random), Order(schema, random));
        return Gen.Select(Snapshots(version, snapshotCount, random), Maps, Unknowns, Gen.Bool, Texts).Select((snapshots, properties, unknown, hasMain, tag) =>
        {
            long? current = snapshots.IsEmpty || !hasMain ? null : snapshots[random.Next(snapshots.Length)].SnapshotId;
            ImmutableSortedDictionary<string, SnapshotRef> refs = SnapshotRef.None;
            if (current is { } head) refs = refs.Add("main", SnapshotRef.Branch(head) with { MinSnapshotsToKeep = random.Next(1, 9), UnknownFields = unknown });
            if (!snapshots.IsEmpty && tag != "main") refs = refs.Add(tag, SnapshotRef.Tag(snapshots[0].SnapshotId) with { MaxRefAge = TimeSpan.FromMilliseconds(random.Next(1, int.MaxValue)) });
            return new TableMetadata
            {
                FormatVersion = version,
                TableUuid = uuid,
                Location = "s3://bucket/ü " + random.Next(9),
                LastSequenceNumber = version == 1 ? 0 : snapshots.Length,
                LastUpdated = DateTimeOffset.UnixEpoch.AddDays(30),
                LastColumnId = schema.HighestFieldId,
                Schemas = [schema with { UnknownFields = unknown }, schema with { SchemaId = 5 }],
                CurrentSchemaId = random.Next(2) * 5,
                PartitionSpecs = [PartitionSpec.Unpartitioned, spec with { UnknownFields = unknown }],
                DefaultSpecId = random.Next(2),
                LastPartitionId = 1000 + spec.Fields.Length,
                SortOrders = [SortOrder.Unsorted, order],
                DefaultSortOrderId = order.IsUnsorted ? 0 : random.Next(2),
                Properties = properties,
                CurrentSnapshotId = current,
                Snapshots = snapshots,
                SnapshotLog = [.. snapshots.Select(s => new SnapshotLogEntry(s.Timestamp, s.SnapshotId) { UnknownFields = unknown })],
                MetadataLog = [new(DateTimeOffset.UnixEpoch, "a.json")],
                Refs = refs,
                Statistics = [new(1, "p.puffin", long.MaxValue, 1, [new("t", 1, 2, [1, 2], properties) { UnknownFields = unknown }], "a2V5")],
                PartitionStatistics = [new(1, "p.parquet", 2) { UnknownFields = unknown }],
                NextRowId = version < 3 ? 0 : random.NextInt64(),
                EncryptionKeys = version < 3 ? [] : [new("k", "bWV0YQ==", "by", properties)],
                UnknownFields = unknown,
            };
        });
    }

    private static PartitionSpec Spec(Schema schema, Random random)
    {
        ImmutableArray<PartitionField> fields = [.. Sources(schema).Select((field, i) => (field, i, transform: Transforms[random.Next(Transforms.Length)]))
            .Where(p => Core.Spec.Values.Transforms.CanApply(p.transform, p.field.Type) && random.Next(2) == 0)
            .Select(p => PartitionField.Of(p.field.Id, 1000 + p.i, $"partition {p.i}", p.transform))];
        return new(1, fields);
    }

    private static SortOrder Order(Schema schema, Random random)
    {
        ImmutableArray<SortField> fields = [.. Sources(schema).Where(f => f.Type.Id is not (TypeId.Geometry or TypeId.Geography) && random.Next(2) == 0)
            .Select(f => new SortField([f.Id], Transform.Identity, (SortDirection)random.Next(2), (NullOrder)random.Next(2)))];
        return new(fields.IsEmpty ? 9 : 1, fields);
    }

    /// <summary>Primitive columns; in structs and lists there may be more, but not for partitions.</summary>
    private static IEnumerable<NestedField> Sources(Schema schema) => schema.Fields.Where(f => f.Type.IsPrimitive);

    private static Gen<ImmutableArray<Snapshot>> Snapshots(int version, int count, Random random) => Maps.Array[count].Select(summaries =>
    {
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>();
        foreach (ImmutableSortedDictionary<string, string> summary in summaries)
        {
            bool embedded = version == 1 && random.Next(2) == 0;
            snapshots.Add(new Snapshot(
                random.NextInt64(), snapshots.Count == 0 ? null : snapshots[^1].SnapshotId, version == 1 ? 0 : snapshots.Count + 1,
                DateTimeOffset.UnixEpoch.AddHours(snapshots.Count), embedded ? null : "s3://b/l.avro", embedded ? ["m1.avro", "m2.avro"] : [],
                summary.SetItem("operation", "append"), random.Next(2) == 0 ? null : 5,
                version < 3 ? null : random.NextInt64(1 << 30), version < 3 ? null : random.NextInt64(1 << 30), version < 3 ? null : "key"));
        }
        return snapshots.ToImmutable();
    });
}
