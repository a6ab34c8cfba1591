using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Importing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Importing;

public sealed class FileImporterTests
{
    [Fact]
    public async Task Import_FilesWithoutIdsAreReadByNameWithMetrics()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long not null, name string, born date");
        await WriteAsync(live, "in/a.parquet", "SELECT 'Ada' AS name, 1::INT AS id");
        await WriteAsync(live, "in/sub/b.parquet", "SELECT 2::BIGINT AS id, 'Bob' AS name, DATE '1990-05-06' AS born");
        await WriteAsync(live, "in/_temporary/c.parquet", "SELECT 3::BIGINT AS id");
        await WriteAsync(live, "in/empty.parquet", "SELECT 3::BIGINT AS id WHERE false");

        ImmutableArray<FileImport> done = await ImportAsync(live, "in");

        Assert.Equal([FileImportStatus.Imported, FileImportStatus.Empty, FileImportStatus.Imported], done.Select(f => f.Status));
        Assert.Equal(["1|Ada|NULL", "2|Bob|1990-05-06"], await live.RowsAsync());
        Assert.Equal("append", live.Metadata.CurrentSnapshot!.Operation);
        Assert.Equal(live.Metadata.CurrentSnapshotId, done[0].SnapshotId);
        Assert.Equal("test", live.Metadata.CurrentSnapshot.Summary["deltatools.command"]);
        await live.CommitAsync(new UpdateSchema([new RenameColumn("name", "forename")]));
        Assert.Equal(["1|Ada|NULL", "2|Bob|1990-05-06"], await live.RowsAsync());
    }

    [Fact]
    public async Task Import_FilesOfTheTableAreLeftAlone()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long");
        await WriteAsync(live, "in/a.parquet", "SELECT 1::BIGINT AS id");
        await ImportAsync(live, "in");
        await WriteAsync(live, "in/b.parquet", "SELECT 2::BIGINT AS id");

        ImmutableArray<FileImport> again = await ImportAsync(live, "in", "in/b.parquet");

        Assert.Equal([FileImportStatus.AlreadyImported, FileImportStatus.Imported], again.Select(f => f.Status));
        Assert.Equal(["1", "2"], await live.RowsAsync());
        long? head = live.Metadata.CurrentSnapshotId;
        Assert.All(await ImportAsync(live, "in"), f => Assert.Equal(FileImportStatus.AlreadyImported, f.Status));
        Assert.Equal(head, live.Metadata.CurrentSnapshotId);
    }

    [Fact]
    public async Task Import_OfTwoWritersAddsAFileOnce()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long");
        await WriteAsync(live, "in/a.parquet", "SELECT 1::BIGINT AS id");
        await WriteAsync(live, "in/b.parquet", "SELECT 2::BIGINT AS id");
        FileImportPlan slow = await PlanAsync(live, "in");
        await ImportAsync(live, "in/a.parquet");

        ImmutableArray<FileImport> done = await slow.CommitAsync(default);

        Assert.Equal([FileImportStatus.AlreadyImported, FileImportStatus.Imported], done.Select(f => f.Status));
        live.Table = await live.Table.RefreshAsync(default);
        Assert.Equal(["1", "2"], await live.RowsAsync());
    }

    [Theory]
    [InlineData("day(ts)", "SELECT 1::BIGINT AS id, 'x' AS name, t AS ts FROM (VALUES (TIMESTAMP '2021-03-04 05:06:07'), (TIMESTAMP '2021-03-04 23:59:59')) v(t)", "ts_day=2021-03-04")]
    [InlineData("bucket(16, id)", "SELECT 34::BIGINT AS id, 'x' AS name, NULL::TIMESTAMP AS ts", "id_bucket=3")]
    [InlineData("bucket(1, id)", "SELECT i AS id, 'x' AS name, NULL::TIMESTAMP AS ts FROM range(3) r(i)", "id_bucket=0")]
    [InlineData("truncate(2, name)", "SELECT 1::BIGINT AS id, n AS name, NULL::TIMESTAMP AS ts FROM (VALUES ('abc'), ('abd')) v(n)", "name_trunc=ab")]
    [InlineData("name", "SELECT 1::BIGINT AS id, 'a text of more than sixteen letters' AS name, NULL::TIMESTAMP AS ts", "name=a text of more than sixteen letters")]
    [InlineData("name", "SELECT 1::BIGINT AS id, NULL::VARCHAR AS name, NULL::TIMESTAMP AS ts", "name=null")]
    [InlineData("month(ts)", "SELECT 1::BIGINT AS id, 'x' AS name, NULL::TIMESTAMP AS ts", "ts_month=null")]
    public async Task Partition_ComesFromTheValues(string partition, string select, string expected)
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long, name string, ts timestamp", partition);
        await WriteAsync(live, "f.parquet", select);

        FileImport file = Assert.Single((await PlanAsync(live, "f.parquet")).Files);

        Assert.Null(file.Refused);
        Assert.Equal(expected, Core.Spec.Values.PartitionPath.Display(live.Metadata.DefaultSpec, live.Metadata.PartitionType(live.Metadata.DefaultSpec), file.File!.Partition));
    }

    [Theory]
    [InlineData("day(ts)", "SELECT 1::BIGINT AS id, 'x' AS name, t AS ts FROM (VALUES (TIMESTAMP '2021-03-04'), (TIMESTAMP '2021-03-05')) v(t)", "ts_day=2021-03-04, ts_day=2021-03-05")]
    [InlineData("name", "SELECT 1::BIGINT AS id, n AS name, NULL::TIMESTAMP AS ts FROM (VALUES ('a'), (NULL)) v(n)", "name=null, name=a")]
    [InlineData("bucket(16, id)", "SELECT i AS id, 'x' AS name, NULL::TIMESTAMP AS ts FROM range(3) r(i)", "several partitions")]
    [InlineData("name", "SELECT 1::BIGINT AS id, NULL::TIMESTAMP AS ts", "no folder name=")]
    [InlineData("day(ts)", "SELECT 1::BIGINT AS id, 'x' AS name", "has no column ts")]
    public async Task Partition_ThatIsNotOneIsRefused(string partition, string select, string reason)
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long, name string, ts timestamp", partition);
        await WriteAsync(live, "f.parquet", select);

        IcebergException error = await RefusalAsync(live, "f.parquet");

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partition_OfAColumnThatTheFileLacksComesFromItsFolder()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long, land string, day date", "land", "day");
        await WriteAsync(live, "in/land=Nordrhein%2FWest/day=2021-02-03/a.parquet", "SELECT 1::BIGINT AS id");
        await WriteAsync(live, "in/LAND=__HIVE_DEFAULT_PARTITION__/day=2021-02-04/a.parquet", "SELECT 2::BIGINT AS id");
        await WriteAsync(live, "bad/land=x/day=someday/a.parquet", "SELECT 2::BIGINT AS id");

        await ImportAsync(live, "in");

        Assert.Equal(["1|Nordrhein/West|2021-02-03", "2|NULL|2021-02-04"], await live.RowsAsync());
        Assert.Contains("day=someday", (await RefusalAsync(live, "bad")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 'one' AS id", "id is VARCHAR in the file and int in the table")]
    [InlineData("SELECT 1::BIGINT AS id", "id is BIGINT")]
    [InlineData("SELECT 1::INT AS id, 1.25::DECIMAL(12,3) AS pay", "pay is DECIMAL(12,3)")]
    [InlineData("SELECT 1::INT AS id, {'y': 1} AS pay", "pay is a struct")]
    [InlineData("SELECT 1::INT AS id, TIMESTAMPTZ '2021-01-01 00:00:00+00' AS ts", "ts is TIMESTAMP WITH TIME ZONE")]
    [InlineData("SELECT 1::INT AS id, [{'a': 'x'}] AS l", "l.element.a is VARCHAR")]
    [InlineData("SELECT NULL::INT AS id", "is NULL in 1 rows")]
    [InlineData("SELECT 1.5::DECIMAL(9,2) AS pay", "does not have column id")]
    [InlineData("SELECT 1::INT AS id, 2 AS other", "columns that the table does not have")]
    [InlineData("SELECT 2 AS other", "none of the table's columns")]
    public async Task Columns_ThatDoNotFitAreRefused(string select, string reason)
    {
        await using LiveTable live = await LiveTable.CreateAsync("id int not null, pay decimal(9,2), ts timestamp, l list<struct<a: int>>");
        await WriteAsync(live, "f.parquet", select);

        IcebergException error = await RefusalAsync(live, "f.parquet");

        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Null(live.Metadata.CurrentSnapshotId);
    }

    [Fact]
    public async Task Columns_ThatAreExtraCanBeLeftOut()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long");
        await WriteAsync(live, "f.parquet", "SELECT 1::BIGINT AS id, 2 AS other");

        await ImportAsync(live, new FileImportOptions { IgnoreExtraColumns = true }, "f.parquet");

        Assert.Equal(["1"], await live.RowsAsync());
    }

    [Fact]
    public async Task Columns_WithIdsOfAnotherTableAreRefused()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long, name string");
        await live.Session.ExecuteAsync($"COPY (SELECT 1::BIGINT AS id, 2::BIGINT AS x, 'a' AS name) TO {Sql.Text(live["f.parquet"])} (FORMAT parquet, FIELD_IDS {{id: 1, x: 2, name: 3}})", default);
        await live.Session.ExecuteAsync($"COPY (SELECT 1::BIGINT AS id, 'a' AS name) TO {Sql.Text(live["ok.parquet"])} (FORMAT parquet, FIELD_IDS {{id: 1, name: 2}})", default);

        Assert.Contains("name", (await RefusalAsync(live, "f.parquet")).Message, StringComparison.Ordinal);
        await ImportAsync(live, "ok.parquet");
        Assert.Equal(["1|a"], await live.RowsAsync());
        Assert.DoesNotContain(TableProperties.NameMapping, live.Metadata.Properties.Keys);
    }

    [Fact]
    public async Task Import_IntoV3GivesRowIdsAndGoesToBranches()
    {
        await using LiveTable live = await LiveTable.CreateAsync(Core.Spec.Text.SchemaText.Parse("id long"), 3);
        await live.AppendAsync("SELECT 1::BIGINT AS f1");
        await live.CommitAsync(new SetRef("audit", SnapshotRef.Branch(live.Metadata.CurrentSnapshotId!.Value)));
        await WriteAsync(live, "f.parquet", "SELECT i AS id FROM range(5) r(i)");

        await ImportAsync(live, new FileImportOptions { Branch = "audit" }, "f.parquet");

        Assert.Equal(["1"], await live.RowsAsync());
        Assert.Equal(6, (await live.RowsAsync(live.Metadata.Snapshot(live.Metadata.Refs["audit"].SnapshotId))).Count);
        Assert.Equal(6, live.Metadata.NextRowId);
    }

    [Fact]
    public async Task Import_BrokenFilesAreNamedAndTheOthersAdded()
    {
        await using LiveTable live = await LiveTable.CreateAsync("id long");
        await WriteAsync(live, "in/a.parquet", "SELECT 1::BIGINT AS id");
        await File.WriteAllTextAsync(live["in/b.parquet"], "this is no parquet file");

        ImmutableArray<FileImport> done = await ImportAsync(live, "in");

        Assert.Equal(IcebergErrorKind.Corrupt, done[1].Refused!.Kind);
        Assert.Equal(["1"], await live.RowsAsync());
        var error = await Assert.ThrowsAsync<IcebergException>(() => DataFolder.FilesAsync(LocalObjectStore.Instance, live["nothing"], default));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
    }

    private static async Task WriteAsync(LiveTable live, string name, string select)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(live[name])!);
        await live.Session.ExecuteAsync($"COPY ({select}) TO {Sql.Text(live[name])} (FORMAT parquet)", default);
    }

    private static Task<FileImportPlan> PlanAsync(LiveTable live, params string[] paths) => PlanAsync(live, new FileImportOptions(), paths);

    private static async Task<FileImportPlan> PlanAsync(LiveTable live, FileImportOptions options, params string[] paths)
    {
        List<string> files = [];
        foreach (string path in paths) files.AddRange(await DataFolder.FilesAsync(live.Table.Store, live[path], default));
        return await FileImporter.PlanAsync(live.Session, live.Table, files, options with { Summary = StringMap.Empty.Add(Provenance.Command, "test") }, default);
    }

    private static Task<ImmutableArray<FileImport>> ImportAsync(LiveTable live, params string[] paths) => ImportAsync(live, new FileImportOptions(), paths);

    private static async Task<ImmutableArray<FileImport>> ImportAsync(LiveTable live, FileImportOptions options, params string[] paths)
    {
        FileImportPlan plan = await PlanAsync(live, options, paths);
        ImmutableArray<FileImport> done = await plan.CommitAsync(default);
        live.Table = await live.Table.RefreshAsync(default);
        return done;
    }

    private static async Task<IcebergException> RefusalAsync(LiveTable live, string path)
    {
        FileImport file = Assert.Single(await ImportAsync(live, path));
        Assert.Equal(FileImportStatus.Refused, file.Status);
        return file.Refused!;
    }
}
