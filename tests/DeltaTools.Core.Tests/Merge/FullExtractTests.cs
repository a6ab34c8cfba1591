using System.Globalization;
using CsCheck;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Merge;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Files that hold every row there is.</summary>
public sealed class FullExtractTests
{
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "6", CultureInfo.InvariantCulture);
    private static readonly MergeOptions Options = new() { ReportDate = default, Key = ["id"] };

    [Fact]
    public async Task Checklist17_KeysThatAFullExtractLacksAreDeletedAndOnlyChangesAreImported()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id long, name string, city string");
        DeltaImport first = await warehouse.ImportExtractAsync("id,name,city\n1,a,Rome\n2,b,\n3,c,Oslo\n4,d,Bern\n5,e,Kyiv\n", Day(1));
        Assert.Equal(5, first.Rows);
        await warehouse.MergeAsync(Day(1), Options);

        DeltaImport second = await warehouse.ImportExtractAsync("id,name,city\n5,e,Kyiv\n1,a,\n2,b,\n4,d,Bern\n6,f,Riga\n", Day(2));

        Assert.Equal(3, second.Rows);
        Assert.Contains("full extract of 5 rows: 1 new, 1 changed, 1 missing, 3 as they were", second.Notes);
        MergePlan merged = (await warehouse.MergeAsync(Day(2), Options)).Plan;
        Assert.Equal((1L, 1L, 1L), (merged.Inserted, merged.Updated, merged.Deleted));
        Assert.Equal(["1|a|NULL", "2|b|NULL", "4|d|Bern", "5|e|Kyiv", "6|f|Riga"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Import_OfAnExtractWithoutChangesMakesNoSnapshotAndIsRemembered()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportExtractAsync("id,ratio\n1,NaN\n2,\n", Day(1));

        DeltaImport same = await warehouse.ImportExtractAsync("id,ratio\n2,\n1,NaN\n", Day(2));

        Assert.Equal((0L, DeltaImportStatus.Imported), (same.Rows, same.Status));
        Assert.Single((await warehouse.RawAsync()).Metadata.Snapshots);
        Assert.Equal(DeltaImportStatus.AlreadyImported, (await warehouse.ImportExtractAsync("id,ratio\n2,\n1,NaN\n", Day(2))).Status);
    }

    [Theory]
    [InlineData("id,name\n1,a\n", IcebergErrorKind.MergeRefused, "lacks 4 of the 5 keys of hr.raw_deltas (80 %), more than -MaxDeletePercent 20")]
    [InlineData("id,name\n", IcebergErrorKind.MergeRefused, "lacks 5 of the 5 keys")]
    [InlineData("id,name\n1,a\n1,x\n2,b\n3,c\n4,d\n5,e\n", IcebergErrorKind.DuplicateKey, "(id = 1)")]
    [InlineData("id,name\n1,a\n,x\n2,b\n3,c\n4,d\n5,e\n", IcebergErrorKind.DeltaRowInvalid, "line 3")]
    [InlineData("id,name\n1,a\nx,x\n2,b\n3,c\n4,d\n5,e\n", IcebergErrorKind.DeltaRowInvalid, "line 3")]
    public async Task Import_RefusesAnExtractThatCannotBeRight(string csv, IcebergErrorKind kind, string said)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportExtractAsync("id,name\n1,a\n2,b\n3,c\n4,d\n5,e\n", Day(1));

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.ImportExtractAsync(csv, Day(2)));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Single((await warehouse.RawAsync()).Metadata.Snapshots);
    }

    [Fact]
    public async Task Import_RefusesAnExtractOlderThanTheNewestRows()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportExtractAsync("id,name\n1,a\n", Day(3));

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.ImportExtractAsync("id,name\n1,b\n", Day(2)));

        Assert.Contains("rows of 2024-01-03", error.Message, StringComparison.Ordinal);
        await warehouse.ImportExtractAsync("id,name\n1,b\n", Day(3));
        Assert.Equal(2, (await warehouse.RawAsync()).Metadata.Snapshots.Length);
    }

    [Fact]
    public async Task Import_LeavesColumnsThatTheExtractLacksAsTheyAre()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("id long, name string, city string");
        await warehouse.ImportExtractAsync("id,name,city\n1,a,Rome\n2,b,Oslo\n", Day(1));
        DeltaImport partial = await warehouse.ImportExtractAsync("id,name\n1,a\n2,c\n", Day(2));
        Assert.Equal(1, partial.Rows);
        await warehouse.MergeAsync(Day(2), Options);
        Assert.Equal(["1|a|Rome", "2|c|Oslo"], await warehouse.RowsAsync());

        DeltaImport back = await warehouse.ImportExtractAsync("id,name,city\n1,a,Rome\n2,c,Oslo\n", Day(3));
        Assert.Equal(0, back.Rows);
    }

    [Fact]
    public void Imports_OfExtractsMakeTheReportEqualToTheLast() => (
        from composite in Gen.Bool
        from extracts in Gen.Select(Gen.Int[1, 5], Gen.Int[0, 1], Gen.Int[0, 3], (id, part, value) => (Id: id, Part: part == 0 ? "p" : "q", Value: value)).List[0, 6].List[1, 5]
        from mode in Gen.Int[0, 2]
        select (composite, extracts, mode)).Sample(s => RunAsync(s.composite, s.extracts, s.mode).GetAwaiter().GetResult(), iter: s_iterations, threads: 1);

    private static async Task RunAsync(bool composite, List<List<(int Id, string Part, int Value)>> extracts, int mode)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        string[] key = composite ? ["id", "part"] : ["id"];
        await warehouse.CreateRawAsync("id long, part string, value double, record_deleted boolean, date_received date");
        await warehouse.CreateReportAsync("id long, part string, value double", 2 + (mode % 2));
        for (int i = 0; i < extracts.Count; i++)
        {
            string[] rows =
            [
                .. extracts[i].GroupBy(r => composite ? $"{r.Id}|{r.Part}" : $"{r.Id}").Select(g => g.First())
                    .Select(r => $"{r.Id},{r.Part},{r.Value switch { 0 => "", 1 => "NaN", _ => $"{r.Value}.5" }}"),
            ];
            DeltaImport import = await warehouse.ImportExtractAsync("id,part,value\n" + string.Concat(rows.Select(r => r + "\n")), Day(i + 1), key, 100);
            Assert.True(import.Status == DeltaImportStatus.Imported || rows.Length == 0);
            if (i < extracts.Count - 1 && mode > 0) continue;
            await warehouse.MergeAsync(Day(i + 1), Options with { Key = [.. key] });
            Assert.Equal(
                rows.Select(r => r.Replace(',', '|')).Select(r => r.EndsWith('|') ? r + "NULL" : r).Order(StringComparer.Ordinal), await warehouse.RowsAsync());
        }
    }

    private static string Day(int day) => ReplayModes.Day(day);
}
