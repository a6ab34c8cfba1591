using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What becomes of rows that change or are deleted, by mode.</summary>
public sealed class ModeTests
{
    private const string Versions = "employee_id int, name string, valid_from date, valid_to date, is_current boolean";
    private const string Marked = "employee_id int, name string, deleted_at date, record_created date, record_last_updated date";
    private static readonly MergeOptions Scd2 = new() { ReportDate = default, Key = ["employee_id"], Mode = MergeMode.Scd2 };
    private static readonly MergeOptions SoftDelete = Scd2 with { Mode = MergeMode.SoftDelete };
    private static readonly MergeOptions InsertOnly = Scd2 with { Mode = MergeMode.InsertOnly };

    [Fact]
    public async Task Scd2_AChangeEndsTheVersionAndATombstoneTheLast()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n2,x,f\n");
        MergePlan day1 = (await warehouse.MergeAsync("2021-01-01", Scd2)).Plan;
        Assert.Equal((2L, 0L, 0L, 0L), (day1.Inserted, day1.Updated, day1.Deleted, day1.Removed));

        await ImportAsync(warehouse, "1,b,f\n2,x,f\n", "2021-01-02");
        MergePlan day2 = (await warehouse.MergeAsync("2021-01-02", Scd2)).Plan;
        Assert.Equal((1L, 1L, 0L, 1L), (day2.Inserted, day2.Updated, day2.Deleted, day2.Unchanged));

        await ImportAsync(warehouse, "1,,t\n", "2021-01-03");
        MergePlan day3 = (await warehouse.MergeAsync("2021-01-03", Scd2)).Plan;
        Assert.Equal((0L, 0L, 1L, 0L), (day3.Inserted, day3.Updated, day3.Deleted, day3.Removed));

        await ImportAsync(warehouse, "1,b,f\n", "2021-01-05");
        await warehouse.MergeAsync("2021-01-05", Scd2);

