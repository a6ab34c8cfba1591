using DeltaTools.Core.Embedded.Query;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class QueryTextTests
{
    [Theory]
    [InlineData("SELECT 'a?', \"b?\", E'it\\'s ?', e'\\\\', x'00' -- ?\n/* ? /* ? */ ? */ , $$?$$, $a1$ ? $ ? $a1$, $é$?$é$, größe$1, a$b FROM t", 0)]
    [InlineData("SELECT ?, '''?', \"\"\"?\", ?", 2)]
    [InlineData("SELECT E'\\\\' = ?, 'x\\' = ?", 2)]
    [InlineData("SELECT '?", 0)]
    [InlineData("SELECT /* ?", 0)]
    [InlineData("SELECT $a$ ?", 0)]
    public void Scan_FindsParametersOutsideOfTextsAndComments(string sql, int count) =>
        Assert.Equal(count, QueryToken.Scan(sql).Count(t => t.Kind == QueryTokenKind.Parameter));

    [Fact]
    public void Scan_CutsAsTheEngineDoes() => Assert.Equal(
        ["SELECT", "\"a \"\"b\"", ".", "größe", ",", "$a1$x$a1$", ",", "E'\\''", ",", "1_000.5e3", "=", ">", "$1", "FROM", "ab$c", "😀"],
        QueryToken.Scan("SELECT \"a \"\"b\".größe,$a1$x$a1$,E'\\'',1_000.5e3=>$1\u00A0FROM/*a/*b*/c*/ab$c\u3000😀--end").Select(t => t.ToString()));

    [Theory]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("  SELECT 1 ; ; -- done", "SELECT 1")]
    [InlineData("-- first\nSELECT ';' /* ; */;", "SELECT ';'")]
    [InlineData("SELECT 1 -- ; SELECT 2", "SELECT 1")]
    public void Of_TakesTheOneQuery(string text, string sql) => Assert.Equal(sql, QueryText.Of(text, []).Sql);

    [Theory]
    [InlineData("", "There is no query")]
    [InlineData(" \n\t", "There is no query")]
    [InlineData("-- SELECT 1", "There is no query")]
    [InlineData("/* SELECT 1 */ ;", "There is no query")]
    [InlineData("SELECT 1; SELECT 2", "One query at a time")]
    [InlineData("SELECT ?", "1 question marks")]
    [InlineData("SELECT $2", "up to $2")]
    [InlineData("SELECT $name", "$name")]
    [InlineData("SELECT ?, $1", "both")]
    public void Of_SaysWhatIsWrong(string text, string advice) =>
        Assert.Contains(advice, Assert.Throws<IcebergException>(() => QueryText.Of(text, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_PutsValuesInPlace()
    {
        Assert.Equal("SELECT  'a?' ,  (2)::BIGINT", QueryText.Of("SELECT ?, ?;", ["a?", 2]).Sql.TrimEnd());
        Assert.Equal("SELECT  'b' || 'a' || 'b'", QueryText.Of("SELECT $2||$1||$2", ["a", "b"]).Sql.TrimEnd());
    }
}
