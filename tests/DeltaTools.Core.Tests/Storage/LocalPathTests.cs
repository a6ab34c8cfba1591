using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Storage;

public class LocalPathTests
{
    [Theory]
    [InlineData("/a/b", "file:///a/b", "/a/b")]
    [InlineData("file:/a/b", "file:///a/b", "/a/b")]
    [InlineData("file:///a/b", "file:///a/b", "/a/b")]
    [InlineData("file://localhost/a/b", "file:///a/b", "/a/b")]
    [InlineData("file:////a//b", "file:///a/b", "/a/b")]
    [InlineData("/a/./x/../b/", "file:///a/b/", "/a/b/")]
    [InlineData("/../a", "file:///a", "/a")]
    [InlineData("a/b", "file:///home/me/a/b", "/home/me/a/b")]
    [InlineData("./t/", "file:///home/me/t/", "/home/me/t/")]
    [InlineData("/a%20b/c#d?e=1 f", "file:///a%20b/c#d?e=1 f", "/a%20b/c#d?e=1 f")]
    [InlineData("/a\\b", "file:///a\\b", "/a\\b")]
    [InlineData("/", "file:///", "/")]
    public void Resolve_GivesOneSpellingOnUnix(string location, string resolved, string path)
    {
        Assert.Equal(resolved, LocalPath.Resolve(location, windows: false, "/home/me"));
        Assert.Equal(path, LocalPath.PathOf(resolved, windows: false));
        Assert.Equal(resolved, LocalPath.Resolve(resolved, windows: false, "/home/me"));
    }

    [Theory]
    [InlineData(@"C:\a\b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData("c:/a/b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData("file:///C:/a/b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData("file:/c:/a/b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData("file://C:/a/b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData(@"file:C:\a\b", "file:///C:/a/b", @"C:\a\b")]
    [InlineData(@"\\server\share\a", "file://server/share/a", @"\\server\share\a")]
    [InlineData("file://server/share/a", "file://server/share/a", @"\\server\share\a")]
    [InlineData("file:////server/share/a", "file://server/share/a", @"\\server\share\a")]
    [InlineData(@"t\x", "file:///D:/jobs/t/x", @"D:\jobs\t\x")]
    [InlineData(@".\t\", "file:///D:/jobs/t/", @"D:\jobs\t\")]
    public void Resolve_GivesOneSpellingOnWindows(string location, string resolved, string path)
    {
        Assert.Equal(resolved, LocalPath.Resolve(location, windows: true, @"D:\jobs"));
        Assert.Equal(path, LocalPath.PathOf(resolved, windows: true));
        Assert.Equal(resolved, LocalPath.Resolve(resolved, windows: true, @"D:\jobs"));
    }
}
