namespace DeltaTools.Core;

/// <summary>The one exception of Core: a kind that the caller can act on, a message that names the thing and what to do.</summary>
/// <param name="kind">What went wrong.</param>
/// <param name="message">For the user: names the file, line, column or key.</param>
/// <param name="inner">The cause, when a library raised it.</param>
public sealed class IcebergException(IcebergErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public IcebergErrorKind Kind { get; } = kind;

    /// <summary>Whether the same call may succeed when repeated as it is.</summary>
    public bool Retryable { get; init; }

    /// <summary>Facts for programs and logs, such as <c>table</c>, <c>path</c>, <c>line</c>, <c>column</c>. Never secrets.</summary>
    public IReadOnlyDictionary<string, string> Context { get; init; } = new Dictionary<string, string>();

    public static IcebergException Corrupt(string message, Exception? inner = null) =>
        new(IcebergErrorKind.Corrupt, message, inner);

    public static IcebergException Unsupported(string message) => new(IcebergErrorKind.Unsupported, message);

    public static IcebergException Invalid(string message, Exception? inner = null) =>
        new(IcebergErrorKind.InvalidArgument, message, inner);
}
