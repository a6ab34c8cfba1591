using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What a merge on Athena does. For what goes wrong on the way see <see cref="AthenaMergeFaultTests"/>.</summary>
public sealed class AthenaMergeTests : AthenaMergeTest
{
    [Fact]
    public async Task Merge_ThreeDays()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);

        MergeSummary day1 = await Warehouse.MergeAsync("2021-01-01");
        Assert.Equal((5, 0, 0, 0), Counts(day1));
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
        Assert.Equal((await Warehouse.ReportAsync()).Metadata.CurrentSnapshotId, day1.SnapshotId);

        await Warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        Assert.Equal((2, 1, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-02")));
        Assert.Equal(Tutorial.Report2, await Warehouse.RowsAsync());

        await Warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        MergeSummary day3 = await Warehouse.MergeAsync("2021-01-03");
        Assert.Equal((3, 1, 1, 0), Counts(day3));
        Assert.Equal(Tutorial.Report3, await Warehouse.RowsAsync());
        Assert.Equal(3, day3.Athena!.QueryIds.Count);
        Assert.True(day3.Athena.BytesScanned > 0 && day3.Athena.EstimatedCost > 0);
        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task Merge_DexterStaysGone()
    {
        await ThreeDaysAsync();
        foreach (string date in new[] { "2021-01-03", "2021-01-04", "2021-01-05" })
        {
            MergeSummary again = await Warehouse.MergeAsync(date);
            Assert.Null(again.SnapshotId);
            Assert.NotNull(again.Plan.NothingToDo);
        }
        Assert.Equal(Tutorial.Report3, await Warehouse.RowsAsync());
        Assert.Equal(3, (await Warehouse.ReportAsync()).Metadata.Snapshots.Length);
        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
    }

    [Fact]
    public async Task Merge_EnginesTakeTurns()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        await Warehouse.MergeAsync("2021-01-01");
        await Warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        Warehouse.Engine = (target, source, options) => new EmbeddedMerge(Warehouse.Session, target, source, options);
        await Warehouse.MergeAsync("2021-01-02");
        Warehouse.Engine = Athena;
        await Warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");

        Assert.Equal((3, 1, 1, 0), Counts(await Warehouse.MergeAsync("2021-01-03")));
        Assert.Equal(Tutorial.Report3, await Warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_ReadsARawTableAnewThatTheReportIsPast()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        await Warehouse.MergeAsync("2021-01-01");
        IcebergTable older = await Warehouse.RawAsync();
        await Warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await Warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        await Warehouse.MergeAsync("2021-01-02");
        Warehouse.Engine = (target, _, options) => Athena(target, older, options);

        await Warehouse.MergeAsync("2021-01-03");

        Assert.Equal(Tutorial.Report3, await Warehouse.RowsAsync());
        Assert.Equal((await Warehouse.RawAsync()).Metadata.LastSequenceNumber, MergeState.Of((await Warehouse.ReportAsync()).Metadata, "main")!.SourceSequenceNumber);
    }

    [Fact]
    public async Task Merge_LateRowsTakeTheirPlace()
    {
        await ThreeDaysAsync();
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Late,f\n", "2021-01-02");
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n7,TooLate,f\n12,New,f\n", "2021-01-01");

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-03");

        Assert.Equal(3, merged.Plan.Late);
        List<string> rows = await Warehouse.RowsAsync();
        Assert.Contains(rows, r => r.StartsWith("2|F|Summer|Late|1|17|", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("7|F|Iris|Alexander|2|5|", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("12|NULL|NULL|New|", StringComparison.Ordinal));
        Assert.Contains(Lab.Athena.Queries, q => q.Sql.Contains("\"$path\" IN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_RebuildReplaysToTheEarlierDate()
    {
        await ThreeDaysAsync();
        await Warehouse.MergeAsync("2021-01-02", new() { ReportDate = default, Key = ["employee_id"], Rebuild = true });
        Assert.Equal(Tutorial.Report2, await Warehouse.RowsAsync());
        await Warehouse.MergeAsync("2021-01-03");
        Assert.Equal(Tutorial.Report3, await Warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_RebuildOfATableWithoutKeysIsRefused()
    {
        await ThreeDaysAsync();
        IcebergTable report = await Warehouse.ReportAsync();
        string columns = string.Join(", ", report.Metadata.CurrentSchema.Fields.Select(f => $"NULL::{DuckTypes.Of(f.Type)} AS {Sql.Column(f)}"));
        ImmutableArray<DataFile> files = await DataFileWriter.WriteAsync(
            Warehouse.Session, report.Store, WriteTarget.Of(report.Metadata, report.Name), $"SELECT {columns} FROM range(2)", default);
        await report.CommitAsync(new RowDelta(report.Metadata.CurrentSnapshotId) { AddedData = files }, default);

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() =>
            Warehouse.MergeAsync("2021-01-02", new() { ReportDate = default, Key = ["employee_id"], Rebuild = true }));

        Assert.Equal(IcebergErrorKind.NullKey, error.Kind);
        Assert.Contains("has 2 rows with NULL in a key column (employee_id)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_CountsAndChangesNothing()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        string before = (await Warehouse.ReportAsync()).MetadataLocation;

        MergePlan plan = await Warehouse.PlanAsync("2021-01-01");

        Assert.Equal(5, plan.Inserted);
        Assert.Equal(before, (await Warehouse.ReportAsync()).MetadataLocation);
        Assert.DoesNotContain(Lab.Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_ContradictionsAreNamedUnlessAColumnDecides()
    {
        await Warehouse.ImportAsync("employee_id,surname,version,record_deleted\n1,A,1,f\n2,B,1,f\n1,C,2,f\n", "2021-01-01");
        await Warehouse.CreateReportAsync("employee_id int, surname string");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-01"));
        Assert.Equal(IcebergErrorKind.DuplicateKey, error.Kind);
        Assert.Contains("(employee_id = 1)", error.Message);
        Assert.DoesNotContain("employee_id = 2", error.Message);
        Assert.Contains("-OrderBy", error.Message);

        await Warehouse.MergeAsync("2021-01-01", new() { ReportDate = default, Key = ["employee_id"], OrderBy = ["version"] });
        Assert.Equal(["1|C", "2|B"], await Warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_OddNamesAndTextsStayWhatTheyAre()
    {
        const string names = "employee_id,\"a \"\"b\"\" `c` ' d; -- /*\",select,record_deleted\n";
        await Warehouse.ImportAsync(names + "1,\"x'); DROP TABLE hr.employee; --\",\"it's \\ \"\"q\"\" ☃\",f\n", "2021-01-01");
        await Warehouse.CreateReportAsync("employee_id int, \"a \"\"b\"\" `c` ' d; -- /*\" string, \"select\" string");

        await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal(["1|x'); DROP TABLE hr.employee; --|it's \\ \"q\" ☃"], await Warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_ManyPartitionsAreDoneInBatchesWithAWarning()
    {
        string rows = string.Concat(Enumerable.Range(1, 250).Select(i => $"{i},p{i},{(i > 240 ? "t" : "f")}\n"));
        await Warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await Warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((240, 0, 0, 0), Counts(merged));
        Assert.Equal(240, (await Warehouse.RowsAsync()).Count);
        Assert.Equal(3, Lab.Athena.Queries.Count(q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal)));
        Assert.Contains("3 statements", Assert.Single(Warnings));
        Assert.Null((await Warehouse.MergeAsync("2021-01-01")).SnapshotId);
        await AssertNoStagingAsync();
    }

    [Fact]
    public async Task Merge_WhatAthenaCannotDoIsSaid()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema, formatVersion: 3);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("format version 2", error.Message);
        Assert.Contains("-Engine Embedded", error.Message);
        Assert.Empty(Lab.Athena.Queries);
    }

    [Fact]
    public async Task Merge_RowsFromBeforeAColumnAreLeftToTheEmbeddedEngine()
    {
        await Warehouse.CreateReportAsync(Tutorial.Schema + ", nickname string");
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.MergeAsync("2021-01-01");
        await Warehouse.ImportAsync("employee_id,surname,record_deleted,nickname\n2,Changed,f,Sunny\n", "2021-01-04", new() { SchemaEvolution = SchemaEvolution.AddColumn });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("from before its column 'nickname'", error.Message);
        Warehouse.Engine = (target, source, options) => new EmbeddedMerge(Warehouse.Session, target, source, options);
        Assert.Equal((0, 1, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-04")));
    }

    [Fact]
    public async Task Merge_ADuplicateInTheReportIsNamed()
    {
        await ThreeDaysAsync();
        IcebergTable report = await Warehouse.ReportAsync();
        Snapshot first = report.Metadata.Snapshots[0];
        // The files of day 1 once more.
        ScanPlan files = await ScanPlanner.PlanAsync(report.Store, report.Metadata, first, report.Metadata.CurrentSchema, ScanOptions.All, default);
        string copy = files.Tasks[0].File.FilePath + ".copy.parquet";
        File.Copy(new Uri(files.Tasks[0].File.FilePath).LocalPath, new Uri(copy).LocalPath);
        await report.CommitAsync(new AppendFiles([files.Tasks[0].File with { FilePath = copy }]), default);
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-04");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.DuplicateKey, error.Kind);
        Assert.Contains("(employee_id = 2)", error.Message);
    }
}
