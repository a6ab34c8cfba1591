using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class TableQueryTests : IAsyncLifetime
{
    private Warehouse _warehouse = null!;
    private long _first;

    public async Task InitializeAsync()
    {
        _warehouse = await Warehouse.OpenAsync();
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        _first = (await _warehouse.MergeAsync("2021-01-01")).SnapshotId!.Value;
        await _warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await Task.Delay(20);
        await _warehouse.MergeAsync("2021-01-02");
        await (await _warehouse.ReportAsync()).CommitAsync(new SetRef("month-end", new SnapshotRef(_first, SnapshotRefType.Tag)), default);
    }

    public Task DisposeAsync() => _warehouse.DisposeAsync().AsTask();

    [Fact]
    public async Task RunAsync_ReadsTables() =>
        Assert.Equal(["1|6", "2|1"], await RowsAsync("SELECT department_id, count(*) FROM hr.employee GROUP BY ALL ORDER BY 1;"));

    [Fact]
    public async Task RunAsync_JoinsNamesAliasesAndSubqueries() => Assert.Equal(["Iris|1", "Lexie|3"], await RowsAsync(
        "WITH d AS (SELECT employee_id, count(*) AS n FROM hr.raw_deltas GROUP BY ALL) SELECT e.forename, d.n + (SELECT count(*) - 1 FROM hr.raw_deltas r WHERE r.employee_id = d.employee_id) "
        + "FROM \"hr\".\"employee\" AS e JOIN d USING (employee_id) WHERE e.forename IN ('Lexie', 'Iris') ORDER BY 1"));

    [Fact]
    public async Task RunAsync_TravelsByVersionTimeAndName()
    {
        IcebergTable table = await _warehouse.ReportAsync();
        string time = table.Metadata.Snapshot(_first)!.Timestamp.ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(["5"], await RowsAsync($"SELECT count(*) FROM hr.employee FOR VERSION AS OF {_first}"));
        Assert.Equal(["5"], await RowsAsync("SELECT count(*) FROM hr.employee for version as of 'month-end' WHERE employee.employee_id > 0"));
        Assert.Equal(["5"], await RowsAsync($"SELECT count(e.surname) FROM hr.employee FOR TIMESTAMP AS OF TIMESTAMP '{time} UTC' e"));
        Assert.Equal(["6", "7"], await RowsAsync(
            $"SELECT employee_id FROM hr.employee ANTI JOIN hr.employee FOR VERSION AS OF {_first} AS before USING (employee_id) ORDER BY 1"));
    }

    [Theory]
    [InlineData("history", "2")]
    [InlineData("snapshots", "2")]
    [InlineData("partitions", "1")]
    [InlineData("refs", "2")]
    public async Task RunAsync_ReadsMetadataTables(string kind, string rows) =>
        Assert.Equal([rows], await RowsAsync($"SELECT count(*) FROM hr.\"employee${kind}\""));

    [Fact]
    public async Task RunAsync_MetadataTablesTellWhatAthenasDo()
    {
        IcebergTable table = await _warehouse.ReportAsync();
        var live = await SnapshotFiles.LiveAsync(table.Store, table.Metadata, table.Metadata.CurrentSnapshot, withMetrics: false, default);
        Assert.Equal(live.Select(e => e.Entry.DataFile.FilePath).Order(StringComparer.Ordinal), await RowsAsync("SELECT file_path FROM hr.\"employee$files\" ORDER BY 1"));
        Assert.Equal(live.Select(e => e.Manifest.ManifestPath).Distinct().Order(StringComparer.Ordinal),
            await RowsAsync("SELECT path FROM hr.\"employee$manifests\" WHERE added_data_files_count + existing_data_files_count > 0 ORDER BY 1"));
        Assert.Equal([$"{_first}|NULL|true"], await RowsAsync("SELECT snapshot_id, parent_id, is_current_ancestor FROM hr.\"employee$history\" ORDER BY made_current_at LIMIT 1"));
        Assert.Equal(["5"], await RowsAsync($"SELECT summary['added-records'] FROM hr.\"employee$snapshots\" WHERE snapshot_id = {_first}"));
        Assert.Equal(["month-end|TAG"], await RowsAsync("SELECT name, type FROM hr.\"employee$refs\" WHERE name <> 'main'"));
    }

    [Fact]
    public async Task RunAsync_PartitionsReadAsPeopleWriteThem()
    {
        await using Warehouse parts = await Warehouse.OpenAsync();
        await parts.CreatePartitionedReportAsync(Tutorial.Schema, "month(record_created);record_created;surname");
        await parts.ImportAsync(Tutorial.Day1, "2021-01-01");
        await parts.MergeAsync("2021-01-01");
        var query = new TableQuery(parts.Catalog, DuckOptions.Default);
        foreach (string kind in new[] { "partitions", "files" })
        {
            List<string> rows = [];
            await foreach (RowBatch batch in query.RunAsync($"SELECT partition FROM hr.\"employee${kind}\" ORDER BY partition", [], default)) rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => (string)batch[i, 0]!));
            Assert.Equal("record_created_month=2021-01/record_created=2021-01-01/surname=Bennett", rows[0]);
            Assert.Equal(5, rows.Count);
        }
    }

    [Fact]
    public async Task RunAsync_OpensOnlyWhatItNames()
    {
        // A query that looked at the raw table would fail.
        File.Delete(new Uri((await _warehouse.RawAsync()).MetadataLocation).LocalPath);

        Assert.Equal(["7"], await RowsAsync("SELECT count(*) FROM hr.employee e WHERE forename <> 'hr.raw_deltas' -- hr.raw_deltas"));
        await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT count(*) FROM hr.raw_deltas"));
        Assert.Equal(["hr.employee"], (await TableQuery.TablesAsync(
            "WITH raw_deltas AS (SELECT * FROM hr.\"employee$files\") SELECT ? FROM raw_deltas, hr.employee FOR VERSION AS OF 'main'", ["hr.raw_deltas"], default)).Select(t => t.ToString()));
    }

    [Fact]
    public async Task RunAsync_ParametersAreValuesWhateverTheyHold() => Assert.Equal(["true|7|NULL|'); SELECT 1 --?"], await RowsAsync(
        "SELECT ? = 'O''Brien', ? + 0, ?, ? -- a ? in a comment", "O'Brien", 7, null, "'); SELECT 1 --?"));

    [Theory]
    [InlineData("SELECT * FROM read_csv('{0}')")]
    [InlineData("SELECT * FROM read_text('{0}')")]
    [InlineData("SELECT * FROM '{0}'")]
    [InlineData("SELECT * FROM \"{0}\"")]
    [InlineData("SELECT * FROM glob('{0}')")]
    [InlineData("SELECT (SELECT content FROM read_text('{0}')) FROM hr.employee")]
    [InlineData("WITH x AS (FROM read_blob('{0}')) SELECT * FROM x")]
    [InlineData("SELECT * FROM (WITH \"{0}\" AS (SELECT 1) SELECT 1), \"{0}\"")]
    [InlineData("SELECT * FROM query('SELECT * FROM read_text(''{0}'')')")]
    [InlineData("SELECT * FROM hr.employee, LATERAL (SELECT * FROM read_text('{0}'))")]
    [InlineData("SELECT * FROM parquet_metadata('{0}')")]
    [InlineData("COPY (SELECT 1) TO '{0}'")]
    [InlineData("ATTACH '{0}' AS other")]
    [InlineData("SELECT 1; ATTACH '{0}' AS other")]
    [InlineData("INSTALL httpfs")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("CREATE TABLE x AS SELECT 1")]
    [InlineData("DROP TABLE hr.employee")]
    [InlineData("EXPORT DATABASE '{0}'")]
    [InlineData("CALL pragma_version()")]
    [InlineData("PRAGMA database_list")]
    [InlineData("PRAGMA enable_profiling; SELECT 1")]
    [InlineData("LOAD httpfs")]
    [InlineData("SELECT getenv('HOME')")]
    [InlineData("SELECT 1; SELECT * FROM read_text('{0}')")]
    [InlineData("SELECT 1 /* ; */; COPY (SELECT 1) TO '{0}'")]
    [InlineData("SELECT 1 -- \n; COPY (SELECT 1) TO '{0}'")]
    [InlineData("/* SELECT */ COPY (SELECT 1) TO '{0}' --")]
    [InlineData("SELECT * FROM /* read */ ReAd_TeXt /* it */ ('{0}')")]
    [InlineData("SELECT * FROM \"read_text\"('{0}')")]
    [InlineData("SELECT * FROM main.read_text('{0}')")]
    [InlineData("SELECT * FROM system.main.read_text('{0}')")]
    [InlineData("SELECT * FROM E'{0}'")]
    [InlineData("SELECT * FROM $$" + "{0}" + "$$")]
    [InlineData("FROM '{0}' SELECT a")]
    [InlineData("TABLE '{0}'")]
    [InlineData("SELECT * FROM ['{0}', '{0}']")]
    [InlineData("WITH hr AS (SELECT 1) SELECT * FROM '{0}'")]
    [InlineData("SELECT * FROM hr.\"employee$files\" f, read_text(f.file_path)")]
    [InlineData("SELECT * FROM duckdb_settings()")]
    [InlineData("SELECT * FROM information_schema.tables")]
    [InlineData("DESCRIBE SELECT * FROM '{0}'")]
    [InlineData("SUMMARIZE '{0}'")]
    [InlineData("EXPLAIN ANALYZE SELECT * FROM read_text('{0}')")]
    [InlineData("PIVOT (FROM read_text('{0}')) ON filename")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF '{0}'")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF (SELECT content FROM read_text('{0}'))")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF 'x' || (FROM read_text('{0}'))")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF getenv('HOME')")]
    [InlineData("SELECT * FROM hr.employee FOR TIMESTAMP AS OF current_setting('temp_directory')")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF (FROM glob('{0}'))")]
    [InlineData("SELECT * FROM hr.employee AT (VERSION => (SELECT content FROM read_text('{0}')))")]
    [InlineData("SELECT * FROM hr.employee AT (VERSION => getenv('HOME'))")]
    [InlineData("SELECT * FROM hr.employee AT (TIMESTAMP => (SELECT 1 FROM '{0}'))")]
    [InlineData("SELECT * FROM '{0}' AT (VERSION => 1)")]
    [InlineData("SELECT * FROM '{0}' FOR VERSION AS OF 1")]
    [InlineData("SELECT hr.employee.getenv('HOME') FROM hr.employee")]
    [InlineData("SELECT main.getenv('HOME')")]
    [InlineData("SELECT current_setting('temp_directory')")]
    [InlineData("SELECT 'temp_directory'.current_setting()")]
    [InlineData("SELECT * FROM duckdb_secrets()")]
    [InlineData("SELECT * FROM main.duckdb_settings()")]
    [InlineData("SELECT * FROM which_secret('s3://x', 's3')")]
    [InlineData("SELECT * FROM pragma_database_list()")]
    [InlineData("SELECT * FROM duckdb_tables")]
    [InlineData("SELECT * FROM sqlite_master")]
    [InlineData("SELECT * FROM main.sqlite_master")]
    [InlineData("SELECT * FROM temp.sqlite_master")]
    [InlineData("SELECT * FROM system.main.duckdb_tables")]
    [InlineData("SELECT * FROM memory.information_schema.tables")]
    [InlineData("SELECT * FROM system.information_schema.tables")]
    [InlineData("SELECT * FROM pg_catalog.pg_class")]
    [InlineData("SELECT * FROM pg_catalog.pg_settings")]
    [InlineData("SELECT * FROM (SHOW DATABASES)")]
    [InlineData("SELECT * FROM hr.employee, (DESCRIBE '{0}')")]
    [InlineData("SELECT * FROM (SUMMARIZE '{0}')")]
    [InlineData("PIVOT '{0}' ON a IN (1)")]
    [InlineData("UNPIVOT '{0}' ON a, b")]
    [InlineData("WITH x AS (SELECT * FROM \"{0}\"), \"{0}\" AS (SELECT 1) SELECT * FROM x")]
    [InlineData("WITH \"{0}\" AS (SELECT * FROM \"{0}\") SELECT * FROM \"{0}\"")]
    [InlineData("SELECT E'\\'' FROM '{0}' --'")]
    [InlineData("SELECT $a1$ $b$ $a1$ FROM '{0}' --$b$")]
    [InlineData("SELECT /* /* */ ' */ 1 FROM '{0}' --'")]
    [InlineData("SELECT U&'\\' FROM '{0}' --'")]
    [InlineData("SELECT 1 FROM \"for\" FOR VERSION AS OF '1' || ' FROM '' ' , '{0}'")]
    [InlineData("SELECT * FROM a.b.c.d.\"{0}\"")]
    [InlineData("SELECT * FROM \"{0}\".t")]
    [InlineData("USE memory")]
    [InlineData("RESET temp_directory")]
    [InlineData("DETACH memory")]
    [InlineData("CHECKPOINT")]
    [InlineData("CREATE SECRET (TYPE s3)")]
    [InlineData("CREATE MACRO f() AS TABLE FROM read_text('{0}')")]
    [InlineData("PREPARE x AS SELECT * FROM read_text('{0}')")]
    [InlineData("EXPLAIN ANALYZE COPY (SELECT 1) TO '{0}'")]
    [InlineData("EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO '{0}'")]
    [InlineData("EXPLAIN ANALYZE ANALYZE; COPY (SELECT 1) TO '{0}'")]
    [InlineData("IMPORT DATABASE '{0}'")]
    [InlineData("INSERT INTO hr.employee SELECT * FROM hr.employee")]
    [InlineData("SELECT write_log('x')")]
    [InlineData("FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''{0}'')'))")]
    [InlineData("FROM query_table(['{0}'])")]
    [InlineData("SELECT json_serialize_plan('SELECT current_setting(''temp_directory'')', optimize := true)")]
    [InlineData("SELECT json_serialize_plan('FROM read_text(''{0}'')')")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF json_serialize_plan('SELECT current_setting(''threads'')', optimize := true)")]
    [InlineData("WITH \"{0}\" AS (SELECT 1) SELECT * FROM recurring.\"{0}\"")]
    [InlineData("WITH RECURSIVE r(a, b) USING KEY (a) AS (SELECT 1, 1 UNION SELECT 1, 2 FROM recurring.\"{0}\") FROM r")]
    [InlineData("WITH RECURSIVE r(a, b) USING KEY (a) AS (SELECT 1, 1 UNION SELECT 1, 2 FROM r) FROM recurring.r")]
    public async Task RunAsync_ReachesForNothingElse(string sql)
    {
        using var folder = new TemporaryFolder();
        string file = folder["secret.csv"];
        await File.WriteAllTextAsync(file, "a,b\nsecret-marker,2\n");

        var error = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(sql.Replace("{0}", file, StringComparison.Ordinal)));

        Assert.Contains(error.Kind, new[] { IcebergErrorKind.Unsupported, IcebergErrorKind.InvalidArgument, IcebergErrorKind.TableNotFound, IcebergErrorKind.RefNotFound });
        Assert.DoesNotContain("secret-marker", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("a,b\nsecret-marker,2\n", await File.ReadAllTextAsync(file));
    }

    /// <summary>However deep and however spelled, a file that is no table's is not read.</summary>
    [Fact]
    public async Task RunAsync_ReachesForNothingElseHoweverItIsWrapped()
    {
        using var folder = new TemporaryFolder();
        string file = folder["secret.csv"];
        await File.WriteAllTextAsync(file, "a,b\nsecret-marker,2\n");
        string[] reaches = [$"SELECT content AS x FROM read_text('{file}')", $"SELECT a AS x FROM '{file}'", $"SELECT a AS x FROM read_csv('{file}', header = true)", $"SELECT a AS x FROM \"{file}\"", $"SELECT file AS x FROM glob('{folder.Path}/*')"];
        string[] wraps =
        [
            "SELECT x FROM ({0}) q", "WITH q AS ({0}) SELECT x FROM q", "WITH q AS MATERIALIZED ({0}) FROM q", "SELECT ({0}) AS x", "SELECT [({0})] AS x", "SELECT struct_pack(s := ({0})) AS x",
            "SELECT forename AS x FROM hr.employee WHERE EXISTS ({0})", "SELECT forename AS x FROM hr.employee ORDER BY ({0})", "SELECT 'a' AS x UNION ALL ({0})", "VALUES (({0}))", "SELECT max(x) AS x FROM ({0}) q GROUP BY ALL HAVING count(*) > (SELECT count(*) - 1 FROM ({0}) z)",
            "SELECT q.x FROM hr.employee e, LATERAL ({0}) q", "SELECT list_transform([1], lambda i: ({0})) AS x", "SELECT CASE WHEN true THEN ({0}) END AS x", "SELECT lag(x) OVER (ORDER BY x) AS x FROM ({0}) q", "SELECT x FROM hr.employee e JOIN ({0}) q ON true", "WITH RECURSIVE r(x) AS (({0}) UNION ALL SELECT x FROM r WHERE false) SELECT x FROM r",
            "SELECT surname AS x FROM hr.employee FOR VERSION AS OF ({0})", "SELECT surname AS x FROM hr.employee e AT (TIMESTAMP => ({0}))", "SELECT x FROM hr.employee FOR VERSION AS OF 'main', ({0}) q",
            "DESCRIBE {0}", "SELECT column_name AS x FROM (SUMMARIZE {0})", "PIVOT ({0}) ON x IN ('a')", "FROM (UNPIVOT ({0}) ON x) SELECT value AS x", "EXPLAIN ANALYZE {0}",
            "WITH q AS (SELECT 1 AS x) SELECT hr.employee.surname AS x FROM hr.employee WHERE hr.employee.surname = ({0})",
        ];
        string[] gaps = [" ", "\n", "\t", " /* ' */ ", " -- \"\n", "  "];
        await Gen.Select(Of(reaches), Of(wraps).Array[0, 4], Of(gaps), Gen.Bool).SampleAsync(async (reach, around, gap, shout) =>
        {
            string sql = around.Aggregate(reach, (inner, wrap) => wrap.Replace("{0}", inner, StringComparison.Ordinal));
            if (shout) sql = sql.Replace("read_text", "READ_TEXT", StringComparison.Ordinal).Replace("select", "SELECT", StringComparison.Ordinal);
            sql = sql.Replace(" ", gap, StringComparison.Ordinal);

            var error = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(sql));

            Assert.Contains(error.Kind, new[] { IcebergErrorKind.Unsupported, IcebergErrorKind.InvalidArgument, IcebergErrorKind.TableNotFound });
            Assert.DoesNotContain("secret-marker", error.ToString(), StringComparison.Ordinal);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public async Task RunAsync_MayReadFilesWhenAllowed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["more.csv"], "employee_id,grade\n6,A\n");

        Assert.Equal(["A|5"], await RowsAsync(
            $"SELECT m.grade, count(hr.employee.surname) FROM hr.employee FOR VERSION AS OF {_first}, '{folder["more.csv"]}' m GROUP BY ALL", allowFiles: true));
        Assert.Contains("Only SELECT", (await Assert.ThrowsAsync<IcebergException>(() => RowsAsync($"COPY (SELECT 1) TO '{folder["x.csv"]}'", allowFiles: true))).Message);
        Assert.Equal(IcebergErrorKind.TableNotFound, (await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT * FROM main.x FOR VERSION AS OF 1", allowFiles: true))).Kind);
        Assert.Equal(["Robert|A"], await RowsAsync(
            $"SELECT forename, grade FROM hr.employee JOIN read_csv('{folder["more.csv"]}') m USING (employee_id)", allowFiles: true));
    }

    [Fact]
    public async Task RunAsync_TellsWhatIsWrong()
    {
        var missing = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT * FROM hr.employe"));
        Assert.Equal(IcebergErrorKind.TableNotFound, missing.Kind);
        Assert.Contains("hr.employee", missing.Message);
        var column = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT surnam FROM hr.employee"));
        Assert.Contains("surname", column.Message);
        var syntax = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT FROM WHERE"));
        Assert.Equal(IcebergErrorKind.InvalidArgument, syntax.Kind);
        var values = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT ?, ?", 1));
        Assert.Contains("2 question marks", values.Message);
        var snapshot = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync("SELECT * FROM hr.employee FOR VERSION AS OF 12345"));
        Assert.Equal(IcebergErrorKind.SnapshotNotFound, snapshot.Kind);
    }

    private static Gen<string> Of(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private async Task<List<string>> RowsAsync(string sql, params object?[] values) => await RowsAsync(sql, false, values);

    private async Task<List<string>> RowsAsync(string sql, bool allowFiles, params object?[] values)
    {
        var query = new TableQuery(_warehouse.Catalog, DuckOptions.Default) { AllowFileAccess = allowFiles };
        List<string> rows = [];
        await foreach (RowBatch batch in query.RunAsync(sql, values, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(string.Join('|', batch.Row(i).Select(Warehouse.Text)));
        }
        return rows;
    }
}
