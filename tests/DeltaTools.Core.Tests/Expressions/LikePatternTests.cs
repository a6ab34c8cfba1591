using CsCheck;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Tests.Expressions;

public class LikePatternTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "abd", false)]
    [InlineData("a%", "a", true)]
    [InlineData("a_", "a", false)]
    [InlineData("a_c", "a😀c", true)]
    [InlineData("a__c", "a😀c", false)]
    [InlineData("%b%d", "abcbd", true)]
    [InlineData("%b%d", "abcbde", false)]
    [InlineData(@"100\%", "100%", true)]
    [InlineData(@"100\%", "1000", false)]
    [InlineData(@"a\\b", @"a\b", true)]
    [InlineData("", "", true)]
    [InlineData("%", "", true)]
    [InlineData("_", "", false)]
    public void Matches_FollowsSql(string pattern, string text, bool expected) => Assert.Equal(expected, LikePattern.Matches(pattern, text));

    [Theory]
    [InlineData("a!%b", '!', @"a\%b")]
    [InlineData("a!!b", '!', "a!b")]
    [InlineData(@"a\b", null, @"a\\b")]
    [InlineData("a%%%b", null, "a%b")]
    [InlineData(@"a\%%", '\\', @"a\%%")]
    [InlineData("a!b", '!', null)]
    [InlineData("a!", '!', null)]
    [InlineData("%%", '%', @"\%")]
    public void Normalize_LeavesOneEscape(string pattern, char? escape, string? expected) =>
        Assert.Equal(expected, LikePattern.Normalize(pattern, escape));

    [Fact]
    public void Matches_AgreesWithRegularExpressions()
    {
        Gen<string> text = Gen.Char["ab%_\\"].Array[0, 6].Select(c => new string(c));
        Gen.Select(text, text).Sample((pattern, value) =>
        {
            string normal = LikePattern.Normalize(pattern, null)!;
            string regex = "^" + string.Concat(pattern.Select(c => c == '%' ? "[\\s\\S]*" : c == '_' ? "[\\s\\S]" : System.Text.RegularExpressions.Regex.Escape(c.ToString()))) + "\\z";
            return LikePattern.Matches(normal, value) == System.Text.RegularExpressions.Regex.IsMatch(value, regex)
                && LikePattern.Matches(LikePattern.Quote(value), value);
        }, iter: 20_000);
    }
}
