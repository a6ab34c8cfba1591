using DeltaTools.Core.Deltas;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Columns that the raw table has and the report table lacks, or has in a narrower type.</summary>
public sealed class TargetEvolutionTests
{
    private static readonly MergeOptions Options = new() { ReportDate = default, Key = ["id"] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merge_DoesNotDropAColumnThatOneTableRenamed(bool inRaw)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string, city string");
        await warehouse.ImportAsync("employee_id,name,city\n1,a,Bonn\n", "2024-01-01");
        var options = new MergeOptions { ReportDate = default, Key = ["employee_id"] };
        await warehouse.MergeAsync("2024-01-01", options);
        UpdateSchema rename = new([new RenameColumn("name", "label")]);
        await (inRaw ? await warehouse.RawAsync() : await warehouse.ReportAsync()).CommitAsync(rename, default);
        await warehouse.ImportAsync(inRaw ? "employee_id,label,city\n1,b,Bonn\n" : "employee_id,name,city\n1,b,Bonn\n", "2024-01-02");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2024-01-02", options));

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains("'label'", error.Message, StringComparison.Ordinal);
        await (inRaw ? await warehouse.ReportAsync() : await warehouse.RawAsync()).CommitAsync(rename, default);
        await warehouse.MergeAsync("2024-01-02", options);
        Assert.Equal("1|b|Bonn", Assert.Single(await warehouse.RowsAsync()));
    }

    [Fact]
    public async Task Merge_StopsAtANewColumnAndExplains()
    {
        await using Warehouse warehouse = await OpenAsync();
        await ImportNewColumnAsync(warehouse);

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", Options));

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains("email string", error.Message, StringComparison.Ordinal);
        Assert.Contains("-SchemaEvolution AddColumn", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_AddsTheColumnInItsCommit()
    {
        await using Warehouse warehouse = await OpenAsync();
        await ImportNewColumnAsync(warehouse);
        MergeOptions options = Options with { SchemaEvolution = SchemaEvolution.AddColumn };

        MergePlan plan = await warehouse.PlanAsync("2021-01-02", options);
        Assert.Equal("add column email string", Assert.Single(plan.SchemaChanges));
        Assert.Null((await warehouse.ReportAsync()).Metadata.CurrentSchema.FindField("email"));

        MergeSummary merged = await warehouse.MergeAsync("2021-01-02", options);

        Assert.Equal(["1|a|a@x", "2|b|NULL"], await warehouse.RowsAsync());
        TableMetadata metadata = (await warehouse.ReportAsync()).Metadata;
        Assert.Equal(metadata.CurrentSchemaId, metadata.Snapshot(merged.SnapshotId!.Value)!.SchemaId);
        Assert.NotNull((await warehouse.MergeAsync("2021-01-02", Options)).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_ConcurrentWriterThatAddsTheColumnFirstMakesItPlanAnew()
    {
        await using Warehouse warehouse = await OpenAsync();
        await ImportNewColumnAsync(warehouse);
        await using var merge = new EmbeddedMerge(
            warehouse.Session, await warehouse.ReportAsync(), await warehouse.RawAsync(),
            Options with { ReportDate = Warehouse.Date("2021-01-02"), SchemaEvolution = SchemaEvolution.AddColumn });
        await merge.PlanAsync(default);
        await (await warehouse.ReportAsync()).CommitAsync(new UpdateSchema([new AddColumn(null, new NestedField(0, "email", IcebergType.String))]), default);

        MergeSummary merged = await merge.ApplyAsync(default);

        Assert.Equal(2, merged.Attempts);
        Assert.Equal(["1|a|a@x", "2|b|NULL"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_WidensATypeOnlyWhenAllowed()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id int, amount int");
        await warehouse.CreateRawAsync("id long, amount long, date_received date");
        await warehouse.ImportAsync("id,amount\n1,5\n", "2021-01-01");
        await warehouse.MergeAsync("2021-01-01", Options);
        await warehouse.ImportAsync("id,amount\n1,9999999999\n", "2021-01-02");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", Options));
        Assert.Equal(IcebergErrorKind.DeltaRowInvalid, error.Kind);
        Assert.Contains("-SchemaEvolution Widen", error.Message, StringComparison.Ordinal);

        MergeSummary merged = await warehouse.MergeAsync("2021-01-02", Options with { SchemaEvolution = SchemaEvolution.Widen });
        Assert.Equal("widen column id to long, widen column amount to long", string.Join(", ", merged.Plan.SchemaChanges));
        Assert.Equal(["1|9999999999"], await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(MergeMode.Upsert, new[] { "1|b", "2|y" })]
    [InlineData(MergeMode.Scd2, new[] { "1|2021-01-01|2021-01-02|false|a", "1|2021-01-02|NULL|true|b", "2|2021-01-01|NULL|true|y" })]
    public async Task Merge_FillsAColumnThatTheReportGotLaterFromTheWholeRawTable(MergeMode mode, string[] rows)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync(mode == MergeMode.Scd2 ? "id int, valid_from date, valid_to date, is_current boolean" : "id int");
        await warehouse.ImportAsync("id,name\n1,a\n2,y\n", "2021-01-01");
        await warehouse.MergeAsync("2021-01-01", Options with { Mode = mode });
        await (await warehouse.ReportAsync()).CommitAsync(new UpdateSchema([new AddColumn(null, new NestedField(0, "name", IcebergType.String))]), default);
        await warehouse.ImportAsync("id,name\n1,b\n", "2021-01-02");

        await warehouse.MergeAsync("2021-01-02", Options);

        Assert.Equal(rows, await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Merge_RowsFromBeforeAColumnDoNotCarryIt(bool packs)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id int, name string, city string");
        var adds = new DeltaImportOptions { SchemaEvolution = SchemaEvolution.AddColumn };
        await warehouse.ImportAsync("id,name\n1,new\n2,b\n", "2021-01-05");
        // Two late deltas bring columns: the rows of day 5 neither empty the city nor lack a flag.
        await warehouse.ImportAsync("id,name,city\n1,old,Rome\n", "2021-01-02", adds);
        await warehouse.ImportAsync("id,name,city,record_deleted\n2,a,Oslo,f\n3,c,Bonn,t\n", "2021-01-03", adds);
        if (packs) await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 2 }).RunAsync(default);

        await warehouse.MergeAsync("2021-01-05", Options);

        Assert.Equal(["1|new|Rome", "2|b|Oslo"], await warehouse.RowsAsync());
    }

    private static async Task<Warehouse> OpenAsync()
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id int, name string");
        await warehouse.ImportAsync("id,name\n1,a\n2,b\n", "2021-01-01");
        await warehouse.MergeAsync("2021-01-01", Options);
        return warehouse;
    }

    private static Task ImportNewColumnAsync(Warehouse warehouse) =>
        warehouse.ImportAsync("id,name,email\n1,a,a@x\n", "2021-01-02", new DeltaImportOptions { SchemaEvolution = SchemaEvolution.AddColumn });
}
