using DeltaTools.Core.Deltas;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Deltas;

/// <summary>Raw tables whose partitions tear the rows of an import apart keep the order in which they arrived.</summary>
public class RowNumbersTests
{
    private const string Raw = "id int, v string, reg string, record_deleted boolean, date_received date";
    private const string Torn = "id,v,reg\n1,first,z\n1,second,a\n2,first,a\n2,second,z\n";
    private static readonly MergeOptions s_options = new() { ReportDate = default, Key = ["id"] };

    [Theory]
    [InlineData(2, "reg")]
    [InlineData(3, "reg")]
    [InlineData(2, "bucket(4, v)")]
    [InlineData(2, "month(date_received);reg")]
    public async Task Merge_TakesTheLaterRowOfAFile(int version, string partition)
    {
        await using Warehouse warehouse = await OpenAsync(partition, version);
        await warehouse.ImportAsync(Torn, "2024-01-01");

        Assert.Equal(2, (await warehouse.MergeAsync("2024-01-01", s_options)).Plan.Ties);

        Assert.Equal(["1|second", "2|second"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_TakesTheLaterFileOfACommit()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportFilesAsync(["id,v,reg\n1,first,z\n2,first,a\n", "id,v,reg\n1,second,a\n2,second,z\n"], ".csv", "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        Assert.Equal(["1|second", "2|second"], await warehouse.RowsAsync());
        Assert.Equal(["1|first|z|false|2024-01-01|1", "1|second|a|false|2024-01-01|3", "2|first|a|false|2024-01-01|2", "2|second|z|false|2024-01-01|4"],
            await warehouse.RowsAsync(await warehouse.RawAsync()));
    }

    [Fact]
    public async Task Merge_TakesTheLaterCommit_WhateverItsNumbers()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Torn, "2024-01-01");
        await warehouse.MergeAsync("2024-01-01", s_options);
        await warehouse.ImportAsync("id,v,reg\n2,third,m\n1,third,z\n", "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        Assert.Equal(["1|third", "2|third"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_GoesByArrival_OverManyPartitionsAndCommits()
    {
        await using Warehouse warehouse = await OpenAsync();
        string Delta(int commit) => "id,v,reg\n" + string.Concat(Enumerable.Range(0, 40).SelectMany(i => new[] { 1, 2 }
            .Select(turn => FormattableString.Invariant($"{i},{commit}-{turn},r{(turn == 1 ? i + 1 : 40 - i)}\n"))));
        for (int commit = 1; commit <= 3; commit++) await warehouse.ImportAsync(Delta(commit), "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        List<string> rows = await warehouse.RowsAsync();
        Assert.Equal(40, rows.Count);
        Assert.All(rows, row => Assert.EndsWith("|3-2", row, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MergeMode.Upsert, "1|second|NULL", "2|second|NULL", "3|y|NULL")]
    [InlineData(MergeMode.InsertOnly, "1|first|NULL", "2|first|NULL", "3|x|NULL")]
    [InlineData(MergeMode.SoftDelete, "1|second|NULL", "2|second|NULL", "3|y|NULL")]
    public async Task Merge_GoesByArrival_InEveryMode(MergeMode mode, params string[] expected)
    {
        await using Warehouse warehouse = await OpenAsync(report: "id int, v string, deleted_at date");
        await warehouse.ImportAsync("id,v,reg,record_deleted\n1,first,z,f\n1,second,a,f\n2,first,a,f\n2,second,z,f\n3,x,z,f\n3,x,m,t\n3,y,a,f\n", "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options with { Mode = mode });

        Assert.Equal(expected, await warehouse.RowsAsync());
        Assert.True((await new ReportTest(warehouse.Session, await warehouse.ReportAsync(), await warehouse.RawAsync()).RunAsync(default)).Passed);
    }

    [Fact]
    public async Task Merge_GoesByArrival_InVersions()
    {
        await using Warehouse warehouse = await OpenAsync(report: "id int, v string, valid_from date, valid_to date, is_current boolean");
        await warehouse.ImportAsync(Torn, "2024-01-02");
        await warehouse.MergeAsync("2024-01-02", s_options with { Mode = MergeMode.Scd2 });
        // Late.
        await warehouse.ImportAsync("id,v,reg\n1,one,z\n1,two,a\n", "2024-01-01");

        await warehouse.MergeAsync("2024-01-02", s_options);

        Assert.Equal(["1|second|2024-01-02|NULL|true", "1|two|2024-01-01|2024-01-02|false", "2|second|2024-01-02|NULL|true"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_GoesByArrival_InLateRowsAndReplays()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync("id,v,reg\n9,x,z\n", "2024-01-03");
        await warehouse.MergeAsync("2024-01-03", s_options);
        await warehouse.ImportAsync(Torn, "2024-01-02");

        Assert.Equal(4, (await warehouse.MergeAsync("2024-01-03", s_options)).Plan.Late);
        Assert.Equal(["1|second", "2|second", "9|x"], await warehouse.RowsAsync());

        Assert.Equal(0, (await warehouse.MergeAsync("2024-01-03", s_options with { Rebuild = true })).Plan.Updated);
        Assert.Equal(["1|second", "2|second", "9|x"], await warehouse.RowsAsync());
    }

    /// <summary>Columns that a row did not carry come from the row before it.</summary>
    [Fact]
    public async Task Merge_GoesByArrival_ColumnByColumn()
    {
        await using Warehouse warehouse = await OpenAsync(report: "id int, v string, reg string");
        await warehouse.ImportJsonAsync("{\"id\":1,\"v\":\"first\",\"reg\":\"z\"}\n{\"id\":1,\"v\":\"second\",\"reg\":\"m\"}\n{\"id\":1,\"reg\":\"a\"}\n", "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        Assert.Equal(["1|second|a"], await warehouse.RowsAsync());
    }

    /// <summary>Each commit begins to number anew, and packed files hold the rows of several.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Merge_GoesByArrival_AfterFilesWerePacked(int version)
    {
        await using Warehouse warehouse = await OpenAsync(version: version);
        await warehouse.ImportAsync("id,v,reg\n8,x,a\n9,x,a\n1,first,a\n", "2024-01-01");
        await warehouse.ImportAsync("id,v,reg\n1,second,a\n", "2024-01-01");

        CompactionResult result = await PackAsync(warehouse);

        Assert.Equal((2, 1), (result.FilesRemoved, result.FilesAdded));
        await warehouse.ImportAsync("id,v,reg\n7,x,a\n2,second,z\n2,third,a\n", "2024-01-01");
        await warehouse.MergeAsync("2024-01-01", s_options);
        Assert.Equal(["1|second", "2|third", "7|x", "8|x", "9|x"], await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Merge_GoesByArrival_AfterCommitsWerePackedOverPartitions(int version)
    {
        await using Warehouse warehouse = await OpenAsync(version: version);
        await warehouse.ImportAsync("id,v,reg\n1,first,z\n9,x,a\n8,x,a\n3,first,m\n1,second,a\n", "2024-01-01");
        await warehouse.ImportAsync("id,v,reg\n1,third,z\n2,first,a\n", "2024-01-01");
        await warehouse.ImportAsync("id,v,reg\n2,second,z\n2,third,m\n", "2024-01-01");
        await warehouse.ImportAsync("id,v,reg\n2,fourth,a\n", "2024-01-01");

        CompactionResult result = await PackAsync(warehouse);

        Assert.Equal((8, 3), (result.FilesRemoved, result.FilesAdded));
        await warehouse.ImportAsync("id,v,reg\n3,second,a\n", "2024-01-01");
        await warehouse.MergeAsync("2024-01-01", s_options);
        Assert.Equal(["1|third", "2|fourth", "3|second", "8|x", "9|x"], await warehouse.RowsAsync());
        await PackAsync(warehouse);
        await warehouse.MergeAsync("2024-01-01", s_options with { Rebuild = true });
        Assert.Equal(["1|third", "2|fourth", "3|second", "8|x", "9|x"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_GoesByArrival_AfterPartitionsWerePackedTogether()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Torn, "2024-01-01");
        await warehouse.ImportAsync("id,v,reg\n3,first,z\n3,second,a\n", "2024-01-01");
        await (await warehouse.RawAsync()).CommitAsync(new ChangeTable { RemovedPartitions = ["reg"] }, default);
        await warehouse.ImportAsync("id,v,reg\n3,third,b\n", "2024-01-01");

        CompactionResult result = await PackAsync(warehouse);

        Assert.Equal((5, 1), (result.FilesRemoved, result.FilesAdded));
        await warehouse.MergeAsync("2024-01-01", s_options);
        Assert.Equal(["1|second", "2|second", "3|third"], await warehouse.RowsAsync());
        Assert.Equal("3|third|b|false|2024-01-01|NULL", (await warehouse.RowsAsync(await warehouse.RawAsync()))[^1]);
    }

    [Fact]
    public async Task RowHistory_NamesTheDeltaThatMadeARow()
    {
        await using Warehouse warehouse = await OpenAsync();
        IReadOnlyList<DeltaImport> imports = await warehouse.ImportFilesAsync(["id,v,reg\n1,first,z\n", "id,v,reg\n1,second,m\n", "id,v,reg\n1,third,a\n"], ".csv", "2024-01-01");
        await warehouse.MergeAsync("2024-01-01", s_options);
        IcebergTable raw = await warehouse.RawAsync();
        var history = new RowHistory(warehouse.Session, await warehouse.ReportAsync(), (_, _) => Task.FromResult<IcebergTable?>(raw));

        List<RowVersion> versions = [];
        await foreach (RowVersion version in history.ReadAsync(FilterParser.Parse("id = 1"), default)) versions.Add(version);

        Assert.Equal(Path.GetFileName(imports[2].Source), Assert.Single(versions).Delta?.Source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("date_received")]
    [InlineData("month(date_received)")]
    public async Task Import_LeavesTablesAloneThatKeepTheOrderThemselves(string partition)
    {
        await using Warehouse warehouse = await OpenAsync(partition);
        await warehouse.ImportAsync(Torn, "2024-01-01");

        Assert.Equal(["id", "v", "reg", "record_deleted", "date_received"], await ColumnsAsync(warehouse));
        await warehouse.MergeAsync("2024-01-01", s_options);
        Assert.Equal(["1|second", "2|second"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Import_LeavesTablesAloneThatNoMergeReads()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("id int, v string, reg string", "reg");
        await warehouse.ImportAsync(Torn, null);

        Assert.Equal(["id", "v", "reg"], await ColumnsAsync(warehouse));
    }

    /// <summary>Rows from before the column, of this program or another, keep the order of the files.</summary>
    [Fact]
    public async Task Import_NumbersTheRowsOfATableThatIsPartitionedLater()
    {
        await using Warehouse warehouse = await OpenAsync("");
        await warehouse.ImportAsync(Torn, "2024-01-01");
        await (await warehouse.RawAsync()).CommitAsync(new ChangeTable { AddedPartitions = ["reg"] }, default);
        DeltaImport import = await warehouse.ImportAsync("id,v,reg\n2,third,z\n2,fourth,a\n", "2024-01-01");

        Assert.Empty(import.Notes);
        Assert.Equal(["id", "v", "reg", "record_deleted", "date_received", "delta_row"], await ColumnsAsync(warehouse));
        MergeSummary merge = await warehouse.MergeAsync("2024-01-01", s_options);
        Assert.Equal(["1|second", "2|fourth"], await warehouse.RowsAsync());
        Assert.Equal(0, merge.Plan.Late);
        Assert.False(NoteAbsence.IsDue((await warehouse.RawAsync()).Metadata));
    }

    [Fact]
    public async Task Import_IsNotToldAboutTheColumn()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Torn, "2024-01-01");

        DeltaImport import = await warehouse.ImportAsync("id,v,reg\n1,third,z\n", "2024-01-02");

        Assert.DoesNotContain("delta_row", string.Concat(import.Notes), StringComparison.Ordinal);
        await warehouse.MergeAsync("2024-01-02", s_options with { SchemaEvolution = SchemaEvolution.AddColumn });
        Assert.Equal(["id", "v", "reg"], (await warehouse.ReportAsync()).Metadata.CurrentSchema.Fields.Select(f => f.Name));
    }

    [Fact]
    public async Task Merge_DoesNotCopyTheColumn()
    {
        await using Warehouse warehouse = await OpenAsync(report: "id int, v string, delta_row long");
        await warehouse.ImportAsync(Torn, "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        Assert.Equal(["1|second|NULL", "2|second|NULL"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task FullExtract_DoesNotCompareTheColumn()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportExtractAsync("id,v,reg\n1,x,z\n2,x,a\n3,x,m\n", "2024-01-01");

        DeltaImport import = await warehouse.ImportExtractAsync("id,v,reg\n3,x,m\n2,x,a\n1,y,z\n", "2024-01-02");

        Assert.Equal("full extract of 3 rows: 0 new, 1 changed, 0 missing, 2 as they were", import.Notes[^1]);
        await warehouse.MergeAsync("2024-01-02", s_options);
        Assert.Equal(["1|y", "2|x", "3|x"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Import_RefusesADeltaWhoseOwnColumnHasTheName()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Torn, "2024-01-01");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.ImportAsync(
            "id,v,reg,Delta_Row\n1,x,a,5\n", "2024-01-02", new() { SchemaEvolution = SchemaEvolution.AddColumn }));

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains("Delta_Row  -      long   is where the table keeps the order of the rows: rename one of the two (Set-IcebergTable -RenameColumn)", error.Message, StringComparison.Ordinal);

        await (await warehouse.RawAsync()).CommitAsync(new ChangeTable { Columns = [new RenameColumn("delta_row", "arrived")] }, default);
        await warehouse.ImportAsync("id,v,reg,Delta_Row\n1,x,z,5\n1,y,a,5\n", "2024-01-02", new() { SchemaEvolution = SchemaEvolution.AddColumn });
        Assert.Equal(["id", "v", "reg", "record_deleted", "date_received", "arrived", "Delta_Row", "absent_columns"], await ColumnsAsync(warehouse));
        await warehouse.MergeAsync("2024-01-02", s_options);
        Assert.Equal(["1|y", "2|second"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Import_LeavesADeltasOwnColumnOfTheNameAlone()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("id int, delta_row long, reg string, date_received date", "reg");
        await warehouse.CreateReportAsync("id int, delta_row long");
        await warehouse.ImportAsync("id,delta_row,reg\n1,7,z\n1,5,a\n", "2024-01-01");

        await warehouse.MergeAsync("2024-01-01", s_options);

        Assert.Equal(["1|5"], await warehouse.RowsAsync());
        Assert.Equal(["id", "delta_row", "reg", "date_received", "delta_row_2"], await ColumnsAsync(warehouse));
    }

    [Fact]
    public async Task WithoutRow_LeavesTheColumnOutOfNewTables()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Torn, "2024-01-01");

        Schema copy = RawColumns.WithoutRow((await warehouse.RawAsync()).Metadata.CurrentSchema);

        Assert.Equal(["id", "v", "reg", "record_deleted", "date_received"], copy.Fields.Select(f => f.Name));
    }

    private static Task<CompactionResult> PackAsync(Warehouse warehouse) => Task.Run(async () =>
        await new Compaction(warehouse.Session, await warehouse.RawAsync(), new() { MinInputFiles = 2 }).RunAsync(default));

    private static async Task<IEnumerable<string>> ColumnsAsync(Warehouse warehouse) => (await warehouse.RawAsync()).Metadata.CurrentSchema.Fields.Select(f => f.Name);

    private static async Task<Warehouse> OpenAsync(string partition = "reg", int version = 2, string report = "id int, v string")
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedRawAsync(Raw, partition, version);
        await warehouse.CreateReportAsync(report, version);
        return warehouse;
    }
}
