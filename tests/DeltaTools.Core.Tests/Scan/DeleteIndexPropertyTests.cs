using CsCheck;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Scan;

/// <summary>The delete index against the scope rules of the specification, written down one by one.</summary>
public class DeleteIndexPropertyTests
{
    private static readonly Schema _schema = Schema.Of(new NestedField(1, "id", IcebergType.Int), new NestedField(2, "p", IcebergType.Int));

    private static readonly TableMetadata _metadata = new()
    {
        FormatVersion = 3,
        TableUuid = Guid.Empty,
        Location = "s3://b/t",
        LastUpdated = DateTimeOffset.UnixEpoch,
        LastColumnId = 2,
        Schemas = [_schema],
        CurrentSchemaId = 0,
        PartitionSpecs =
        [
            PartitionSpec.Unpartitioned,
            new PartitionSpec(1, [PartitionField.Of(2, 1000, "p", Transform.Identity)]),
            new PartitionSpec(2, [PartitionField.Of(2, 1001, "p_bucket", Transform.Bucket(4))]),
        ],
        DefaultSpecId = 1,
        LastPartitionId = 1001,
    };

    /// <param name="Ids">Keys of the rows; null for NULL.</param>
    /// <param name="Positions">Position deletes: the data files they refer to.</param>
    private sealed record Written(DataFile File, long Sequence, int?[] Ids, string[] Positions);

