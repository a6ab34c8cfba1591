using System.Globalization;
using CsCheck;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Spec;
using DeltaTools.TestServers.Athena;

namespace DeltaTools.Core.Tests.Athena;

/// <summary>Names and values of any content stay one token of SQL, with the same content.</summary>
public sealed class AthenaSqlTests
{
    private static readonly int s_iterations = int.Parse(Environment.GetEnvironmentVariable("DELTATOOLS_PROPERTY_ITERATIONS") ?? "500", CultureInfo.InvariantCulture);

    private static readonly string[] s_traps =
    [
        "'; DROP TABLE x; --", "\\'", "''", "\"\"", "`", "U&'\\0041'", "$$", "/*", "?", "😀'", "\ud83d\ude00\\",
    ];

    private static readonly Gen<string> s_texts = Gen.OneOf(
        Gen.String,
        Gen.String["'\"`\\;-/*?$ aU&\u0000\n\r\t\u0085äß☃"],
        Gen.Int[0, 10].Select(i => s_traps[i]));

    [Theory]
    [InlineData("select 1", true)]
    [InlineData("-- DELETE FROM t\n /* UPDATE */ ((SELECT 1))", true)]
    [InlineData("WITH t AS (SELECT 1) SELECT * FROM t", true)]
    [InlineData("EXPLAIN SELECT 1", true)]
    [InlineData("SHOW TABLES IN hr", true)]
    [InlineData("/* SELECT */ DELETE FROM t", false)]
    [InlineData("UNLOAD (SELECT 1) TO 's3://b/x' WITH (format = 'PARQUET')", false)]
    [InlineData("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", false)]
    [InlineData("", false)]
    public void OnlyReads_GoesByTheFirstWord(string sql, bool reads) => Assert.Equal(reads, AthenaStatement.OnlyReads(sql));

    [Fact]
    public void Name_IsOneToken() => s_texts.Where(t => t.Length > 0 && !t.Any(char.IsControl)).Sample(text =>
    {
        SqlToken token = Assert.Single(SqlText.Tokens(AthenaSql.Name(text)));
        Assert.Equal((SqlTokenKind.Quoted, text), (token.Kind, token.Text));
    }, iter: s_iterations);

    [Fact]
    public void HiveName_IsOneToken() => s_texts.Where(t => t.Length > 0 && !t.Any(char.IsControl)).Sample(text =>
    {
        SqlToken token = Assert.Single(SqlText.Tokens(AthenaSql.HiveName(text)));
        Assert.Equal((SqlTokenKind.Backticked, text), (token.Kind, token.Text));
    }, iter: s_iterations);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void Name_RefusesWhatCannotBeOne(string name) =>
        Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => AthenaSql.Name(name)).Kind);

    [Fact]
    public void Text_IsOneLiteralWithTheSameContent() => s_texts.Where(t => !HasLoneSurrogate(t)).Sample(text =>
        Assert.Equal(text, Content(AthenaSql.Text(text))), iter: s_iterations);

    [Fact]
    public void Literal_OfEveryTypeIsReadBack() => Gen.Select(Gen.Int, Gen.Long, Gen.Double, Gen.Byte.Array[0, 20]).Sample((i, l, d, b) =>
    {
        Assert.Equal($"CAST({i.ToString(CultureInfo.InvariantCulture)} AS integer)", AthenaSql.Literal(i, IcebergType.Int));
        Assert.Equal($"CAST('{l.ToString(CultureInfo.InvariantCulture)}' AS bigint)", AthenaSql.Literal(l, IcebergType.Long));
        Assert.Equal(d, double.Parse(AthenaSql.Literal(d, IcebergType.Double).Split('\'')[1], CultureInfo.InvariantCulture));
        Assert.Equal(b, Convert.FromHexString(AthenaSql.Literal(b, IcebergType.Binary)[2..^1]));
    }, iter: s_iterations);

    [Theory]
    [InlineData(0L, "TIMESTAMP '1970-01-01 00:00:00.000000'")]
    [InlineData(-1L, "TIMESTAMP '1969-12-31 23:59:59.999999'")]
    [InlineData(1_686_241_585_123_456L, "TIMESTAMP '2023-06-08 16:26:25.123456'")]
    public void Literal_OfATimestamp(long micros, string sql)
    {
        Assert.Equal(sql, AthenaSql.Literal(micros, IcebergType.Timestamp));
        Assert.Equal(sql[..^1] + " UTC'", AthenaSql.Literal(micros, IcebergType.TimestampTz));
    }

    [Fact]
    public void Parameter_OfAnyTextIsOneLiteral() => s_texts.Where(t => !HasLoneSurrogate(t)).Sample(text =>
        Assert.Equal(text, Content(AthenaSql.Parameter(text))), iter: s_iterations);

    [Fact]
    public void HiveText_EscapesWhatHiveDoes() => Assert.Equal("'it\\'s a \\\\ path'", AthenaSql.HiveText("it's a \\ path"));

    [Theory]
    [InlineData("hr", "employee", "hr.employee")]
    [InlineData("2021", "employee", "\"2021\".\"employee\"")]
    [InlineData("hr", "order", "\"hr\".\"order\"")]
    [InlineData("values", "employee", "\"values\".\"employee\"")]
    [InlineData("hr", "order_by", "hr.order_by")]
    public void PlainTable_IsQuotedOnlyWhereItMustBe(string ns, string name, string sql) => Assert.Equal(sql, AthenaSql.PlainTable(new([ns], name)));

    private static bool HasLoneSurrogate(string text) => text.Where((c, i) => char.IsSurrogate(c)
        && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]))).Any();

    /// <summary>What Trino reads from a literal, plain or with Unicode escapes.</summary>
    private static string Content(string literal)
    {
        bool isEscaped = literal.StartsWith("U&", StringComparison.Ordinal);
        List<SqlToken> tokens = SqlText.Tokens(isEscaped ? literal[2..] : literal);
        string inner = Assert.Single(tokens).Text[1..^1];
        Assert.DoesNotContain('\'', inner.Replace("''", "", StringComparison.Ordinal));
        string text = inner.Replace("''", "'", StringComparison.Ordinal);
        return isEscaped ? System.Text.RegularExpressions.Regex.Replace(text, @"\\(\\|[0-9A-F]{4})",
            m => m.Value == "\\\\" ? "\\" : ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString()) : text;
    }
}
