namespace DeltaTools.Core.Tests.Embedded;

/// <summary>How tables and their columns may be named in queries.</summary>
public sealed class QueryNamesTests(QueryWarehouse warehouse) : IClassFixture<QueryWarehouse>
{
    [Theory]
    [InlineData("a.b.t1", "a", "b", "t1")]
    [InlineData("\"a.c\".t1", "a", "c", "t1")]
    [InlineData("a.\"d\" /* a */ . -- b\n t1", "a", "d", "t1")]
    [InlineData("n1.n2.n3.t1", "n1", "n2", "n3", "t1")]
    [InlineData("n1.n2.n3.n4.n5.\"t 1\"", "n1", "n2", "n3", "n4", "n5", "t 1")]
    [InlineData("temp.t", "temp", "t")]
    [InlineData("system.t", "system", "t")]
    [InlineData("memory.t", "memory", "t")]
    [InlineData("main.t", "main", "t")]
    [InlineData("memory.main.t", "memory", "main", "t")]
    [InlineData("pg_catalog.pg_class", "pg_catalog", "pg_class")]
    [InlineData("information_schema.tables", "information_schema", "tables")]
    [InlineData("hr.duckdb_settings", "hr", "duckdb_settings")]
    [InlineData("hr.\"select\"", "hr", "select")]
    [InlineData("hr.\"it's \"\"odd\"\" -- ; ? $1 /* € 😀\"", "hr", "it's \"odd\" -- ; ? $1 /* € 😀")]
    [InlineData("größe.übersicht", "größe", "übersicht")]
    [InlineData("hr.\"my.table\"", "hr", "my.table")]
    [InlineData("hr.\"plain$files\"", "hr", "plain$files")]
    [InlineData("\"hr@1\".employee", "hr@1", "employee")]
    public async Task AnyTable_IsReadInEveryWay(string sql, params string[] name)
    {
        await warehouse.NameAsync(name);
        string last = sql[(sql.LastIndexOf('.') + 1)..].Trim(), alone = sql.EndsWith("my.table\"", StringComparison.Ordinal) ? "\"my.table\"" : last.StartsWith("-- b", StringComparison.Ordinal) ? "t1" : last;

        Assert.Equal(["7"], await warehouse.RowsAsync($"SELECT count(*) FROM {sql}"));
        Assert.Equal(["5|7"], await warehouse.RowsAsync($"SELECT (SELECT count(*) FROM {sql} FOR VERSION AS OF {warehouse.First}), (SELECT count(x.employee_id) FROM {sql} FOR VERSION AS OF 'main' x)"));
        Assert.Equal(["Dexter|Mitchell"], await warehouse.RowsAsync($"SELECT {sql}.forename, {alone}.surname FROM {sql} WHERE {sql}.employee_id = 1 ORDER BY {sql}.surname"));
        Assert.Equal(["Dexter"], await warehouse.RowsAsync($"SELECT {sql}.forename FROM {sql} FOR VERSION AS OF 'month-end' WHERE {sql}.employee_id = 1 GROUP BY {sql}.forename"));
        Assert.Equal("1", (await warehouse.RowsAsync($"SELECT {sql}.* FROM {sql} ORDER BY 1"))[0].Split('|')[0]);
        Assert.Equal(["3"], await warehouse.RowsAsync($"SELECT count(*) FROM {sql} JOIN hr.employee FOR VERSION AS OF 'month-end' ON {sql}.employee_id = hr.employee.employee_id + 5 OR {sql}.employee_id = 7 AND hr.employee.employee_id = 1"));
        if (last.EndsWith("$files\"", StringComparison.Ordinal)) return;
        string files = $"{sql[..^alone.Length]}\"{alone.Trim('"')}$files\"";
        Assert.Equal(["5"], await warehouse.RowsAsync($"SELECT sum({files}.record_count) FROM {files} FOR VERSION AS OF {warehouse.First} WHERE content = 0"));
    }

