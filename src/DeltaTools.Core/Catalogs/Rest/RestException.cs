namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>A request that the catalog did not answer, or answered with an error; <see cref="RestErrors"/> tells people of it.</summary>
/// <param name="status">HTTP status; 0 when there was no answer.</param>
/// <param name="type">The error's type in the answer, such as <c>NoSuchTableException</c>; else empty.</param>
/// <param name="message">What the catalog said, without secrets.</param>
internal sealed class RestException(int status, string type, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    /// <summary>How long the catalog asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The catalog's time.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Whether this attempt may have been carried out although it failed.</summary>
    public bool IsAmbiguous => Status is 0 or >= 500 and not 501;

    /// <summary>Whether any attempt of this call may have been carried out.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>Whether another attempt may succeed.</summary>
    public bool IsTransient => Status is 0 or 408 or 429 or 500 or 502 or 503 or 504;

    public bool IsTimeout => InnerException is TimeoutException || Status is 408 or 504;
}
