using System.Text;

namespace DeltaTools.Core.Storage;

/// <summary>Between the location of a local file and the path that the operating system takes.</summary>
/// <remarks>
/// Writers spell the same file as <c>/a/b</c>, <c>file:/a/b</c>, <c>file:///a/b</c> and <c>file://localhost/a/b</c>; on Windows also as
/// <c>C:\a\b</c>, <c>file:///C:/a/b</c>, <c>file:/c:/a/b</c>, <c>file://C:/a/b</c>, <c>\\server\share\a</c> and <c>file://server/share/a</c>.
/// Nothing is percent-decoded: <c>%20</c>, <c>#</c> and <c>?</c> are letters of a name like any other. The rules of Windows are a
/// parameter, so that they are tested everywhere.
/// </remarks>
internal static class LocalPath
{
    /// <summary>The one spelling: <c>file:///a/b</c>, <c>file:///C:/a/b</c> or <c>file://server/share/a</c>; a final slash stays.</summary>
    /// <param name="currentDirectory">What relative paths start from.</param>
    public static string Resolve(string location, bool windows, string currentDirectory)
    {
        if (IsResolved(location, windows)) return location;
        string path = StripScheme(location, windows);
        if (!IsRooted(path, windows)) path = $"{StripScheme(currentDirectory, windows)}/{path}";
        string root = RootOf(path, windows);
        return "file://" + (root.StartsWith("//", StringComparison.Ordinal) ? root[2..] : "/" + root.TrimStart('/'))
            + Segments(path[root.Length..]);
    }

    /// <summary>The path of a location that <see cref="Resolve"/> has spelled.</summary>
    public static string PathOf(string resolved, bool windows)
    {
        string path = resolved["file://".Length..];
        if (!windows) return path;
        path = path[0] == '/' ? path[1..] : "//" + path;
        return path.Replace('/', '\\');
    }

    /// <summary>Whether the location certainly has the one spelling. Planning asks for every file of a table, nearly all have it.</summary>
    private static bool IsResolved(string location, bool windows)
    {
        if (!location.StartsWith("file:///", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> path = location.AsSpan("file://".Length);
        if (path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal)) return false;
        return !windows || (path.Length > 3 && char.IsAsciiLetterUpper(path[1]) && path[2] == ':' && path[3] == '/' && !path.Contains('\\'));
    }

    /// <summary>Slashes forward on Windows, and no <c>file:</c> before the path. A server's name keeps two slashes before it.</summary>
    private static string StripScheme(string location, bool windows)
    {
        if (!location.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) return Slashes(location, windows);
        string rest = Slashes(location["file:".Length..], windows);
        if (!rest.StartsWith("//", StringComparison.Ordinal)) return DriveFirst(rest, windows);
        string afterHost = rest[2..];
        if (afterHost.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase)) afterHost = afterHost["localhost".Length..];
        if (!windows) return "/" + afterHost.TrimStart('/');
        // file:///C:/a and file:////server/share/a have an empty host; file://C:/a has the drive where the host should be.
        if (HasDrive(afterHost)) return afterHost;
        return afterHost.StartsWith('/') ? DriveFirst(afterHost, windows) : rest;
    }

    private static string Slashes(string path, bool windows) => windows ? path.Replace('\\', '/') : path;

    private static string DriveFirst(string path, bool windows) => windows && HasDrive(path.TrimStart('/')) ? path.TrimStart('/') : path;

    private static bool HasDrive(string path) => path.Length >= 2 && char.IsAsciiLetter(path[0]) && path[1] == ':';

    private static bool IsRooted(string path, bool windows) => path.StartsWith('/') || (windows && HasDrive(path));

    /// <summary><c>/</c>, <c>C:/</c> (drive in upper case) or <c>//server</c>.</summary>
    private static string RootOf(string path, bool windows)
    {
        if (!windows) return "/";
        if (HasDrive(path)) return char.ToUpperInvariant(path[0]) + path[1..Math.Min(3, path.Length)];
        if (!path.StartsWith("//", StringComparison.Ordinal)) return "/";
        int end = path.IndexOf('/', 2);
        return end < 0 ? path : path[..end] + "/";
    }

    /// <summary>The parts joined by single slashes, without <c>.</c> and <c>..</c>.</summary>
    private static string Segments(string path)
    {
        List<string> kept = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            }
            else if (part != ".") kept.Add(part);
        }
        var text = new StringBuilder().AppendJoin('/', kept);
        if (kept.Count > 0 && path.EndsWith('/')) text.Append('/');
        return text.ToString();
    }
}
