using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using CsCheck;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Manifests;

internal sealed record ManifestCase(TableMetadata Metadata, PartitionSpec Spec, ManifestContent Content, ImmutableArray<ManifestEntry> Entries, AvroCompression Compression);

/// <summary>Random tables, partition specs and entries.</summary>
internal static class ManifestGen
{
    private static readonly Gen<long> Long = Gen.OneOf(Gen.Long, Gen.Long[-100, 100]);

    private static readonly Gen<string> Word = Gen.String[Gen.OneOf(Gen.Char["abcäß€ '"], Gen.Char['a', 'z']), 0, 12];

    /// <summary>Types that a column may be partitioned by, with their values.</summary>
    private static readonly (IcebergType Type, Gen<object> Value)[] Types =
    [
        (IcebergType.Boolean, Gen.Bool.Select(v => (object)v)),
        (IcebergType.Int, Gen.Int.Select(v => (object)v)),
        (IcebergType.Long, Long.Select(v => (object)v)),
        (IcebergType.Float, Gen.OneOf(Gen.Float, Gen.Const(float.NaN), Gen.Const(-0f)).Select(v => (object)v)),
        (IcebergType.Double, Gen.OneOf(Gen.Double, Gen.Const(double.NaN), Gen.Const(-0d)).Select(v => (object)v)),
        (IcebergType.Decimal(9, 2), Gen.Int[-999_999_999, 999_999_999].Select(v => (object)new DecimalValue(v, 2))),
        (IcebergType.Decimal(38, 10), Gen.Select(Gen.Long, Gen.Long).Select((a, b) => (object)new DecimalValue((BigInteger)a * b, 10))),
        (IcebergType.Date, Gen.Int[-1_000_000, 1_000_000].Select(v => (object)v)),
        (IcebergType.Time, Gen.Long[0, 86_399_999_999].Select(v => (object)v)),
        (IcebergType.Timestamp, Long.Select(v => (object)v)),
        (IcebergType.TimestampTz, Long.Select(v => (object)v)),
        (IcebergType.String, Word.Select(v => (object)v)),
        (IcebergType.Uuid, Gen.Guid.Select(v => (object)v)),
        (IcebergType.Fixed(3), Gen.Byte.Array[3].Select(v => (object)v)),
        (IcebergType.Binary, Gen.Byte.Array[0, 6].Select(v => (object)v)),
        (IcebergType.TimestampNs, Long.Select(v => (object)v)),
    ];

    private static readonly Gen<(IcebergType Type, Transform Transform, Gen<object?> Value)> Column = Gen.Select(Gen.Int[0, Types.Length - 1], Gen.Int[0, 4]).Select((i, kind) =>
    {
        (IcebergType type, Gen<object> value) = Types[i];
        return kind switch
        {
            0 => (type, Transform.Bucket(16), Gen.Int[0, 15].Select(v => (object?)v)),
            1 => (type, Transform.Void, Gen.Const((object?)null)),
            2 when type.Id is TypeId.Timestamp or TypeId.TimestampTz or TypeId.Date => (type, Transform.Day, Gen.Int[-9_000, 90_000].Select(v => (object?)v)),
            _ => (type, Transform.Identity, Gen.OneOf(value.Select(v => (object?)v), Gen.Const((object?)null))),
        };
    });

    private static readonly Gen<FieldMap<long>> Counts = Gen.Select(Gen.Int[1, 20], Gen.Long[0, 1L << 40]).Array[0, 6].Select(a => a.Select(p => KeyValuePair.Create(p.Item1, p.Item2)).ToFieldMap());

    private static readonly Gen<FieldMap<byte[]>> Bounds = Gen.Select(Gen.Int[1, 20], Gen.Byte.Array[0, 20]).Array[0, 6].Select(a => a.Select(p => KeyValuePair.Create(p.Item1, p.Item2)).ToFieldMap());

    private static readonly Gen<ColumnMetrics> Metrics = Gen.Select(Counts, Counts, Counts, Counts, Bounds, Bounds).Select((a, b, c, d, e, f) =>
        new ColumnMetrics { ColumnSizes = a, ValueCounts = b, NullValueCounts = c, NanValueCounts = d, LowerBounds = e, UpperBounds = f });

    public static readonly Gen<ManifestCase> Cases =
        from version in Gen.Int[1, 3]
        from columns in Column.Array[0, 4]
        from deletes in Gen.Bool
        from compression in Gen.Int[0, 3]
        let schema = Schema.Of([.. columns.Select((c, i) => new NestedField(i + 1, $"c {i}", c.Type))])
        let spec = new PartitionSpec(5, [.. columns.Select((c, i) => PartitionField.Of(i + 1, 1000 + i, $"p{i}", c.Transform))])
        let content = deletes && version > 1 ? ManifestContent.Deletes : ManifestContent.Data
        from entries in Entry(version, content, columns.Select(c => c.Value)).Array[0, 12]
        select new ManifestCase(Metadata(version, schema, spec), spec, content, [.. entries], (AvroCompression)compression);

