using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Invoke-IcebergQuery on the embedded engine, as scripts use it.</summary>
public sealed class QueryTests(QueryTests.Lake lake) : IClassFixture<QueryTests.Lake>
{
    /// <summary>The employees job, and its report under more names.</summary>
    public sealed class Lake : IDisposable
    {
        public ModuleSession Session { get; } = new();

        public Lake()
        {
            Session.Invoke($"Connect-IcebergCatalog '{Session.Folder}/warehouse'");
            EmployeesJob.Run(Session);
            Session.Invoke("""
                $global:metadata = (Get-IcebergTable hr.employee).MetadataLocation
                'a.b.t1', 'n1.n2.n3.n4.t1', 'temp.t', 'information_schema.tables' | ForEach-Object { Register-IcebergTable $_ $metadata | Out-Null }
                $global:first = @(Get-IcebergHistory hr.employee)[-1]
                """);
        }

        public void Dispose() => Session.Dispose();
    }

    private ModuleSession Session => lake.Session;

    [Theory]
    [InlineData("a.b.t1")]
    [InlineData("\"a.b\".t1")]
    [InlineData("n1.n2.n3.n4.t1")]
    [InlineData("temp.t")]
    [InlineData("information_schema.tables")]
    public void Namespaces_OfAnyLevelsAndNames(string table)
    {
        string files = table[..(table.LastIndexOf('.') + 1)] + $"\"{table[(table.LastIndexOf('.') + 1)..]}$files\"";

        Assert.Equal("9", One($"SELECT count({table}.surname) AS n FROM {table}"));
        Assert.Equal("5", One($"SELECT count({table}.surname) AS n FROM {table} FOR VERSION AS OF ?", "$first.SnapshotId"));
        Assert.Equal("5", One($"SELECT sum(record_count) AS n FROM {files} FOR VERSION AS OF ? WHERE content = 0", "$first.SnapshotId"));
    }

    [Theory]
    [InlineData("VERSION AS OF ?", "$first.SnapshotId")]
    [InlineData("VERSION AS OF ?", "\"$($first.SnapshotId)\"")]
    [InlineData("VERSION AS OF $1", "$first.SnapshotId")]
    [InlineData("TIMESTAMP AS OF ?", "$first.MadeCurrentAt")]
    [InlineData("TIMESTAMP AS OF ?", "([datetimeoffset] $first.MadeCurrentAt).UtcDateTime")]
    [InlineData("TIMESTAMP AS OF ?", "([datetimeoffset] $first.MadeCurrentAt).LocalDateTime")]
    [InlineData("TIMESTAMP AS OF ?", "([datetimeoffset] $first.MadeCurrentAt).UtcDateTime.ToString('yyyy-MM-dd HH:mm:ss.fff')")]
    [InlineData("TIMESTAMP AS OF ? + INTERVAL 1 DAY - INTERVAL 1 DAY", "$first.MadeCurrentAt")]
    [InlineData("TIMESTAMP AS OF CAST(? AS TIMESTAMP)", "([datetimeoffset] $first.MadeCurrentAt).UtcDateTime.ToString('o')")]
    public void TimeTravel_TakesParametersAndExpressions(string travel, string value)
    {
        Assert.Equal("5", One($"SELECT count(*) AS n FROM hr.employee FOR {travel}", value));
        Assert.Equal("5", One($"SELECT count(hr.employee.surname) AS n FROM hr.employee FOR {travel}", value));
        Assert.Equal("4", One($"FROM hr.employee e JOIN hr.employee FOR {travel} AS before USING (employee_id) SELECT count(before.surname) AS n", value));
    }

    [Theory]
    [InlineData("SELECT count(*) AS n FROM hr.employee FOR TIMESTAMP AS OF current_timestamp", "9")]
    [InlineData("SELECT count(*) AS n FROM hr.employee AT (VERSION => 'main')", "9")]
    [InlineData("PIVOT hr.employee ON department_id IN (1 AS n) USING count(*) GROUP BY manager_id ORDER BY manager_id DESC LIMIT 1", "0")]
    [InlineData("WITH employee AS (SELECT 1 AS n) SELECT sum(n) AS n FROM employee, hr.employee e", "9")]
    [InlineData("WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT count(*) AS n FROM r, hr.employee FOR VERSION AS OF 'main'", "27")]
    [InlineData("SELECT count(*) AS n FROM (UNPIVOT hr.employee ON forename, surname)", "18")]
    public void Queries_OfAllShapes(string sql, string n) => Assert.Equal(n, One(sql));

    [Fact]
    public void Values_AreObjectsOfEveryKind()
    {
        PSObject row = Session.Single("""
            Invoke-IcebergQuery "SELECT row(1, 'b') AS pair, 'x'::ENUM('x') AS e, {'a': {'b': 1}} AS s, 'infinity'::DATE AS d, '01'::BIT AS bits, 1 AS a, 2 AS A"
            """);

        Assert.Equal(new object[] { 1, "b" }, Assert.IsType<object[]>(row.Properties["pair"].Value));
        Assert.Equal(("x", "infinity", "01", 1, 2), (row.Properties["e"].Value, row.Properties["d"].Value, row.Properties["bits"].Value, row.Properties["a"].Value, row.Properties["A_2"].Value));
        Assert.Equal(1, ((PSObject)((PSObject)row.Properties["s"].Value).Properties["a"].Value).Properties["b"].Value);
        Assert.Equal("employee_id", Session.Single("(Invoke-IcebergQuery 'DESCRIBE hr.employee')[0].column_name").ToString());
        Assert.NotEmpty(Session.Show("Invoke-IcebergQuery 'EXPLAIN SELECT * FROM hr.employee'; Invoke-IcebergQuery 'SUMMARIZE hr.employee'"));
    }

    [Fact]
    public void Path_MayHaveAMarkASemicolonAndComments()
    {
        string file = Path.Join(Session.Folder, "query.sql");
        File.WriteAllText(file, "-- people\nSELECT count(*) AS n -- ; ?\nFROM hr.employee;\n-- end /* ;\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("9", Session.Single($"(Invoke-IcebergQuery -Path '{file}').n").ToString());
        File.WriteAllText(file, "\uFEFF-- nothing yet;\n");
        Assert.Contains("There is no query", Session.Error($"Invoke-IcebergQuery -Path '{file}'").Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT * FROM employee", "Did you mean hr.employee")]
    [InlineData("SELECT hr.employee.surnam FROM hr.employee", "surname")]
    [InlineData("SELECT 1; SELECT 2", "One query at a time")]
    [InlineData("SELECT * FROM hr.employee FOR VERSION AS OF getenv('HOME')", "getenv")]
    [InlineData("COPY (SELECT 1) TO '/tmp/x'", "Only SELECT")]
    public void Errors_SayWhatToDo(string sql, string advice) =>
        Assert.Contains(advice, Session.Error($"Invoke-IcebergQuery \"{sql}\"").Exception.Message, StringComparison.Ordinal);

    private string One(string sql, string? value = null) =>
        Session.Single($"(Invoke-IcebergQuery '{sql.Replace("'", "''", StringComparison.Ordinal)}'{(value is null ? "" : $" -Parameter @(, ({value}))")}).n").ToString();
}