        Assert.Equal(
            [
                "1|a|2021-01-01|2021-01-02|false", "1|b|2021-01-02|2021-01-03|false", "1|b|2021-01-05|NULL|true", "2|x|2021-01-01|NULL|true",
            ],
            await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Scd2_ALateRowSplitsTheVersionThatCoversItsDay()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n");
        await ImportAsync(warehouse, "1,c,f\n", "2021-01-09");
        await warehouse.MergeAsync("2021-01-09", Scd2);
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-05");

        MergePlan merged = (await warehouse.MergeAsync("2021-01-09", Scd2)).Plan;

        Assert.Equal((1L, 1L, 1L), (merged.Late, merged.Inserted, merged.Updated));
        Assert.Equal(["1|a|2021-01-01|2021-01-05|false", "1|b|2021-01-05|2021-01-09|false", "1|c|2021-01-09|NULL|true"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Scd2_ALateRowThatMakesAVersionNeedlessTakesItOut()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n");
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-05");
        await warehouse.MergeAsync("2021-01-05", Scd2);
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-01");

        MergePlan merged = (await warehouse.MergeAsync("2021-01-05", Scd2)).Plan;

        Assert.Equal((0L, 1L, 0L, 1L), (merged.Inserted, merged.Updated, merged.Deleted, merged.Removed));
        Assert.Equal(["1|b|2021-01-01|NULL|true"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Scd2_ColumnsMayHaveOtherNamesAndTypes()
    {
        await using Warehouse warehouse = await OpenAsync("employee_id int, name string, since timestamp, until timestamptz, live boolean", "1,a,f\n");
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-02");
        MergeOptions options = Scd2 with { ValidFromColumn = "Since", ValidToColumn = "until", IsCurrentColumn = "live" };
        await warehouse.MergeAsync("2021-01-01", options);
        await warehouse.MergeAsync("2021-01-02", options);

        List<string> rows = await warehouse.RowsAsync();
        Assert.StartsWith("1|a|2021-01-01 00:00:00|", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("|false", rows[0], StringComparison.Ordinal);
        Assert.Equal("1|b|2021-01-02 00:00:00|NULL|true", rows[1]);
    }

    [Fact]
    public async Task SoftDelete_ARowStaysWithItsValuesAndComesBack()
    {
        await using Warehouse warehouse = await OpenAsync(Marked, "1,a,f\n2,x,f\n");
        await warehouse.MergeAsync("2021-01-01", SoftDelete);
        await ImportAsync(warehouse, "1,,t\n9,,t\n", "2021-01-02");

        MergePlan deleted = (await warehouse.MergeAsync("2021-01-02", SoftDelete)).Plan;
        Assert.Equal((1L, 0L, 1L), (deleted.Deleted, deleted.Removed, deleted.IgnoredTombstones));
        Assert.Equal(["1|a|2021-01-02|2021-01-01|2021-01-02", "2|x|NULL|2021-01-01|2021-01-01"], await warehouse.RowsAsync());

        await ImportAsync(warehouse, "1,,t\n", "2021-01-03");
        Assert.Null((await warehouse.MergeAsync("2021-01-03", SoftDelete)).SnapshotId);

        await ImportAsync(warehouse, "1,b,f\n", "2021-01-04");
        Assert.Equal(1, (await warehouse.MergeAsync("2021-01-04", SoftDelete)).Plan.Updated);
        Assert.Equal(["1|b|NULL|2021-01-01|2021-01-04", "2|x|NULL|2021-01-01|2021-01-01"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task InsertOnly_TheFirstRowStaysAndTombstonesAreIgnored()
    {
        await using Warehouse warehouse = await OpenAsync("employee_id int, name string", "1,a,f\n");
        await warehouse.MergeAsync("2021-01-01", InsertOnly);
        await ImportAsync(warehouse, "1,b,f\n2,x,f\n3,,t\n", "2021-01-02");
        await ImportAsync(warehouse, "1,,t\n", "2021-01-03");

        MergePlan merged = (await warehouse.MergeAsync("2021-01-03", InsertOnly)).Plan;

        Assert.Equal((1L, 0L, 0L, 1L, 1L), (merged.Inserted, merged.Updated, merged.Deleted, merged.Unchanged, merged.IgnoredTombstones));
        Assert.Equal(["1|a", "2|x"], await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(MergeMode.SoftDelete, "employee_id int, name string", "deleted_at")]
    [InlineData(MergeMode.SoftDelete, "employee_id int, name string, deleted_at int", "must be a date")]
    [InlineData(MergeMode.SoftDelete, "employee_id int, name string, deleted_at date not null", "must be optional")]
    [InlineData(MergeMode.Scd2, "employee_id int, name string, valid_to date, is_current boolean", "valid_from")]
    [InlineData(MergeMode.Scd2, "employee_id int, name string, valid_from date, valid_to date not null, is_current boolean", "must be optional")]
    [InlineData(MergeMode.Scd2, "employee_id int, name string, valid_from date, valid_to date, is_current int", "must be boolean")]
    public async Task Modes_NeedTheirColumns(MergeMode mode, string schema, string said)
    {
        await using Warehouse warehouse = await OpenAsync(schema, "1,a,f\n");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = mode }));

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modes_StayUnlessTheTableIsRebuilt()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n");
        await warehouse.MergeAsync("2021-01-01", Scd2);
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-02");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", Scd2 with { Mode = MergeMode.Upsert }));
        Assert.Equal(IcebergErrorKind.MergeRefused, error.Kind);
        Assert.Contains("-Rebuild", error.Message, StringComparison.Ordinal);

        await warehouse.MergeAsync("2021-01-02", Scd2 with { Mode = null });
        Assert.Equal(2, (await warehouse.RowsAsync()).Count);
        await warehouse.MergeAsync("2021-01-02", Scd2 with { Mode = MergeMode.Upsert, Rebuild = true });
        Assert.Equal("1|b", Assert.Single(await warehouse.RowsAsync())[..3]);
    }

    [Theory]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.InsertOnly)]
    public async Task Rebuild_ToVersionsLeavesNoRowOfTheOtherMode(MergeMode mode)
    {
        await using Warehouse warehouse = await OpenAsync(Versions + ", deleted_at date", "1,a,f\n2,x,f\n");
        await warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = mode });
        await ImportAsync(warehouse, "1,b,f\n2,,t\n", "2021-01-02");

        MergePlan rebuilt = (await warehouse.MergeAsync("2021-01-02", Scd2 with { Rebuild = true })).Plan;

        Assert.Equal((3L, 2L), (rebuilt.Inserted, rebuilt.Removed));
        Assert.Equal(
            ["1|a|2021-01-01|2021-01-02|false|NULL", "1|b|2021-01-02|NULL|true|NULL", "2|x|2021-01-01|2021-01-02|false|NULL"],
            await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(MergeMode.Upsert, "b")]
    [InlineData(MergeMode.SoftDelete, "b")]
    [InlineData(MergeMode.InsertOnly, "a")]
    public async Task Rebuild_FromVersionsLeavesNone(MergeMode mode, string name)
    {
        await using Warehouse warehouse = await OpenAsync(Versions + ", deleted_at date", "1,a,f\n");
        await warehouse.MergeAsync("2021-01-01", Scd2);
        await ImportAsync(warehouse, "1,b,f\n", "2021-01-02");
        await warehouse.MergeAsync("2021-01-02", Scd2);

        MergePlan rebuilt = (await warehouse.MergeAsync("2021-01-02", Scd2 with { Mode = mode, Rebuild = true })).Plan;

        Assert.Equal((1L, 2L), (rebuilt.Inserted, rebuilt.Removed));
        Assert.Equal([$"1|{name}|NULL|NULL|NULL|NULL"], await warehouse.RowsAsync());
    }

    /// <summary>Whatever stands in the table, a replay leaves its own rows alone.</summary>
    [Theory]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.SoftDelete)]
    [InlineData(MergeMode.InsertOnly)]
    [InlineData(MergeMode.Scd2)]
    public async Task Rebuild_TakesOutRowsWithoutKeyAndSecondCopies(MergeMode mode)
    {
        await using Warehouse warehouse = await OpenAsync(Versions + ", deleted_at date", "1,a,f\n2,b,f\n");
        await warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = mode });
        List<string> replay = await warehouse.RowsAsync();
        await AppendAsync(warehouse, "(NULL::INT, 'x', DATE '2021-01-01', NULL::DATE, true, NULL::DATE), (NULL, NULL, NULL, NULL, NULL, NULL), "
            + "(1, 'a', NULL, NULL, NULL, NULL), (9, 'z', NULL, NULL, NULL, NULL)");

        MergePlan rebuilt = (await warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = mode, Rebuild = true })).Plan;

        Assert.Equal(4, rebuilt.Removed);
        Assert.Equal(replay, await warehouse.RowsAsync());
        Assert.False((await warehouse.PlanAsync("2021-01-01", Scd2 with { Mode = mode, Rebuild = true })).ChangesRows);
    }

    [Fact]
    public async Task Rebuild_OfACompositeKeyTakesOutRowsWithoutPartOfIt()
    {
        await using Warehouse warehouse = await OpenAsync("employee_id int, name string", "1,a,f\n1,b,f\n");
        MergeOptions options = Scd2 with { Mode = null, Key = ["employee_id", "name"] };
        await warehouse.MergeAsync("2021-01-01", options);
        await AppendAsync(warehouse, "(1, NULL), (NULL, 'a')");

        Assert.Equal(2, (await warehouse.MergeAsync("2021-01-01", options with { Rebuild = true })).Plan.Deleted);
        Assert.Equal(["1|a", "1|b"], await warehouse.RowsAsync());
    }

    /// <summary>Of a table of versions, only keys that were there and do not come again count against the limit.</summary>
    [Theory]
    [InlineData(MergeMode.Upsert, 1)]
    [InlineData(MergeMode.SoftDelete, 1)]
    [InlineData(MergeMode.InsertOnly, 0)]
    public async Task Rebuild_FromVersionsCountsTheKeysThatVanish(MergeMode mode, long vanished)
    {
        await using Warehouse warehouse = await OpenAsync(Versions + ", deleted_at date", "1,a,f\n2,a,f\n3,a,f\n4,a,f\n5,a,f\n");
        await ImportAsync(warehouse, "1,b,f\n2,b,f\n5,,t\n", "2021-01-02");
        await warehouse.MergeAsync("2021-01-02", Scd2);
        await ImportAsync(warehouse, "1,c,f\n4,,t\n", "2021-01-03");
        MergeOptions rebuild = Scd2 with { Mode = mode, Rebuild = true };

        if (vanished > 0)
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-03", rebuild with { MaxDeletePercent = 24 }));
            Assert.Contains("1 of 4 rows (25 %)", error.Message, StringComparison.Ordinal);
        }
        MergePlan rebuilt = (await warehouse.MergeAsync("2021-01-03", rebuild with { MaxDeletePercent = vanished * 25 })).Plan;
        Assert.Equal((vanished, 7L), (rebuilt.Deleted, rebuilt.Removed));
    }

    [Fact]
    public async Task Merge_OfKeysThatDoNotFitShowsNoOtherKey()
    {
        await using Warehouse warehouse = await OpenAsync("employee_id int, name string", "1,a,f\n99999999999,b,f\n");
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = null }));
        Assert.Equal(IcebergErrorKind.DeltaRowInvalid, error.Kind);
        Assert.EndsWith("The first: (date_received = 2021-01-01).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_FindsRowsThatAreNoVersions()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n");
        await warehouse.MergeAsync("2021-01-01", Scd2);
        await AppendAsync(warehouse, "(1, 'z', NULL::DATE, NULL::DATE, NULL::BOOLEAN), (1, 'y', NULL, NULL, NULL)");

        ReportTestResult result = await new ReportTest(warehouse.Session, await warehouse.ReportAsync(), await warehouse.RawAsync()).RunAsync(default);

        Assert.Equal((0L, 2L, 0L, 1L), (result.Missing, result.Surplus, result.Different, result.Same));
    }

    [Fact]
    public async Task Scd2_MaxDeletePercentCountsCurrentVersionsOnly()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n2,a,f\n");
        await ImportAsync(warehouse, "1,b,f\n2,b,f\n", "2021-01-02");
        await warehouse.MergeAsync("2021-01-02", Scd2);
        await ImportAsync(warehouse, "1,,t\n", "2021-01-03");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-03", Scd2 with { MaxDeletePercent = 49 }));

        Assert.Contains("1 of 2 rows (50 %)", error.Message, StringComparison.Ordinal);
        await warehouse.MergeAsync("2021-01-03", Scd2 with { MaxDeletePercent = 50 });
        Assert.Equal(4, (await warehouse.RowsAsync()).Count);
    }

    [Fact]
    public async Task Scd2_TwoCurrentVersionsOfAKeyAreRefusedAndRebuilt()
    {
        await using Warehouse warehouse = await OpenAsync(Versions, "1,a,f\n");
        // Merged by another column, the key of this merge has two current versions.
        await ImportAsync(warehouse, "2,a,f\n", "2021-01-01");
        await warehouse.MergeAsync("2021-01-01", Scd2);
        await ImportAsync(warehouse, "3,a,f\n", "2021-01-02");
        MergeOptions byName = Scd2 with { Key = ["name"] };

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", byName));

        Assert.Equal(IcebergErrorKind.DuplicateKey, error.Kind);
        await warehouse.MergeAsync("2021-01-02", byName with { Rebuild = true });
        Assert.Equal(["2|a|2021-01-01|2021-01-02|false", "3|a|2021-01-02|NULL|true"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_OfARawTableThatWasSetBackIsRefused()
    {
        await using Warehouse warehouse = await OpenAsync("employee_id int, name string", "1,a,f\n");
        MergeOptions options = Scd2 with { Mode = null };
        long first = (await warehouse.RawAsync()).Metadata.CurrentSnapshotId!.Value;
        await warehouse.MergeAsync("2021-01-01", options);
        await ImportAsync(warehouse, "2,x,f\n", "2021-01-02");
        await warehouse.MergeAsync("2021-01-02", options);
        await (await warehouse.RawAsync()).CommitAsync(new RollbackTo(first), default);

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", options));
        Assert.Equal(IcebergErrorKind.MergeRefused, error.Kind);
        Assert.Contains("was set back behind snapshot", error.Message, StringComparison.Ordinal);

        await ImportAsync(warehouse, "3,y,f\n", "2021-01-03");
        await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-03", options));
        await warehouse.MergeAsync("2021-01-03", options with { Rebuild = true });
        Assert.Equal(["1|a", "3|y"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_WithValuesOfAFlagThatIsNotThereIsRefused()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string");
        await warehouse.ImportAsync("employee_id,name\n1,a\n", "2021-01-01");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-01", Scd2 with { Mode = null, DeletedValue = ["D"] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("no column record_deleted", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Warehouse> OpenAsync(string schema, string rows)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync(schema);
        await ImportAsync(warehouse, rows, "2021-01-01");
        return warehouse;
    }

    /// <summary>Adds rows to the report table that no merge made.</summary>
    private static async Task AppendAsync(Warehouse warehouse, string rows)
    {
        IcebergTable report = await warehouse.ReportAsync();
        string columns = string.Join(", ", report.Metadata.CurrentSchema.Fields.Select(Sql.Column));
        ImmutableArray<DataFile> files = await DataFileWriter.WriteAsync(
            warehouse.Session, report.Store, WriteTarget.Of(report.Metadata, report.Name), $"SELECT * FROM (VALUES {rows}) r({columns})", default);
        await report.CommitAsync(new RowDelta(report.Metadata.CurrentSnapshotId) { AddedData = files }, default);
    }

    private static Task ImportAsync(Warehouse warehouse, string rows, string date) =>
        warehouse.ImportAsync("employee_id,name,record_deleted\n" + rows, date);
}
