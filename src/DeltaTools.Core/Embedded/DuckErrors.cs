using System.Text.RegularExpressions;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>Turns the engine's errors into <see cref="IcebergException"/>.</summary>
internal static partial class DuckErrors
{
    /// <summary>Context key that holds the engine's own class of the error, such as <c>Conversion</c>.</summary>
    public const string ClassKey = "engineError";

    public static IcebergException Map(DuckDBErrorType type, string message, DuckOptions options)
    {
        string text = CleanUp(message);
        return type switch
        {
            DuckDBErrorType.OutOfMemory => Error(IcebergErrorKind.QueryFailed,
                $"The embedded engine ran out of memory or of space in its spill folder at a limit of {options.EffectiveMemoryLimit >> 20} MB. "
                + $"Give it more with Connect-IcebergCatalog -MemoryLimit, or use fewer -Threads. ({text})", type),
            DuckDBErrorType.Conversion or DuckDBErrorType.OutOfRange => Error(IcebergErrorKind.InvalidArgument, text, type),
            DuckDBErrorType.Io when text.Contains("No files found", StringComparison.Ordinal) =>
                Error(IcebergErrorKind.Corrupt, $"A file of the table is missing: {text}", type),
            DuckDBErrorType.Io or DuckDBErrorType.InvalidInput or DuckDBErrorType.Invalid or DuckDBErrorType.Serialization or DuckDBErrorType.InvalidType
                when IsBrokenFile(text) => Error(IcebergErrorKind.Corrupt, $"A Parquet file cannot be read: {text}", type),
            DuckDBErrorType.Io => Error(IcebergErrorKind.StorageFailed, text, type),
            DuckDBErrorType.Parser or DuckDBErrorType.Syntax or DuckDBErrorType.Binder or DuckDBErrorType.Catalog or DuckDBErrorType.InvalidInput
                or DuckDBErrorType.MismatchType or DuckDBErrorType.Expression or DuckDBErrorType.DivideByZero =>
                Error(IcebergErrorKind.InvalidArgument, text, type),
            DuckDBErrorType.NotImplemented or DuckDBErrorType.MissingExtension or DuckDBErrorType.Autoload =>
                Error(IcebergErrorKind.Unsupported, text, type),
            DuckDBErrorType.Permission => Error(IcebergErrorKind.AccessDenied, text, type),
            _ => Error(IcebergErrorKind.QueryFailed, text, type),
        };
    }

    /// <summary>Whether a broken file may be the cause: the engine has many words for that, and some are those of broken statements.</summary>
    public static bool MayBeOfFile(IcebergException error) =>
        error.Kind is IcebergErrorKind.Corrupt or IcebergErrorKind.InvalidArgument or IcebergErrorKind.StorageFailed
        || (error.Kind == IcebergErrorKind.QueryFailed && error.Context.GetValueOrDefault(ClassKey) != nameof(DuckDBErrorType.OutOfMemory));

    private static IcebergException Error(IcebergErrorKind kind, string message, DuckDBErrorType type) =>
        new(kind, message) { Context = new Dictionary<string, string> { [ClassKey] = type.ToString() } };

    private static bool IsBrokenFile(string text) => BrokenFile().IsMatch(text);

    /// <summary>Drops the engine's class prefix and its picture of the statement: our SQL means nothing to a user.</summary>
    private static string CleanUp(string message)
    {
        int picture = message.IndexOf("\n\nLINE ", StringComparison.Ordinal);
        if (picture >= 0) message = message[..picture];
        Match prefix = ErrorPrefix().Match(message);
        return message[prefix.Length..].Trim();
    }

    [GeneratedRegex(@"^[A-Z][A-Za-z ]{1,30} Error: ")]
    private static partial Regex ErrorPrefix();

    [GeneratedRegex(@"[Mm]agic bytes|[Ff]ooter|[Pp]arquet file|[Tt]hrift|TProtocol|[Pp]age header|[Dd]ecompress|ZSTD|[Ss]nappy|GZIP|Out of buffer|[Ii]nvalid string encoding|[Cc]orrupt|RLE|[Dd]ictionary|DELTA_|[Rr]ow group|[Ss]tring is not valid UTF")]
    private static partial Regex BrokenFile();
}
