using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Athena;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Tests of merges on Athena.</summary>
public abstract class AthenaMergeTest : AthenaTest
{
    private protected List<string> Warnings { get; } = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Warehouse.Engine = Athena;
    }

    private protected AthenaMerge Athena(IcebergTable target, IcebergTable source, MergeOptions options) =>
        new(Session, target, source, options) { Log = Log.Add, Warn = Warnings.Add };

    private protected async Task ThreeDaysAsync()
    {
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        foreach ((string csv, string date) in new[] { (Tutorial.Day1, "2021-01-01"), (Tutorial.Day2, "2021-01-02"), (Tutorial.Day3, "2021-01-03") })
        {
            await Warehouse.ImportAsync(csv, date);
            await Warehouse.MergeAsync(date);
        }
    }

    private protected async Task AssertNoStagingAsync()
    {
        Assert.DoesNotContain(await Catalog.ListTablesAsync(null, default), t => t.Name.Contains("staging", StringComparison.Ordinal));
        string folder = new Uri((await Warehouse.ReportAsync()).Metadata.Location).LocalPath;
        string[] left = [.. Directory.GetDirectories(Path.GetDirectoryName(folder)!, "*staging*")];
        Assert.Empty(left.SelectMany(d => Directory.GetFiles(d, "*", SearchOption.AllDirectories)));
    }

    private protected static async Task WaitAsync(Func<bool> done)
    {
        for (int i = 0; i < 500 && !done(); i++) await Task.Delay(20);
        Assert.True(done());
    }

    private protected static MergeOptions Options(string date) => new() { ReportDate = Warehouse.Date(date), Key = ["employee_id"] };

    private protected static (long, long, long, long) Counts(MergeSummary merged) =>
        (merged.Plan.Inserted, merged.Plan.Updated, merged.Plan.Deleted, merged.Plan.Unchanged);
}