    public static TableMetadata Metadata(int version, Schema schema, PartitionSpec spec) => new()
    {
        FormatVersion = version,
        TableUuid = Guid.Empty,
        Location = "s3://b/t",
        LastUpdated = DateTimeOffset.UnixEpoch,
        LastColumnId = schema.HighestFieldId,
        Schemas = [schema],
        CurrentSchemaId = schema.SchemaId,
        PartitionSpecs = [spec],
        DefaultSpecId = spec.SpecId,
        LastPartitionId = spec.HighestFieldId,
    };

    /// <summary>The entries as they must be read once the manifest is committed.</summary>
    public static IEnumerable<ManifestEntry> Expected(ManifestCase test, ManifestFile manifest)
    {
        int version = test.Metadata.FormatVersion;
        long? rowId = test.Content == ManifestContent.Data ? manifest.FirstRowId : null;
        foreach (ManifestEntry entry in test.Entries)
        {
            DataFile file = entry.DataFile;
            bool added = entry.Status == ManifestEntryStatus.Added;
            long? firstRowId = rowId is null || added ? null : file.FirstRowId;
            if (rowId is not null && firstRowId is null && entry.IsLive)
            {
                firstRowId = rowId;
                rowId += file.RecordCount;
            }
            yield return new ManifestEntry(
                entry.Status,
                entry.Status == ManifestEntryStatus.Existing ? entry.SnapshotId : manifest.AddedSnapshotId,
                version == 1 ? 0 : entry.SequenceNumber ?? manifest.SequenceNumber,
                version == 1 ? 0 : added ? manifest.SequenceNumber : entry.FileSequenceNumber,
                file with { SpecId = test.Spec.SpecId, FirstRowId = firstRowId });
        }
    }

    public static string Text(ManifestEntry e)
    {
        DataFile f = e.DataFile;
        return string.Create(CultureInfo.InvariantCulture, $"{e.Status} {e.SnapshotId} {e.SequenceNumber} {e.FileSequenceNumber} {f.Content} {f.FilePath} {f.Format} {f.SpecId} {f.RecordCount} {f.FileSizeInBytes} {f.SortOrderId} {f.FirstRowId} ")
            + $"{f.ReferencedDataFile} {f.ContentOffset} {f.ContentSizeInBytes} {string.Join(",", f.SplitOffsets)} {string.Join(",", f.EqualityIds)} {(f.KeyMetadata is null ? "-" : Convert.ToHexString(f.KeyMetadata))} "
            + $"({string.Join(",", f.Partition.Values.Select(v => v is byte[] b ? Convert.ToHexString(b) : string.Create(CultureInfo.InvariantCulture, $"{v?.GetType().Name} {v}")))}) "
            + $"{Text(f.Metrics.ColumnSizes)} {Text(f.Metrics.ValueCounts)} {Text(f.Metrics.NullValueCounts)} {Text(f.Metrics.NanValueCounts)} {Text(f.Metrics.LowerBounds)} {Text(f.Metrics.UpperBounds)}";
    }

    private static string Text<T>(FieldMap<T> map) => string.Join(";", map.Select(p => $"{p.Key}={(p.Value is byte[] b ? Convert.ToHexString(b) : p.Value)}"));

    private static Gen<ManifestEntry> Entry(int version, ManifestContent content, IEnumerable<Gen<object?>> partition) =>
        from status in Gen.Int[0, 2]
        from numbers in Gen.Long[0, 40].Array[4]
        from values in partition.Aggregate(Gen.Const(ImmutableArray<object?>.Empty), (all, one) => Gen.Select(all, one).Select((a, v) => a.Add(v)))
        from metrics in Metrics
        from path in Word
        from format in Gen.Int[0, 3]
        from kind in Gen.Int[1, 2]
        from nulls in Gen.Bool.Array[8]
        select new ManifestEntry(
            (ManifestEntryStatus)status, numbers[0], status == (int)ManifestEntryStatus.Added && nulls[0] ? null : numbers[1], numbers[2],
            new DataFile
            {
                Content = content == ManifestContent.Data ? DataFileContent.Data : (DataFileContent)kind,
                FilePath = $"s3://b/{path}",
                Format = (FileFormat)format,
                Partition = values.IsEmpty ? PartitionTuple.Empty : new PartitionTuple(values),
                RecordCount = numbers[3],
                FileSizeInBytes = numbers[0] * 1000,
                Metrics = metrics,
                KeyMetadata = nulls[1] ? null : [1, 2],
                SplitOffsets = nulls[2] ? [] : [4, numbers[3] + 5],
                EqualityIds = nulls[3] || version == 1 ? [] : [1, 7],
                SortOrderId = nulls[4] ? null : 3,
                FirstRowId = nulls[5] ? null : numbers[3],
                ReferencedDataFile = nulls[6] || version == 1 ? null : "s3://b/d",
                ContentOffset = nulls[7] || version < 3 ? null : 4,
                ContentSizeInBytes = nulls[7] || version < 3 ? null : 40,
            });
}
