namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Names of properties that Iceberg's REST clients share.</summary>
public static class RestProperties
{
    public const string Warehouse = "warehouse", Prefix = "prefix", NamespaceSeparator = "namespace-separator", Uri = "uri",
        OAuth2ServerUri = "oauth2-server-uri", Scope = "scope", Audience = "audience", Resource = "resource", Credential = "credential", Token = "token",
        SigV4Enabled = "rest.sigv4-enabled", SigningName = "rest.signing-name", SigningRegion = "rest.signing-region",
        HeaderPrefix = "header.", AccessDelegation = "header.X-Iceberg-Access-Delegation", PageSize = "rest-page-size", MaxRetries = "rest.client.max-retries", SocketTimeout = "rest.client.socket-timeout-ms",
        ScanPlanningMode = "scan-planning-mode", RemoteSigning = "s3.remote-signing-enabled", TokenExpiresAt = "s3.session-token-expires-at-ms";

    /// <summary>Names whose values are shown nowhere.</summary>
    internal static bool IsSecret(string name) =>
        name is Credential or Token || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Contains("session-token", StringComparison.OrdinalIgnoreCase);
}
