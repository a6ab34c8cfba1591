using System.Globalization;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>What may stand behind <c>FOR VERSION AS OF</c> and <c>FOR TIMESTAMP AS OF</c>.</summary>
public sealed class TimeTravelTests(QueryWarehouse warehouse) : IClassFixture<QueryWarehouse>
{
    private string Time => warehouse.FirstTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("FOR VERSION AS OF {0}")]
    [InlineData("FOR VERSION AS OF ({0})")]
    [InlineData("FOR VERSION AS OF {0} + 1 - 1")]
    [InlineData("FOR VERSION AS OF CAST('{0}' AS BIGINT)")]
    [InlineData("FOR VERSION AS OF '{0}'")]
    [InlineData("FOR VERSION AS OF 'month-end'")]
    [InlineData("FOR VERSION AS OF E'month\\x2dend'")]
    [InlineData("FOR VERSION AS OF $a1$month-end$a1$")]
    [InlineData("FOR VERSION AS OF 'month' || '-' || 'end'")]
    [InlineData("FOR VERSION AS OF CASE WHEN true THEN 'month-end' ELSE 'main' END")]
    [InlineData("for system_version as of concat_ws('-', 'month', 'end')")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{1} UTC'")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{1}'")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMPTZ '{1}+00:00'")]
    [InlineData("FOR TIMESTAMP AS OF '{1}'")]
    [InlineData("FOR SYSTEM_TIME AS OF (TIMESTAMP '{1} UTC')")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{1} UTC' + interval '1' millisecond - interval 1 millisecond")]
    [InlineData("FOR TIMESTAMP AS OF CAST('{1}' AS TIMESTAMP)")]
    [InlineData("FOR TIMESTAMP AS OF '{1}'::TIMESTAMPTZ")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{1}' AT TIME ZONE 'UTC'")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{2} Asia/Tokyo'")]
    [InlineData("FOR TIMESTAMP AS OF '{2} Asia/Tokyo'")]
    [InlineData("FOR TIMESTAMP AS OF TIMESTAMP '{2}' AT TIME ZONE 'Asia/Tokyo'")]
    public async Task Expressions_AreWorkedOut(string clause)
    {
        string tokyo = warehouse.FirstTime.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        clause = string.Format(CultureInfo.InvariantCulture, clause, warehouse.First, Time, tokyo);

        Assert.Equal(["5"], await warehouse.RowsAsync($"SELECT count(*) FROM hr.employee {clause}"));
        Assert.Equal(["5|7"], await warehouse.RowsAsync($"SELECT count(e.employee_id), max(n) FROM hr.employee {clause} e, (SELECT count(*) AS n FROM hr.employee) WHERE e.employee_id < 10"));
        Assert.Equal(["7"], await warehouse.RowsAsync($"SELECT count(*) FROM hr.employee LEFT JOIN hr.employee {clause} AS before USING (employee_id)"));
        Assert.Equal(["5"], await warehouse.RowsAsync($"FROM (SELECT hr.employee.surname FROM hr.employee {clause}) SELECT count(*)"));
        Assert.Equal(["Dexter"], await warehouse.RowsAsync($"SELECT forename FROM hr.employee {clause}\nORDER BY employee_id LIMIT 1; -- done"));
    }

    [Theory]
    [InlineData("hr.employee AT (VERSION => {0})")]
    [InlineData("hr.employee AS e AT (VERSION => 'month-end')")]
    [InlineData("hr.employee e(id, s) AT (VERSION => lower('MONTH-END'))")]
    [InlineData("hr.employee at (timestamp => TIMESTAMP '{1}')")]
    [InlineData("\"hr\".\"employee\" AT (TIMESTAMP => ('{1} UTC'))")]
    public async Task ClauseOfTheEngine_WorksToo(string table) =>
        Assert.Equal(["5"], await warehouse.RowsAsync($"SELECT count(*) FROM {string.Format(CultureInfo.InvariantCulture, table, warehouse.First, Time)}"));

    [Theory]
    [InlineData("current_timestamp")]
    [InlineData("now() + interval 1 day")]
    [InlineData("current_date + 2")]
    [InlineData("DATE '2999-01-01'")]
    [InlineData("make_timestamp(2999, 1, 1, 0, 0, 0)")]
    public async Task Times_OfToday(string time) => Assert.Equal(["7"], await warehouse.RowsAsync($"SELECT count(*) FROM hr.employee FOR TIMESTAMP AS OF {time}"));

    [Fact]
    public async Task Parameters_OfEveryType()
    {
        foreach (object version in new object[] { warehouse.First, (decimal)warehouse.First, warehouse.First.ToString(CultureInfo.InvariantCulture), "month-end" })
            Assert.Equal(["5"], await warehouse.RowsAsync("SELECT count(*) FROM hr.employee FOR VERSION AS OF ?", version));
        DateTimeOffset time = warehouse.FirstTime;
        foreach (object when in new object[] { time, time.ToOffset(TimeSpan.FromHours(-5)), time.UtcDateTime, time.LocalDateTime, DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified), Time, Time + " UTC" })
        {
            Assert.Equal(["5|5"], await warehouse.RowsAsync("SELECT count(*), ? FROM hr.employee FOR TIMESTAMP AS OF ?", 5, when));
            Assert.Equal(["5|5"], await warehouse.RowsAsync("SELECT (SELECT count(*) FROM hr.employee AT (TIMESTAMP => ?)), count(*) FROM hr.employee FOR TIMESTAMP AS OF (?) AS e", when, when));
        }
        Assert.Equal(["5|7"], await warehouse.RowsAsync("SELECT (SELECT count(*) FROM hr.employee FOR VERSION AS OF $2), (SELECT count(*) FROM hr.employee FOR VERSION AS OF $1)", "main", "month-end"));
    }

    [Fact]
    public async Task MetadataTables_OfASnapshot()
    {
        foreach (string kind in new[] { "files", "partitions", "manifests" })
        {
            List<string> now = await warehouse.RowsAsync($"SELECT * FROM hr.\"employee${kind}\""), before = await warehouse.RowsAsync($"SELECT * FROM hr.\"employee${kind}\" FOR VERSION AS OF {warehouse.First}");
            Assert.NotEmpty(before);
            Assert.NotEqual(now, before);
        }
        Assert.Equal(["5|7"], await warehouse.RowsAsync(
            $"SELECT (SELECT sum(record_count) FROM hr.\"employee$files\" FOR TIMESTAMP AS OF '{Time}' WHERE content = 0), (SELECT sum(hr.\"employee$partitions\".record_count) FROM hr.\"employee$partitions\")"));
    }

    [Theory]
    [InlineData("FOR VERSION AS OF", "the id of a snapshot")]
    [InlineData("FOR TIMESTAMP AS OF", "TIMESTAMP '2023-06-08 16:26:05 UTC'")]
    [InlineData("FOR VERSION AS OF WHERE true", "the id of a snapshot")]
    [InlineData("FOR VERSION AS OF NULL", "NULL")]
    [InlineData("FOR VERSION AS OF 1.5", "whole number")]
    [InlineData("FOR TIMESTAMP AS OF 'yesterday'", "yesterday")]
    [InlineData("FOR TIMESTAMP AS OF 'infinity'::TIMESTAMP", "infinite")]
    [InlineData("FOR TIMESTAMP AS OF 5", "without columns or tables")]
    [InlineData("FOR TIMESTAMP AS OF record_created", "without columns or tables")]
    [InlineData("FOR TIMESTAMP AS OF (SELECT max(made_current_at) FROM hr.\"employee$history\")", "no constant expression")]
    [InlineData("FOR VERSION AS OF (SELECT 'main')", "no constant expression")]
    [InlineData("FOR VERSION AS OF current_setting('threads')", "beyond the catalog's tables. Write the id of a snapshot")]
    [InlineData("AT (VERSION => (SELECT 'main'))", "no constant expression")]
    [InlineData("FOR VERSION AS OF 'main' AT (VERSION => 'main')", "Write one of them")]
    [InlineData("FOR VERSION AS OF 'nowhere'", "nowhere")]
    [InlineData("FOR VERSION AS OF 17", "no snapshot 17")]
    [InlineData("FOR TIMESTAMP AS OF DATE '2000-01-01'", "no snapshot at 2000-01-01")]
    public async Task Errors_SayWhatToWrite(string clause, string advice) =>
        Assert.Contains(advice, (await warehouse.ErrorAsync($"SELECT count(*) FROM hr.employee {clause}")).Message, StringComparison.Ordinal);
}
