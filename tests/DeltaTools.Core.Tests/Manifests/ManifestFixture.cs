using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Manifests;

/// <summary>A table of other writers, with what is known to be in its manifests.</summary>
internal sealed class ManifestFixture(string table)
{
    private static readonly JsonElement Facts = JsonDocument.Parse(File.ReadAllBytes(FixtureFiles.At("manifests/expected.json"))).RootElement;

    public static IEnumerable<string> Tables => Facts.EnumerateObject().Select(p => p.Name);

    private readonly FixtureTable _table = FixtureTable.Open(table);

    public TableMetadata Metadata => _table.Metadata;

    public IObjectStore Store => _table.Store;

    public JsonElement.ArrayEnumerator Snapshots => Facts.GetProperty(table).EnumerateArray();

    public static string Text(ManifestFile m) => string.Create(CultureInfo.InvariantCulture,
        $"{m.ManifestPath} {m.ManifestLength} {m.PartitionSpecId} {(int)m.Content} {m.SequenceNumber} {m.MinSequenceNumber} {m.AddedSnapshotId} [{m.AddedFilesCount},{m.ExistingFilesCount},{m.DeletedFilesCount},{m.AddedRowsCount},{m.ExistingRowsCount},{m.DeletedRowsCount}] ")
        + $"{string.Concat(m.Partitions.Select(s => $"({s.ContainsNull},{s.ContainsNan},{Hex(s.LowerBound)},{Hex(s.UpperBound)})"))} {m.FirstRowId}";

    public static string ManifestText(JsonElement m) =>
        $"{m.GetProperty("path").GetString()} {m.GetProperty("length")} {m.GetProperty("specId")} {m.GetProperty("content")} {m.GetProperty("sequenceNumber")} {m.GetProperty("minSequenceNumber")} {m.GetProperty("addedSnapshotId")} [{string.Join(",", m.GetProperty("counts").EnumerateArray())}] "
        + $"{string.Concat(m.GetProperty("summaries").EnumerateArray().Select(s => $"({string.Join(",", s.EnumerateArray())})"))} {m.GetProperty("firstRowId")}";

    public static string Text(ManifestEntry e)
    {
        DataFile f = e.DataFile;
        return string.Create(CultureInfo.InvariantCulture, $"{(int)e.Status} {e.SnapshotId} {e.SequenceNumber} {(int)f.Content} {f.FilePath} {f.Format} ({string.Join(",", f.Partition.Values.Select(Text))}) {f.RecordCount} {f.FileSizeInBytes} ")
            + $"{Map(f.Metrics.ValueCounts.Select(p => $"{p.Key}:{p.Value}"))} {Map(f.Metrics.LowerBounds.Select(p => $"{p.Key}:{Hex(p.Value)}"))} {Map(f.Metrics.UpperBounds.Select(p => $"{p.Key}:{Hex(p.Value)}"))} "
            + $"[{string.Join(",", f.SplitOffsets)}] [{string.Join(",", f.EqualityIds)}] {f.SortOrderId} {f.FirstRowId} {f.ReferencedDataFile} {f.ContentOffset} {f.ContentSizeInBytes}";
    }

    /// <param name="read">Tells the types of the partition values.</param>
    public static string EntryText(JsonElement e, PartitionTuple read) =>
        $"{e.GetProperty("status")} {e.GetProperty("snapshotId")} {e.GetProperty("sequenceNumber")} {e.GetProperty("content")} {e.GetProperty("path").GetString()} {Enum.Parse<FileFormat>(e.GetProperty("format").GetString()!, ignoreCase: true)} "
        + $"({string.Join(",", e.GetProperty("partition").EnumerateArray().Zip(read.Values, (v, r) => PartitionText(v.GetString()!, r)))}) {e.GetProperty("records")} {e.GetProperty("size")} "
        + $"{Map(e.GetProperty("valueCounts"))} {Map(e.GetProperty("lowerBounds"))} {Map(e.GetProperty("upperBounds"))} "
        + $"[{string.Join(",", e.GetProperty("splitOffsets").EnumerateArray())}] [{string.Join(",", e.GetProperty("equalityIds").EnumerateArray())}] {e.GetProperty("sortOrderId")} {e.GetProperty("firstRowId")} "
        + $"{e.GetProperty("referencedDataFile")} {e.GetProperty("contentOffset")} {e.GetProperty("contentSize")}";

    private static string PartitionText(string expected, object? read) => read switch
    {
        DecimalValue => new BigInteger(Convert.FromHexString(expected), isBigEndian: true).ToString(CultureInfo.InvariantCulture),
        float => float.Parse(expected, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        double => double.Parse(expected, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => expected,
    };

    private static string Text(object? value) => value switch
    {
        null => "None",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        DecimalValue d => d.Unscaled.ToString(CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Map(IEnumerable<string> pairs) => $"{{{string.Join(",", pairs)}}}";

    private static string Map(JsonElement map) =>
        Map(map.EnumerateObject().OrderBy(p => int.Parse(p.Name, CultureInfo.InvariantCulture)).Select(p => $"{p.Name}:{p.Value}"));

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexString(bytes);
}
