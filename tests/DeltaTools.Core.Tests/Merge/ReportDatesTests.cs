using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Merge;

public sealed class ReportDatesTests
{
    /// <summary>1 created, 2 merged to the 1st, 3 merged to the 3rd, 4 compacted, 5 merged to the 4th.</summary>
    private static readonly TableMetadata Table = Of(null, "2021-01-01", "2021-01-03", null, "2021-01-04");

    [Theory]
    [InlineData("2021-01-01", 2)]
    [InlineData("2021-01-02", 2)]
    [InlineData("2021-01-03", 4)]
    [InlineData("2021-01-04", 5)]
    [InlineData("2030-01-01", 5)]
    public void At_TakesTheNewestStateUpToTheDate(string date, long snapshot) =>
        Assert.Equal(snapshot, ReportDates.At(Table, DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)).SnapshotId);

    [Fact]
    public void At_BeforeTheFirstMergeNamesTheEarliest()
    {
        IcebergException error = Assert.Throws<IcebergException>(() => ReportDates.At(Table, new DateOnly(2020, 12, 31)));

        Assert.Equal(IcebergErrorKind.SnapshotNotFound, error.Kind);
        Assert.Contains("2021-01-01", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_WithoutMergesSaysSo() =>
        Assert.Contains("no merge", Assert.Throws<IcebergException>(() => ReportDates.At(Of(null, null), new DateOnly(2021, 1, 1))).Message, StringComparison.Ordinal);

    private static TableMetadata Of(params string?[] reportDates)
    {
        Snapshot[] snapshots = [.. reportDates.Select((date, i) => new Snapshot(
            i + 1, i == 0 ? null : i, i + 1, DateTimeOffset.UnixEpoch.AddDays(i), $"list-{i}", [],
            date is null ? StringMap.Empty : StringMap.Empty.Add("deltatools.report-date", date)))];
        TableMetadata empty = TableMetadataFactory.Create(
            Schema.Of(new NestedField(1, "id", IcebergType.Int)), PartitionSpec.Unpartitioned, SortOrder.Unsorted, "file:///t", [], 2,
            Guid.Empty, DateTimeOffset.UnixEpoch);
        return empty with { Snapshots = [.. snapshots], CurrentSnapshotId = snapshots.Length };
    }
}
