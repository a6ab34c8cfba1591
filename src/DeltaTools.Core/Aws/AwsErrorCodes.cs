using System.Collections.Frozen;

namespace DeltaTools.Core.Aws;

/// <summary>The services' names of errors, by what can be done about them.</summary>
internal static class AwsErrorCodes
{
    public const string ConcurrentModification = "ConcurrentModificationException";
    public const string NotFound = "EntityNotFoundException";
    public const string Exists = "AlreadyExistsException";

    public static readonly FrozenSet<string> Throttling = Set(
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
        "RequestLimitExceeded", "ProvisionedThroughputExceededException", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
        "PriorRequestNotComplete", "TransactionInProgressException");

    /// <summary>Worth another attempt though the status does not tell.</summary>
    public static readonly FrozenSet<string> Transient = Set(
        "OperationTimeoutException", "RequestTimeout", "RequestTimeoutException", "ResourceNotReadyException", "FederationSourceRetryableException",
        "InternalServiceException", "InternalServerException", "InternalFailure");

    /// <summary>The service gave up on work that may still be done.</summary>
    public static readonly FrozenSet<string> Ambiguous = Set("OperationTimeoutException", "InternalServiceException", "InternalServerException", "InternalFailure");

    public static readonly FrozenSet<string> Expired = Set("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");

    /// <summary>Signatures that are refused, for a clock that is wrong among other reasons. Their messages quote what was signed.</summary>
    public static readonly FrozenSet<string> Signature = Set(
        "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "AuthFailure",
        "IncompleteSignature", "IncompleteSignatureException");

    public static readonly FrozenSet<string> Unknown = Set(
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "InvalidToken");

    public static readonly FrozenSet<string> Denied = Set(
        "AccessDenied", "AccessDeniedException", "UnauthorizedException", "NotAuthorized", "NotAuthorizedException", "OptInRequired");

    public static readonly FrozenSet<string> Invalid = Set(
        "InvalidInputException", "InvalidRequestException", "ValidationException", "SerializationException", "InvalidParameterValue", "MissingParameter");

    private static FrozenSet<string> Set(params string[] codes) => codes.ToFrozenSet(StringComparer.Ordinal);
}
