namespace DeltaTools.TestServers.Faults;

public enum FaultKind
{
    /// <summary>Nothing but the delay; the request is then carried out.</summary>
    Delay,
    /// <summary>The connection breaks after the request was read, which is not carried out.</summary>
    Reset,
    /// <summary>The connection breaks when half of the request's body has come in.</summary>
    ResetInRequest,
    /// <summary>The request is carried out; the connection breaks after half of the answer.</summary>
    ResetInResponse,
    /// <summary>Status 500; the request is not carried out.</summary>
    InternalError,
    /// <summary>Status 503; the request is not carried out.</summary>
    SlowDown,
    /// <summary>The service's own error for too many requests; the request is not carried out.</summary>
    Throttled,
    /// <summary>The session token is called expired; the request is not carried out.</summary>
    ExpiredToken,
    /// <summary>Another writer was at the same thing at the same time; the request is not carried out.</summary>
    Conflict,
    /// <summary>The request is carried out; the connection breaks before the answer.</summary>
    LostResponse,
    /// <summary>The request is carried out, and answered with status 500.</summary>
    ErrorAfterSuccess,
}
