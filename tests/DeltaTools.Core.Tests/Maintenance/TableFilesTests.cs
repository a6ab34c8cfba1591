using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Maintenance;

public sealed class TableFilesTests
{
    [Fact]
    public async Task Of_FindsEveryFileOfEverySnapshotOnce()
    {
        FixtureTable table = FixtureTable.Open("spark-v2-branch-tag");
        string folder = FixtureFiles.At("tables/spark-v2-branch-tag");
        string[] there = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is not ("expected.json" or "version-hint.text")).Select(f => new Uri(f).AbsoluteUri)];

        IReadOnlySet<string> files = await TableFiles.OfAsync(
            table.Metadata, table.Metadata.Location + "/" + table.Expected.GetProperty("metadataFile").GetString(), table.Store, default);

        Assert.Equal(there.Order(StringComparer.Ordinal), files.Select(table.Store.Resolve).Intersect(there).Order(StringComparer.Ordinal));
        Assert.Equal(9, files.Count(f => f.EndsWith(".parquet", StringComparison.Ordinal)));
        Assert.Equal(5, files.Count(f => f.Contains("/snap-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_ATableWithAMissingManifestFails()
    {
        FixtureTable table = FixtureTable.Open("spark-v2-branch-tag");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() =>
            TableFiles.OfAsync(table.Metadata, "metadata.json", LocalObjectStore.Instance, default));

        Assert.Contains(error.Kind, (IcebergErrorKind[])[IcebergErrorKind.Corrupt, IcebergErrorKind.Unsupported]);
    }
}
