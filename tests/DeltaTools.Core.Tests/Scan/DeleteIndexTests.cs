using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Scan;

public class DeleteIndexTests
{
    private static readonly Schema _schema = Schema.Of(
        new NestedField(1, "id", IcebergType.Long), new NestedField(2, "country", IcebergType.String), new NestedField(3, "x", IcebergType.Double));

    private static readonly TableMetadata _metadata = new()
    {
        FormatVersion = 3,
        TableUuid = Guid.Empty,
        Location = "s3://b/t",
        LastUpdated = DateTimeOffset.UnixEpoch,
        LastColumnId = 3,
        Schemas = [_schema],
        CurrentSchemaId = 0,
        PartitionSpecs =
        [
            PartitionSpec.Unpartitioned,
            new PartitionSpec(1, [PartitionField.Of(2, 1000, "country", Transform.Identity)]),
            new PartitionSpec(2, [PartitionField.Of(2, 1000, "country", Transform.Void)]),
        ],
        DefaultSpecId = 1,
        LastPartitionId = 1000,
    };

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public void For_PositionDeletesReachFilesOfTheSameCommitAndBefore(long deleteSequence, bool applies)
    {
        DeleteIndex index = Index(Positions("d1", deleteSequence, "DE"), Positions("d2", deleteSequence, "DE", referenced: "s3://b/t/a"));

        Assert.Equal(applies ? 2 : 0, index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5).Length);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void For_EqualityDeletesReachOlderFilesOnly(long deleteSequence, bool applies)
    {
        DeleteIndex index = Index(Equality("d1", deleteSequence, "DE"), Equality("d2", deleteSequence, null));

        Assert.Equal(applies ? 2 : 0, index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5).Length);
    }

    [Fact]
    public void For_KeepsToThePartitionUnlessTheSpecHasNone()
    {
        DeleteIndex index = Index(
            Positions("p-de", 9, "DE"), Positions("p-fr", 9, "FR"), Positions("p-all", 9, null),
            Equality("e-de", 9, "DE"), Equality("e-fr", 9, "FR"), Equality("e-all", 9, null), Equality("e-void", 9, null, specId: 2));

        Assert.Equal(["p-de", "e-de", "e-all", "e-void"], Names(index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5)));
        Assert.Equal(["p-all", "e-all", "e-void"], Names(index.For(Data("s3://b/t/a", null), "s3://b/t/a", 5)));
    }

    [Fact]
    public void For_ADeletionVectorTakesThePlaceOfPositionDeletes()
    {
        DeleteIndex index = Index(Vector("v", 7, "s3://b/t/a"), Positions("p", 6, "DE"), Positions("q", 6, "DE", referenced: "s3://b/t/a"), Equality("e", 9, "DE"));

        Assert.Equal(["v", "e"], Names(index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5)));
        Assert.Equal(["p", "e"], Names(index.For(Data("s3://b/t/b", "DE"), "s3://b/t/b", 5)));
    }

    [Fact]
    public void For_IgnoresAVectorThatIsOlderThanTheFile() =>
        Assert.Empty(Index(Vector("v", 4, "s3://b/t/a")).For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5));

    [Fact]
    public void For_ComparesLocationsInTheStoresSpelling()
    {
        static string Resolve(string location) => location.Replace("s3a://", "s3://", StringComparison.Ordinal);
        var index = new DeleteIndex(
            [Vector("v", 7, "s3a://b/t/a"), Positions("bounds", 7, "DE", lower: "s3a://b/t/b", upper: "s3a://b/t/b"), Positions("named", 7, "DE", referenced: "s3a://b/t/c")],
            _metadata, Resolve);

        Assert.Equal(["v"], Names(index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5)));
        Assert.Equal(["bounds"], Names(index.For(Data("s3://b/t/b", "DE"), "s3://b/t/b", 5)));
        Assert.Equal(["named"], Names(index.For(Data("s3://b/t/c", "DE"), "s3://b/t/c", 5)));
    }

    [Theory]
    [InlineData("s3://b/t/data/00", "s3://b/t/data/99", "s3://b/t/data/50", true)]
    [InlineData("s3://b/t/data/00", "s3://b/t/data/49", "s3://b/t/data/50", false)]
    [InlineData("s3://b/t/data/51", "s3://b/t/data/99", "s3://b/t/data/50", false)]
    [InlineData("s3a://b/t/data/00", "s3a://b/t/data/99", "s3://b/t/data/50", true)]
    [InlineData("s3a://b/t/data/00", "s3a://b/t/data/49", "s3://b/t/data/50", false)]
    [InlineData("hdfs://n/t/data/00", "hdfs://n/t/data/49", "s3://b/t/data/50", false)]
    [InlineData("cut://n/t/data/00", "cut://n/t/data/49", "s3://b/t/data/50", true)]
    [InlineData("s3://b/t/data/a/00", "s3://b/t/data/a/49", "s3://b/t/data/b/20", false)]
    [InlineData("s3a://b/t/data/a/00", "s3a://b/t/data/a/49", "s3://b/t/data/a/20", true)]
    [InlineData("s3://b/t/data", "s3://b/t/datb", "s3://b/t/data/50", true)]
    [InlineData("a", "b", "s3://b/t/data/50", true)]
    public void For_RulesOutByBoundsOfOneSpellingOnly(string lower, string upper, string file, bool applies)
    {
        static string Resolve(string location) => location.StartsWith("cut", StringComparison.Ordinal) ? throw IcebergException.Unsupported("unknown scheme")
            : location.Replace("s3a://", "s3://", StringComparison.Ordinal);
        var index = new DeleteIndex([Positions("p", 7, "DE", lower: lower, upper: upper)], _metadata, Resolve);

        Assert.Equal(applies ? 1 : 0, index.For(Data(file, "DE"), file, 5).Length);
    }

    [Theory]
    [InlineData(10L, 20L, 0L, false)]
    [InlineData(5L, 10L, 0L, true)]
    [InlineData(1L, 4L, 0L, false)]
    [InlineData(1L, 4L, 1L, true)]
    public void For_RulesEqualityDeletesOutByBounds(long lower, long upper, long nulls, bool applies)
    {
        DeleteIndex index = Index(Equality("e", 9, "DE", Metrics(lower, upper, 3, nulls)));

        Assert.Equal(applies ? 1 : 0, index.For(Data("s3://b/t/a", "DE") with { Metrics = Metrics(5, 9, 4, 1) }, "s3://b/t/a", 5).Length);
        Assert.Single(index.For(Data("s3://b/t/a", "DE"), "s3://b/t/a", 5));
        Assert.Equal<int>([1], [.. index.EqualityIds]);
    }

    [Fact]
    public void Index_RefusesWhatCannotBe()
    {
        Assert.Contains("two deletion vectors", Assert.Throws<IcebergException>(() => Index(Vector("v", 7, "s3://b/t/a"), Vector("w", 8, "s3://b/t/a"))).Message, StringComparison.Ordinal);
        Assert.Contains("no columns", Assert.Throws<IcebergException>(() => Index(Equality("e", 7, "DE") is var e ? e with { File = e.File with { EqualityIds = [] } } : e)).Message, StringComparison.Ordinal);
        Assert.Contains("lacks its data file", Assert.Throws<IcebergException>(() => Index(Vector("v", 7, null))).Message, StringComparison.Ordinal);
    }

    private static DeleteIndex Index(params DeleteFile[] deletes) => new(deletes, _metadata, l => l);

    private static IEnumerable<string> Names(ImmutableArray<DeleteFile> deletes) => deletes.Select(d => d.File.FilePath);

    private static DataFile Data(string path, string? country) => new()
    {
        FilePath = path,
        RecordCount = 10,
        FileSizeInBytes = 1,
        SpecId = country is null ? 0 : 1,
        Partition = country is null ? PartitionTuple.Empty : PartitionTuple.Of(country),
    };

    private static DeleteFile Positions(string name, long sequence, string? country, string? referenced = null, string? lower = null, string? upper = null) =>
        new(Data(name, country) with
        {
            Content = DataFileContent.PositionDeletes,
            ReferencedDataFile = referenced,
            Metrics = new ColumnMetrics { LowerBounds = Path(lower), UpperBounds = Path(upper) },
        }, sequence);

    private static DeleteFile Vector(string name, long sequence, string? referenced) => new(Data(name, "DE") with
    {
        Content = DataFileContent.PositionDeletes,
        Format = FileFormat.Puffin,
        ReferencedDataFile = referenced,
        ContentOffset = 4,
        ContentSizeInBytes = 40,
    }, sequence);

    private static DeleteFile Equality(string name, long sequence, string? country, ColumnMetrics? metrics = null, int? specId = null) => new(Data(name, country) with
    {
        Content = DataFileContent.EqualityDeletes,
        EqualityIds = [1],
        Metrics = metrics ?? ColumnMetrics.None,
        SpecId = specId ?? (country is null ? 0 : 1),
        Partition = specId is null ? Data(name, country).Partition : PartitionTuple.Of([null]),
    }, sequence);

    private static ColumnMetrics Metrics(long lower, long upper, long values, long nulls) => new()
    {
        ValueCounts = Map(1, values),
        NullValueCounts = Map(1, nulls),
        LowerBounds = Map(1, SingleValue.ToBytes(IcebergType.Long, lower)),
        UpperBounds = Map(1, SingleValue.ToBytes(IcebergType.Long, upper)),
    };

    private static FieldMap<byte[]> Path(string? bound) =>
        bound is null ? FieldMap<byte[]>.Empty : Map(MetadataColumns.DeleteFilePath.Id, SingleValue.ToBytes(IcebergType.String, bound));

    private static FieldMap<T> Map<T>(int id, T value) => new[] { KeyValuePair.Create(id, value) }.ToFieldMap();
}