    [Theory]
    [InlineData("WITH hr AS (SELECT 1 AS x) SELECT count(*) + max(x) FROM hr.employee, hr", "8")]
    [InlineData("WITH employee AS (SELECT 1 AS x) SELECT count(*) + max(x) FROM hr.employee e, employee", "8")]
    [InlineData("WITH \"a.b\" AS (SELECT 1 AS x) SELECT * FROM \"a.b\"", "1")]
    [InlineData("WITH \"/etc/passwd\" AS (SELECT 1 AS x) SELECT * FROM \"/etc/passwd\"", "1")]
    [InlineData("WITH x AS (FROM hr.employee), y AS MATERIALIZED (FROM x) SELECT count(*) FROM y", "7")]
    [InlineData("WITH größe AS (FROM hr.employee) SELECT count(*) FROM größe", "7")]
    [InlineData("WITH RECURSIVE r(k, n) USING KEY (k) AS (SELECT 1, min(employee_id) FROM hr.employee UNION SELECT k, n + 1 FROM recurring.r WHERE n < 4) SELECT sum(n) FROM r", "4")]
    [InlineData("WITH RECURSIVE \"größe\"(k, n) USING KEY (k) AS (SELECT 1, 1 UNION (SELECT k, n + (SELECT count(*) FROM Recurring.GRößE) FROM recurring.größe WHERE n < 4)) SELECT sum(n) FROM größe", "4")]
    [InlineData("WITH RECURSIVE r(n) AS (SELECT min(employee_id) FROM hr.employee UNION ALL SELECT n + 1 FROM r WHERE n < 4) SELECT sum(n) FROM r", "10")]
    [InlineData("SELECT (WITH x AS (SELECT count(*) AS n FROM hr.employee) SELECT n FROM x)", "7")]
    [InlineData("SELECT count(*) FROM hr.employee WHERE EXISTS (SELECT 1 FROM hr.employee FOR VERSION AS OF 'month-end' m WHERE m.employee_id = hr.employee.employee_id)", "5")]
    [InlineData("SELECT count(*) FROM hr.employee WHERE hr.employee.employee_id IN (SELECT hr.employee.employee_id FROM hr.employee FOR VERSION AS OF 'month-end')", "5")]
    [InlineData("SELECT count(*) FROM hr.employee a FULL JOIN hr.employee FOR VERSION AS OF 'month-end' b USING (employee_id) WHERE b.employee_id IS NULL", "2")]
    [InlineData("SELECT count(*) FROM hr.employee AS a ANTI JOIN hr.employee FOR VERSION AS OF 'month-end' AS b USING (employee_id)", "2")]
    [InlineData("SELECT count(*) FROM hr.employee LEFT JOIN hr.raw_deltas ON hr.employee.employee_id = hr.raw_deltas.employee_id AND hr.raw_deltas.forename = 'Lexie'", "8")]
    [InlineData("SELECT count(*) FROM hr.employee, LATERAL (SELECT hr.employee.employee_id AS i) x WHERE i > 3", "4")]
    [InlineData("FROM hr.employee FOR VERSION AS OF 'month-end' SELECT count(*)", "5")]
    [InlineData("SELECT count(*) FROM (FROM hr.employee)", "7")]
    [InlineData("SELECT count(*) FROM (TABLE hr.employee)", "7")]
    [InlineData("SELECT count(*) FROM (VALUES (1), ((SELECT count(*) FROM hr.employee)))", "2")]
    [InlineData("SELECT count(*) FROM (SELECT employee_id FROM hr.employee EXCEPT SELECT employee_id FROM hr.employee FOR VERSION AS OF 'month-end')", "2")]
    [InlineData("SELECT employee_id FROM hr.employee QUALIFY row_number() OVER (PARTITION BY department_id ORDER BY hr.employee.employee_id DESC) = 1 AND department_id = 1", "7")]
    [InlineData("SELECT * EXCLUDE (sex, forename, surname, manager_id, record_created, record_last_updated) REPLACE (hr.employee.department_id + 1 AS department_id) FROM hr.employee WHERE hr.employee.employee_id = 1", "1|2")]
    [InlineData("SELECT department_id, count(*) FROM hr.employee GROUP BY ALL ORDER BY ALL LIMIT 1", "1|6")]
    [InlineData("SELECT \"1\" FROM (PIVOT hr.employee ON department_id IN (1, 2) USING count(*) GROUP BY manager_id) WHERE manager_id = 17", "6")]
    [InlineData("PIVOT hr.employee ON department_id IN (1, 2) USING count(surname) GROUP BY manager_id ORDER BY manager_id LIMIT 1", "17|6|0")]
    [InlineData("SELECT count(*) FROM (UNPIVOT hr.employee ON forename, surname INTO NAME n VALUE v)", "14")]
    [InlineData("WITH u AS (UNPIVOT (SELECT forename, surname FROM hr.employee) ON forename, surname) SELECT count(*) FROM u", "14")]
    [InlineData("SELECT column_name FROM (DESCRIBE hr.employee) LIMIT 1", "employee_id")]
    [InlineData("SELECT column_name, approx_unique > 0 FROM (SUMMARIZE hr.employee) WHERE column_name = 'surname'", "surname|true")]
    [InlineData("SELECT len(list(employee)) FROM hr.employee", "7")]
    [InlineData("SELECT [x * 2 for x in list(hr.employee.employee_id ORDER BY hr.employee.employee_id)][7] FROM hr.employee", "14")]
    [InlineData("SELECT 'é€😀' || hr.employee.forename FROM hr.employee WHERE hr.employee.employee_id = 1 -- é", "é€😀Dexter")]
    [InlineData("SELECT\u00A0'\u3000',\u3000hr.employee.forename FROM\u00A0hr.employee WHERE hr.employee.employee_id = 1", "\u3000|Dexter")]
    [InlineData("SELECT count(*) FROM hr.employee AS e(id, s) WHERE e.id > 3 AND s = 'M'", "1")]
    [InlineData("SELECT count(*) FROM hr.employee FOR VERSION AS OF 'month-end' AS e(id, s) WHERE e.id > 0 AND s = 'M'", "2")]
    [InlineData("SELECT count(*) FROM hr.employee TABLESAMPLE 100%", "7")]
    [InlineData("SELECT count(*) FROM hr.employee TABLESAMPLE reservoir(3 ROWS)", "3")]
    [InlineData("SELECT count(*) FROM (hr.employee JOIN hr.employee AS m ON m.employee_id = hr.employee.employee_id)", "7")]
    [InlineData("SELECT CASE WHEN hr.employee.employee_id = 1 THEN hr.employee.forename END FROM hr.employee ORDER BY hr.employee.employee_id LIMIT 1", "Dexter")]
    [InlineData("SELECT DISTINCT ON (department_id) department_id FROM hr.employee ORDER BY 1 LIMIT 1", "1")]
    [InlineData("SELECT count(*) FROM (SELECT 1 FROM hr.employee GROUP BY GROUPING SETS ((sex), (hr.employee.department_id), ()))", "5")]
    [InlineData("SELECT count(*) FROM (SELECT 1 FROM hr.employee GROUP BY CUBE (sex, department_id))", "8")]
    [InlineData("SELECT sum(n) FROM (SELECT count(*) OVER w AS n FROM hr.employee WINDOW w AS (PARTITION BY hr.employee.sex))", "25")]
    [InlineData("SELECT count(*) FROM hr.employee POSITIONAL JOIN hr.employee FOR VERSION AS OF 'month-end' m", "7")]
    [InlineData("SELECT count(*) FROM hr.employee ASOF JOIN hr.raw_deltas r ON hr.employee.employee_id >= r.employee_id", "7")]
    [InlineData("SELECT count(*) FROM hr.employee SEMI JOIN hr.employee FOR VERSION AS OF 'month-end' USING (employee_id)", "5")]
    [InlineData("SELECT count(*) FROM (SELECT employee_id FROM hr.employee UNION ALL BY NAME SELECT employee_id FROM hr.raw_deltas)", "15")]
    [InlineData("SELECT count(*) FROM (SELECT employee_id FROM hr.employee INTERSECT ALL SELECT employee_id FROM hr.raw_deltas)", "7")]
    [InlineData("SELECT count(*) FILTER (hr.employee.sex = 'F'), quantile_cont(employee_id, 0.5), string_agg(forename, ',' ORDER BY hr.employee.forename DESC)[1:3] FROM hr.employee", "4|4|Sum")]
    [InlineData("SELECT max(COLUMNS('.*name')) FROM hr.employee", "Summer|Roberts")]
    [InlineData("SELECT list_transform([hr.employee.employee_id], lambda x: x + hr.employee.employee_id)[1] FROM hr.employee WHERE hr.employee.employee_id >= ALL (SELECT employee_id FROM hr.employee)", "14")]
    [InlineData("SELECT e.s.a FROM (SELECT {'a': hr.employee.employee_id} AS s FROM hr.employee) e ORDER BY ALL LIMIT 1 OFFSET 1", "2")]
    [InlineData("SELECT count(*) FROM hr.employee USING SAMPLE 100%", "7")]
    [InlineData("SELECT try(cast(forename AS INTEGER)) IS NULL AND TRY_CAST(surname AS INTEGER) IS NULL, forename COLLATE NOCASE.NOACCENT = 'DEXTER' FROM hr.employee WHERE forename SIMILAR TO 'D.*'", "true|true")]
    [InlineData("SELECT unnest([hr.employee.employee_id, 0]) AS i FROM hr.employee ORDER BY i DESC LIMIT 1", "7")]
    [InlineData("SELECT sum(i) FROM hr.employee, unnest([hr.employee.employee_id]) u(i)", "28")]
    [InlineData("SELECT sum(i) FROM hr.employee, range(hr.employee.employee_id) r(i)", "56")]
    [InlineData("SELECT CAST(hr.employee.employee_id AS VARCHAR)::JSON::VARCHAR, 1e3::INT, 1_000 FROM hr.employee WHERE employee_id = 3", "3|1000|1000")]
    public async Task Queries_OfAllShapes(string sql, string row) => Assert.Equal([row], await warehouse.RowsAsync(sql));