    private static readonly Gen<(int Spec, int? Value)> _partitions = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2]).Select((spec, v) => (spec, spec == 0 || v == 2 ? (int?)null : v));

    private static readonly Gen<Written> _data = Gen.Select(_partitions, Gen.Long[1, 5], Ids(4), Gen.Bool).Select((partition, sequence, ids, hasMetrics) =>
        new Written(File(partition, "", DataFileContent.Data) with { Metrics = hasMetrics ? Metrics(ids) : ColumnMetrics.None, RecordCount = ids.Length }, sequence, ids, []));

    private static Gen<Written> Deletes(string[] paths) => Gen.Select(
        _partitions, Gen.Long[1, 5], Gen.Int[0, 3], Ids(2), Gen.Bool, Gen.Int[0, paths.Length - 1].Array[1, 3]).Select((partition, sequence, kind, ids, hasMetrics, refers) =>
    {
        string[] positions = [.. refers.Select(i => paths[i]).Distinct().Order(StringComparer.Ordinal)];
        return kind switch
        {
            0 => new Written(File(partition, "eq", DataFileContent.EqualityDeletes) with { EqualityIds = [1], Metrics = hasMetrics ? Metrics(ids) : ColumnMetrics.None, RecordCount = ids.Length }, sequence, ids, []),
            1 => new Written(File(partition, "dv", DataFileContent.PositionDeletes) with { Format = FileFormat.Puffin, ReferencedDataFile = positions[0], ContentOffset = 4, ContentSizeInBytes = 9 }, sequence, [], [positions[0]]),
            2 => new Written(File(partition, "pos", DataFileContent.PositionDeletes) with { ReferencedDataFile = positions[0] }, sequence, [], [positions[0]]),
            _ => new Written(File(partition, "pos", DataFileContent.PositionDeletes) with { Metrics = hasMetrics ? Paths(positions) : ColumnMetrics.None }, sequence, [], positions),
        };
    });

    [Fact]
    public void For_FindsWhatTheScopeRulesSay()
    {
        int found = 0, ruledOut = 0;
        _data.Array[1, 6].SelectMany(data =>
        {
            Written[] files = [.. data.Select((d, i) => d with { File = d.File with { FilePath = $"s3://b/t/data/{i:00}.parquet" } })];
            return Gen.Select(Gen.Const(files), Deletes([.. files.Select(f => f.File.FilePath)]).Array[0, 8]);
        }).Sample((files, random) =>
        {
            // Position deletes lie in the partition of what they delete from, and a data file has one vector at most.
            Written[] deletes =
            [
                .. random.Where(d => d.Positions.Length != 1),
                .. random.Where(d => d.Positions.Length == 1)
                    .Select(d => files.Single(f => f.File.FilePath == d.Positions[0]).File is var of ? d with { File = d.File with { SpecId = of.SpecId, Partition = of.Partition } } : d)
                    .DistinctBy(d => d.File.IsDeletionVector ? d.File.ReferencedDataFile : d.GetHashCode().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ];
            var index = new DeleteIndex([.. deletes.Select(d => new DeleteFile(d.File, d.Sequence))], _metadata, l => l);
            foreach (Written file in files)
            {
                var actual = index.For(file.File, file.File.FilePath, file.Sequence).Select(d => d.File).ToHashSet(ReferenceEqualityComparer.Instance);
                foreach (Written delete in deletes)
                {
                    bool inScope = InScope(delete, file, deletes), has = actual.Contains(delete.File);
                    Assert.True(inScope || !has, "A delete out of scope applies.");
                    Assert.True(has || !inScope || !Deletes(delete, file), "A delete in scope that deletes rows does not apply.");
                    Interlocked.Add(ref found, has ? 1 : 0);
                    Interlocked.Add(ref ruledOut, inScope && !has ? 1 : 0);
                }
            }
        }, iter: 5_000);
        Assert.True(found > 500 && ruledOut > 100, $"found {found}, ruled out {ruledOut}");
    }

    private static bool InScope(Written delete, Written file, Written[] all)
    {
        bool samePartition = delete.File.SpecId == file.File.SpecId && delete.File.Partition.Equals(file.File.Partition);
        if (delete.File.Content == DataFileContent.EqualityDeletes) return file.Sequence < delete.Sequence && (samePartition || delete.File.SpecId == 0);
        bool refers = delete.File.ReferencedDataFile is null || delete.File.ReferencedDataFile == file.File.FilePath;
        if (!refers || file.Sequence > delete.Sequence || !samePartition) return false;
        return delete.File.IsDeletionVector || !all.Any(o => o.File.IsDeletionVector && InScope(o, file, all));
    }

    private static bool Deletes(Written delete, Written file) => delete.File.Content == DataFileContent.EqualityDeletes
        ? delete.Ids.Intersect(file.Ids).Any() : delete.Positions.Contains(file.File.FilePath);

    private static DataFile File((int Spec, int? Value) partition, string path, DataFileContent content) => new()
    {
        FilePath = path,
        Content = content,
        RecordCount = 1,
        FileSizeInBytes = 1,
        SpecId = partition.Spec,
        Partition = partition.Spec == 0 ? PartitionTuple.Empty : PartitionTuple.Of(partition.Value),
    };

    private static Gen<int?[]> Ids(int max) => Gen.Int[0, 12].Select(i => i == 12 ? (int?)null : i).Array[1, max];

    private static ColumnMetrics Metrics(int?[] ids) => new()
    {
        ValueCounts = Map(1, (long)ids.Length),
        NullValueCounts = Map(1, (long)ids.Count(i => i is null)),
        LowerBounds = ids.Min() is { } min ? Map(1, SingleValue.ToBytes(IcebergType.Int, min)) : FieldMap<byte[]>.Empty,
        UpperBounds = ids.Max() is { } max ? Map(1, SingleValue.ToBytes(IcebergType.Int, max)) : FieldMap<byte[]>.Empty,
    };

    private static ColumnMetrics Paths(string[] sorted) => new()
    {
        LowerBounds = Map(MetadataColumns.DeleteFilePath.Id, SingleValue.ToBytes(IcebergType.String, sorted[0])),
        UpperBounds = Map(MetadataColumns.DeleteFilePath.Id, SingleValue.ToBytes(IcebergType.String, sorted[^1])),
    };

    private static FieldMap<T> Map<T>(int id, T value) => new[] { KeyValuePair.Create(id, value) }.ToFieldMap();
}
