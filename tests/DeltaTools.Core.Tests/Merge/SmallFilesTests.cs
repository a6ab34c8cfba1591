using System.Globalization;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>New rows are written together with a small file of their partition, where that is cheap.</summary>
public sealed class SmallFilesTests
{
    private static readonly MergeOptions Options = new() { ReportDate = default, Key = ["id"] };

    [Theory]
    [InlineData("", 2)]
    [InlineData("merge-on-read", 20)]
    public async Task Merge_ADayLeavesOneFileInEachPartition(string mode, int files)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedReportAsync("id long, part string", "part", 2, mode.Length == 0 ? [] : [(TableProperties.MergeMode, mode)]);
        for (int day = 1; day <= 10; day++)
        {
            await warehouse.ImportAsync($"id,part\n{2 * day},a\n{(2 * day) + 1},b\n", Day(day));
            await warehouse.MergeAsync(Day(day), Options);
        }

        Assert.Equal(files, (await FilesAsync(warehouse)).Count);
        Assert.Equal(20, (await warehouse.RowsAsync()).Count);
    }

    [Fact]
    public async Task Merge_LeavesFilesOfOtherPartitionsAlone()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedReportAsync("id long, part string", "part");
        await warehouse.ImportAsync("id,part\n1,a\n2,b\n", Day(1));
        await warehouse.MergeAsync(Day(1), Options);
        await warehouse.ImportAsync("id,part\n3,b\n", Day(2));

        MergePlan plan = await warehouse.PlanAsync(Day(2), Options);

        MergeFile file = Assert.Single(plan.Files);
        Assert.Contains("part=b", file.Path, StringComparison.Ordinal);
        Assert.Equal((0L, true), (file.Changed, file.Rewritten));
    }

    [Fact]
    public async Task Merge_LeavesAFileAloneThatIsLargeAgainstTheNewRows()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id long, text string", 2, (TableProperties.ParquetCompression, "uncompressed"));
        string[] texts = [.. Enumerable.Range(0, 40_000).Select(i => $"{i},{new string((char)('a' + (i % 26)), 20)}{i:000000}")];
        await warehouse.ImportAsync("id,text\n" + string.Join('\n', texts) + "\n", Day(1));
        await warehouse.MergeAsync(Day(1), Options);
        Assert.True(Assert.Single(await FilesAsync(warehouse)).File.FileSizeInBytes > 1 << 20);

        await warehouse.ImportAsync("id,text\n50000,few\n", Day(2));
        await warehouse.MergeAsync(Day(2), Options);
        Assert.Equal(2, (await FilesAsync(warehouse)).Count);

        await warehouse.ImportAsync("id,text\n50001,joins the small one\n", Day(3));
        await warehouse.MergeAsync(Day(3), Options);
        Assert.Equal(2, (await FilesAsync(warehouse)).Count);

        await warehouse.ImportAsync("id,text\n" + string.Join('\n', texts.Select(t => "1" + t.PadLeft(40, '0'))) + "\n", Day(4));
        MergePlan plan = await warehouse.PlanAsync(Day(4), Options);
        Assert.True(Assert.Single(plan.Files).Rewritten);
    }

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2024-01-{day:00}");

    private static async Task<IReadOnlyList<FileScanTask>> FilesAsync(Warehouse warehouse)
    {
        IcebergTable table = await warehouse.ReportAsync();
        return (await ScanPlanner.PlanAsync(table.Store, table.Metadata, table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema, ScanOptions.All, default)).Tasks;
    }
}
