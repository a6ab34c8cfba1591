using System.Net;

namespace DeltaTools.Core.Aws;

/// <summary>An attempt that failed: the service said no, or there was no answer.</summary>
/// <param name="code">The service's name of the error, such as <c>EntityNotFoundException</c>; empty when there was no answer.</param>
/// <param name="message">The service's words, free of secrets.</param>
internal sealed class AwsServiceException(string code, string message, HttpStatusCode? status, string? requestId, Exception? inner = null)
    : Exception(message, inner)
{
    public string Code { get; } = code;

    /// <summary>Null when there was no answer.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>What the provider's support asks for.</summary>
    public string? RequestId { get; } = requestId;

    /// <summary>The service's reason code beside the error, where it has one.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether this or an earlier attempt of the call may have been carried out though it looks failed.</summary>
    public bool MayHaveHappened { get; init; }

    public bool IsThrottling => AwsErrorCodes.Throttling.Contains(Code) || Status == HttpStatusCode.TooManyRequests;

    /// <summary>Whether the next attempt may succeed.</summary>
    public bool IsTransient => IsThrottling || Status is null || (int)Status >= 500 || AwsErrorCodes.Transient.Contains(Code);

    /// <summary>Whether the attempt itself may have been carried out: it got no answer, or the service broke while it worked.</summary>
    public bool IsAmbiguous => !IsThrottling && (Status is null ? !NeverSent : (int)Status >= 500 || AwsErrorCodes.Ambiguous.Contains(Code));

    private bool NeverSent => InnerException is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>The failure behind an error, when a service was behind it.</summary>
    public static AwsServiceException? Behind(Exception error) => error as AwsServiceException ?? error.InnerException as AwsServiceException;
}
