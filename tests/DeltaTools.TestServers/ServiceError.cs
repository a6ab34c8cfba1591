namespace DeltaTools.TestServers;

/// <summary>An error as a service reports it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Such as <c>NoSuchKey</c> or <c>EntityNotFoundException</c>.</param>
public sealed record ServiceError(int Status, string Code, string Message)
{
    /// <summary>More elements that the service adds to this error.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();
}

/// <summary>Ends a request with an error.</summary>
public sealed class ServiceErrorException(ServiceError error) : Exception(error.Message)
{
    public ServiceErrorException(int status, string code, string message) : this(new ServiceError(status, code, message))
    {
    }

    public ServiceError Error { get; } = error;
}