    [Fact]
    public async Task Columns_ThatDifferInCaseOnlyHaveNumbers()
    {
        await warehouse.CreateAsync("hr.cases", "user_id int, uSeR_Id int, user_id_2 string");

        Assert.Equal(["user_id", "uSeR_Id_2", "user_id_2_2"], await warehouse.RowsAsync("SELECT column_name FROM (DESCRIBE hr.cases)"));
        Assert.Equal(["0"], await warehouse.RowsAsync("SELECT count(hr.cases.user_ID_2) FROM hr.cases"));
    }

    [Fact]
    public async Task Explain_AndStatementsThatDescribe()
    {
        Assert.Contains("AGGREGATE", (await warehouse.RowsAsync("EXPLAIN SELECT max(surname) FROM hr.employee"))[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Total Time", (await warehouse.RowsAsync("explain analyze SELECT count(*) FROM hr.employee FOR VERSION AS OF 'month-end';"))[0], StringComparison.Ordinal);
        Assert.StartsWith("employee_id|INTEGER", (await warehouse.RowsAsync("DESCRIBE hr.employee"))[0], StringComparison.Ordinal);
        Assert.StartsWith("n|BIGINT", (await warehouse.RowsAsync("DESCRIBE SELECT count(*) AS n FROM hr.employee"))[0], StringComparison.Ordinal);
        Assert.Equal(8, (await warehouse.RowsAsync("SUMMARIZE hr.employee")).Count);
        Assert.Equal(14, (await warehouse.RowsAsync("UNPIVOT hr.employee ON forename, surname")).Count);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(3000)]
    [InlineData(100000)]
    public async Task DeepQueries_RunOrAreRefused(int depth)
    {
        string sum = string.Concat(Enumerable.Repeat("1 + (", depth)) + "1" + new string(')', depth), select = string.Concat(Enumerable.Repeat("SELECT * FROM (", depth)) + "SELECT 1" + new string(')', depth);
        foreach (string sql in new[] { $"SELECT {sum}", $"SELECT 1{string.Concat(Enumerable.Repeat(" + 1", depth))} FROM hr.employee LIMIT 1", $"SELECT count(*) FROM hr.employee FOR VERSION AS OF {sum}", select })
        {
            Exception? error = await Record.ExceptionAsync(() => warehouse.RowsAsync(sql));
            if (error is not null) Assert.IsType<IcebergException>(error);
            else Assert.True(depth < 1000);
        }
        Assert.Equal(["1"], await warehouse.RowsAsync($"SELECT count(*) FROM hr.employee WHERE employee_id IN ({string.Join(", ", Enumerable.Range(1000, depth))}) OR {string.Join(" OR ", Enumerable.Range(1, Math.Min(depth, 2000)).Select(i => $"employee_id = -{i}"))} OR employee_id = 1"));
    }

    [Theory]
    [InlineData("SELECT * FROM employee", "hr.employee")]
    [InlineData("SELECT * FROM hr.employe", "hr.employee")]
    [InlineData("SELECT * FROM hrr.employee", "hr.employee")]
    [InlineData("SELECT * FROM hr.\"employe$files\"", "hr.employee")]
    [InlineData("SELECT hr.employee.surnam FROM hr.employee", "surname")]
    [InlineData("SELECT e.surnam FROM hr.employee e", "surname")]
    [InlineData("SELECT surnam FROM hr.employee FOR VERSION AS OF 'month-end'", "surname")]
    [InlineData("PIVOT hr.employee ON department_id", "IN (1, 2)")]
    [InlineData("WITH e AS (FROM hr.employee) PIVOT e ON department_id USING count(*)", "IN (1, 2)")]
    [InlineData("SELECT hr.employee.surname FROM hr.employee JOIN hr.employee FOR VERSION AS OF 'month-end' USING (employee_id)", "alias")]
    [InlineData("SELECT * FROM hr.employee e FOR VERSION AS OF 'month-end'", "before its alias")]
    [InlineData("WITH e AS (SELECT 1) SELECT * FROM e FOR VERSION AS OF 1", "Only tables of the catalog have versions")]
    [InlineData("SELECT * FROM hr.\"employee$history\" FOR VERSION AS OF 'main'", "no versions")]
    [InlineData("SHOW TABLES", "Get-IcebergTable")]
    [InlineData("DESCRIBE", "Get-IcebergTable")]
    [InlineData("EXPLAIN", "must stand a query")]
    [InlineData("SELECT 1 FROM\n  WHERE", "line 2")]
    public async Task Errors_SayWhatToDo(string sql, string advice) => Assert.Contains(advice, (await warehouse.ErrorAsync(sql)).Message, StringComparison.Ordinal);
}
