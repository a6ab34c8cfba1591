using System.Net;
using Amazon.Runtime;

namespace DeltaTools.Core.Storage.S3;

/// <summary>The errors of S3, of the SDK and of the network in our words.</summary>
/// <remarks>
/// The SDK's exceptions are not carried along: S3 answers wrong signatures and expired tokens with the text that was signed, the session
/// token in it. What is needed to ask the owner of the bucket stands in <see cref="IcebergException.Context"/>.
/// </remarks>
/// <param name="secrets">Texts that no message may show.</param>
internal sealed class S3Errors(Func<IEnumerable<string>> secrets)
{
    /// <param name="action">As IAM names it: <c>s3:GetObject</c>.</param>
    /// <param name="location">What the action was about.</param>
    public IcebergException Of(Exception error, string action, string location)
    {
        if (error is IcebergException known) return known;
        if (error is not AmazonServiceException { StatusCode: not 0 } service) return OfConnection(error, action, location);
        string code = service.ErrorCode ?? "";
        string said = Clean(service.Message);
        return (code, service.StatusCode) switch
        {
            ("NoSuchKey", _) => Missing(location),
            ("NoSuchBucket", _) => Make(IcebergErrorKind.StorageFailed, $"Bucket {S3Location.Parse(location).Bucket} does not exist."),
            ("ExpiredToken" or "ExpiredTokenException" or "RequestExpired", _) => Make(
                IcebergErrorKind.AccessDenied, $"The AWS credentials have expired ({action} on {location}). Sign in again, or renew the session token."),
            ("InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "InvalidSecurity", _) => Make(
                IcebergErrorKind.AccessDenied, $"The AWS credentials are not valid ({code}; {action} on {location}). Check access key, secret key and session token."),
            ("RequestTimeTooSkewed", _) => Make(
                IcebergErrorKind.AccessDenied, $"The clock of this machine is too far from that of S3 ({action} on {location}). Set the clock."),
            ("AuthorizationHeaderMalformed" or "PermanentRedirect" or "TemporaryRedirect" or "IllegalLocationConstraintException", _)
                or (_, HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect) => Make(
                IcebergErrorKind.InvalidArgument, $"Bucket {S3Location.Parse(location).Bucket} is in another region, or at another address. Name it with -Region. ({said})"),
            ("RequestTimeout" or "RequestTimeoutException", _) or (_, HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout) =>
                Make(IcebergErrorKind.Timeout, $"S3 gave no answer in time to {action} on {location}.", retryable: true),
            ("SlowDown" or "ServiceUnavailable" or "Throttling" or "ThrottlingException" or "TooManyRequests" or "RequestLimitExceeded" or "BandwidthLimitExceeded", _)
                or (_, HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) => Make(
                IcebergErrorKind.Throttled, $"S3 asks for fewer requests, and still did after all attempts at {action} on {location}.", retryable: true),
            (_, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) or ("AccessDenied", _) => Denied(),
            (_, >= HttpStatusCode.InternalServerError) => Make(
                IcebergErrorKind.StorageFailed, $"S3 failed at {action} on {location} ({(int)service.StatusCode} {code}: {said}).", retryable: true),
            _ => Make(IcebergErrorKind.StorageFailed, $"S3 refused {action} on {location} ({(int)service.StatusCode} {code}: {said})."),
        };

        IcebergException Denied()
        {
            // To those who may not list a bucket, S3 calls an object that does not exist forbidden.
            string hint = action == "s3:GetObject" ? " If the file does not exist, only s3:ListBucket lets S3 say so." : "";
            string detail = said.Length is 0 || said.Equals("Access Denied", StringComparison.OrdinalIgnoreCase) || code == "Forbidden" ? "" : $" ({said})";
            return Make(IcebergErrorKind.AccessDenied, $"Access denied: {action} on {location}. The credentials need this action on it.{hint}{detail}");
        }

        IcebergException Make(IcebergErrorKind kind, string message, bool retryable = false) => new(kind, message)
        {
            Retryable = retryable,
            Context = new Dictionary<string, string>
            {
                ["action"] = action,
                ["path"] = location,
                ["code"] = code,
                ["requestId"] = service.RequestId ?? "",
            },
        };
    }

    public static IcebergException Missing(string location) => IcebergException.Corrupt(
        $"File {location} does not exist. The table refers to it; restore it or go back to a snapshot that does not need it.");

    public static IcebergException TimedOut(string action, string location) => new(
        IcebergErrorKind.Timeout, $"S3 gave no answer in time to {action} on {location}.")
    { Retryable = true };

    /// <summary>Whether the connection broke or stood still, so that the same request may succeed when it is sent again.</summary>
    public static bool IsConnection(Exception error) => error
        is IOException or HttpRequestException or TimeoutException or OperationCanceledException or System.Net.Sockets.SocketException;

    private IcebergException OfConnection(Exception error, string action, string location)
    {
        Exception[] causes = [.. Causes(error)];
        if (causes.Any(e => e is TimeoutException or OperationCanceledException)) return TimedOut(action, location);
        Dictionary<string, string> context = new() { ["action"] = action, ["path"] = location };
        if (causes.FirstOrDefault(IsConnection) is not null)
        {
            return new(IcebergErrorKind.StorageFailed, $"S3 cannot be reached for {action} on {location}: {Clean(causes[^1].Message)}")
            { Retryable = true, Context = context };
        }
        if (error is AmazonClientException)
        {
            return new(
                IcebergErrorKind.AccessDenied,
                $"S3 could not be called for {action} on {location}: {Clean(error.Message)} Name a profile with -ProfileName, give -AccessKey and -SecretKey, "
                + "or sign in (aws sso login).")
            { Context = context };
        }
        return new(IcebergErrorKind.StorageFailed, $"{action} on {location} failed: {Clean(error.Message)}") { Context = context };
    }

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException) yield return cause;
    }

    private string Clean(string? text)
    {
        string clean = (text ?? "").Trim();
        foreach (string secret in secrets()) clean = clean.Replace(secret, "***", StringComparison.Ordinal);
        return clean;
    }
}
