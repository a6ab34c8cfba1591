using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace DeltaTools.Core.Aws;

/// <summary>As whom and where AWS is called; the same for S3, Glue and Athena. Its text tells no secret.</summary>
public sealed class AwsSettings
{
    /// <summary>Region such as <c>eu-west-2</c>. Null: that of the profile, of the environment, or of the machine on EC2.</summary>
    public string? Region { get; init; }

    /// <summary>Profile of the shared AWS files, of any kind: keys, SSO, role, process. Null: the SDK's default chain.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Access key; goes with <see cref="SecretKey"/> and comes before the profile.</summary>
    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    /// <summary>For temporary keys.</summary>
    public string? SessionToken { get; init; }

    /// <summary>One address for all services, of another implementation such as MinIO or LocalStack. Null: AWS.</summary>
    public string? EndpointUrl { get; init; }

    public override string ToString() => $"{ProfileName ?? (AccessKey is null ? "default credentials" : "access key")} in {Region ?? "the default region"}";

    /// <exception cref="IcebergException">InvalidArgument: keys are incomplete or the profile is unknown; AccessDenied: there are no credentials.</exception>
    internal AWSCredentials ResolveCredentials()
    {
        if (AccessKey is not null || SecretKey is not null || SessionToken is not null)
        {
            if (string.IsNullOrEmpty(AccessKey) || string.IsNullOrEmpty(SecretKey))
                throw IcebergException.Invalid("An access key, its secret key and, for temporary keys, a session token belong together. Give -AccessKey and -SecretKey.");
            return string.IsNullOrEmpty(SessionToken) ? new BasicAWSCredentials(AccessKey, SecretKey) : new SessionAWSCredentials(AccessKey, SecretKey, SessionToken);
        }
        try
        {
            if (ProfileName is null) return DefaultAWSCredentialsIdentityResolver.GetCredentials();
            var chain = new CredentialProfileStoreChain();
            if (chain.TryGetAWSCredentials(ProfileName, out AWSCredentials found)) return found;
            IReadOnlyList<string> near = NearestNames.Of(ProfileName, chain.ListProfiles().Select(p => p.Name));
            throw IcebergException.Invalid(near.Count == 0
                ? $"There is no AWS profile '{ProfileName}' with credentials in the shared files (~/.aws/config, ~/.aws/credentials)."
                : $"There is no AWS profile '{ProfileName}' with credentials. Did you mean {string.Join(" or ", near)}?");
        }
        catch (Exception e) when (e is AmazonClientException or ArgumentException or InvalidOperationException)
        {
            throw new IcebergException(
                IcebergErrorKind.AccessDenied,
                "No AWS credentials were found. Name a profile with -ProfileName, give -AccessKey and -SecretKey, or sign in (aws sso login).", e);
        }
    }

    /// <exception cref="IcebergException">InvalidArgument: no region is known.</exception>
    internal RegionEndpoint ResolveRegion()
    {
        if (!string.IsNullOrEmpty(Region)) return RegionEndpoint.GetBySystemName(Region);
        if (ProfileName is not null && new CredentialProfileStoreChain().TryGetProfile(ProfileName, out CredentialProfile profile) && profile.Region is { } own)
            return own;
        if (FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false) is { } configured) return configured;
        // Another implementation of the services needs some region in its signatures, and does not care which.
        if (EndpointUrl is not null) return RegionEndpoint.USEast1;
        return FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: true)
            ?? throw IcebergException.Invalid("The AWS region is not known. Name it with -Region, in the profile, or in the environment variable AWS_REGION.");
    }

    /// <summary>Where a service is called: our address, the one in <c>AWS_ENDPOINT_URL_SERVICE</c> or <c>AWS_ENDPOINT_URL</c>, or AWS's.</summary>
    /// <param name="service">Name in addresses, such as <c>glue</c>.</param>
    /// <exception cref="IcebergException">InvalidArgument: not an absolute http or https address.</exception>
    internal Uri Endpoint(string service)
    {
        string? address = EndpointUrl
            ?? Environment.GetEnvironmentVariable($"AWS_ENDPOINT_URL_{service.ToUpperInvariant()}") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        if (string.IsNullOrEmpty(address))
        {
            RegionEndpoint region = ResolveRegion();
            address = $"https://{service}.{region.SystemName}.{region.PartitionDnsSuffix}";
        }
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 ? uri
            : throw IcebergException.Invalid("-EndpointUrl must be an address such as https://host:9000, without user and password.");
    }
}
