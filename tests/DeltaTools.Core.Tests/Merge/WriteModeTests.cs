using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What a merge reads, and in which form it writes.</summary>
public sealed class WriteModeTests
{
    private const int Rows = 20_000;
    private static readonly MergeOptions s_options = new() { ReportDate = default, Key = ["id"] };

    /// <summary>Of a file of 20,000 rows: a few change, so they are marked; 30 % change, so it is written anew, unless the table says how.</summary>
    [Theory]
    [InlineData("", 2, 100, false)]
    [InlineData("", 3, 100, false)]
    [InlineData("", 2, 6000, true)]
    [InlineData("", 3, 6000, true)]
    [InlineData("copy-on-write", 2, 1, true)]
    [InlineData("merge-on-read", 3, 19000, false)]
    public async Task Merge_MarksOrRewritesByTheShareOfAFile(string mode, int version, int changed, bool rewritten)
    {
        await using Warehouse warehouse = await OpenAsync(version, mode.Length == 0 ? [] : [(TableProperties.MergeMode, mode)]);
        await warehouse.ImportAsync(Csv(0, changed, "new"), Day(2));

        MergePlan plan = await warehouse.PlanAsync(Day(2), s_options);
        MergeSummary merged = await warehouse.MergeAsync(Day(2), s_options);

        MergeFile file = Assert.Single(plan.Files);
        Assert.Equal((Rows, changed, rewritten), (file.Rows, file.Changed, file.Rewritten));
        Assert.True(file.Bytes > 0 && plan.BytesRead >= file.Bytes);
        Assert.Equal(file, Assert.Single(merged.Plan.Files));
        FileScanTask[] tasks = await TasksAsync(warehouse);
        Assert.Equal(Rows + (rewritten ? 0 : changed), tasks.Sum(t => t.File.RecordCount));
        DataFile[] deletes = [.. tasks.SelectMany(t => t.Deletes).Select(d => d.File)];
        if (rewritten) Assert.Empty(deletes);
        else Assert.Equal((changed, version == 3 ? FileFormat.Puffin : FileFormat.Parquet), (deletes.Single().RecordCount, deletes.Single().Format));
        Assert.Equal(changed, (await warehouse.RowsAsync()).Count(r => r.EndsWith("new", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Merge_KeepsSortOrderAndTargetFileSize()
    {
        await using Warehouse warehouse = await OpenAsync(2, [(TableProperties.MergeMode, "copy-on-write")]);
        IcebergTable table = await warehouse.ReportAsync();
        long size = (await TasksAsync(warehouse)).Single().File.FileSizeInBytes;
        await table.CommitAsync(new UpdateSortOrder(SortText.Parse(["text desc"], table.Metadata.CurrentSchema)), default);
        await (await warehouse.ReportAsync()).CommitAsync(new UpdateProperties { Set = StringMap.Empty.Add(TableProperties.TargetFileSize, (size / 4).ToString(CultureInfo.InvariantCulture)) }, default);
        await warehouse.ImportAsync(Csv(0, 1, "zz"), Day(2));

        await warehouse.MergeAsync(Day(2), s_options);

        FileScanTask[] tasks = await TasksAsync(warehouse);
        Assert.InRange(tasks.Length, 3, 8);
        table = await warehouse.ReportAsync();
        Assert.All(tasks, t => Assert.Equal(table.Metadata.DefaultSortOrderId, t.File.SortOrderId));
        List<string> texts = [];
        foreach (FileScanTask task in tasks.OrderBy(t => t.File.FilePath, StringComparer.Ordinal))
            texts.AddRange((await warehouse.RowsInOrderAsync(table, [task])).Select(r => r.Split('|')[1]));
        Assert.Equal(texts.OrderDescending(StringComparer.Ordinal), texts);
    }

    [Fact]
    public async Task Merge_ReadsOnlyWhatIsNew()
    {
        await using Warehouse warehouse = await OpenAsync(2, []);
        foreach (string file in Directory.GetFiles(Path.Combine(warehouse.Folder, "hr", "raw_deltas", "data"))) File.Move(file, file + ".away");
        await warehouse.ImportAsync(Csv(0, 2, "new"), Day(2));

        // The first delta's file could not be read any more.
        MergeSummary merged = await warehouse.MergeAsync(Day(2), s_options);

        Assert.Equal((2L, 2L), (merged.Plan.SourceRows, merged.Plan.Updated));
        await warehouse.ImportAsync(Csv(5, 6, "late"), Day(1));
        await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(2), s_options));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Merge_GivesUpAfterTheRetriesOfTheTable(int retries)
    {
        using TemporaryFolder folder = new();
        await using SqliteCatalog inner = await SqliteCatalog.OpenAsync("test", folder.Path, default);
        var catalog = new BreakingCatalog(inner);
        await using Warehouse warehouse = await OpenAsync(2, [(TableProperties.RetryCount, $"{retries}")], catalog);
        await warehouse.ImportAsync(Csv(0, 2, "new"), Day(2));
        int commits = 0;
        catalog.Before = _ => throw new IcebergException(IcebergErrorKind.CommitConflict, $"somebody was faster {++commits} times");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(2), s_options));

        Assert.Equal((IcebergErrorKind.CommitConflict, retries + 1), (error.Kind, commits));
        Assert.Single((await warehouse.ReportAsync()).Metadata.Snapshots);
    }

    private static async Task<Warehouse> OpenAsync(int version, (string, string)[] properties, ICatalog? catalog = null)
    {
        Warehouse warehouse = await Warehouse.OpenAsync(catalog: catalog);
        await warehouse.CreateReportAsync("id int, text string", version, [.. properties, (TableProperties.ParquetCompression, "uncompressed")]);
        await warehouse.ImportAsync(Csv(0, Rows, "a text that is long enough to make the file larger than a small one that is written anew with new rows"), Day(1));
        await warehouse.MergeAsync(Day(1), s_options);
        return warehouse;
    }

    private static string Csv(int from, int to, string text) =>
        "id,text\n" + string.Concat(Enumerable.Range(from, to - from).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{(to - from == Rows ? $"{i:00000} " : "")}{text}\n")));

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2024-01-{day:00}");

    private static async Task<FileScanTask[]> TasksAsync(Warehouse warehouse)
    {
        IcebergTable table = await warehouse.ReportAsync();
        return [.. (await ScanPlanner.PlanAsync(table.Store, table.Metadata, table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema, ScanOptions.All, default)).Tasks];
    }
}
