using Amazon.Runtime;
using Amazon.S3;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Makes the SDK's client for settings.</summary>
internal static class S3ClientFactory
{
    /// <exception cref="IcebergException">As <see cref="Aws.AwsSettings"/> resolves credentials, region and address.</exception>
    public static S3Client Create(S3Settings settings)
    {
        AWSCredentials credentials = settings.KeySource is { } source ? new SourcedCredentials(source) : settings.Login.ResolveCredentials();
        bool own = IsOwnAddress(settings, out string? address);
        bool checksums = settings.Checksums ?? !own;
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = settings.MaxAttempts - 1,
            // Signed anew each time: with the new time, and with new keys.
            ResignRetries = true,
            Timeout = settings.RequestTimeout,
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(30, settings.RequestTimeout.TotalSeconds)),
            RequestChecksumCalculation = checksums ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            // Files are read in ranges, for which there are no checksums.
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = settings.PathStyle ?? own,
        };
        if (own)
        {
            config.ServiceURL = address;
            config.AuthenticationRegion = settings.Login.ResolveRegion().SystemName;
        }
        else
        {
            config.RegionEndpoint = settings.Login.ResolveRegion();
        }
        return new(credentials, config, settings.LongestWait);
    }

    /// <summary>Whether the store is not AWS's own but stands at an address that was given.</summary>
    public static bool IsOwnAddress(S3Settings settings, out string? address)
    {
        bool own = settings.Login.EndpointUrl is not null
            || Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 };
        address = own ? settings.Login.Endpoint("s3").AbsoluteUri.TrimEnd('/') : null;
        return own;
    }

    /// <summary>Keys that somebody else gives and renews.</summary>
    private sealed class SourcedCredentials(Func<CancellationToken, Task<S3Keys>> source) : RefreshingAWSCredentials
    {
        protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

        protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
        {
            S3Keys keys = await source(CancellationToken.None).ConfigureAwait(false);
            return new(
                new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken),
                (keys.Expires ?? DateTimeOffset.UtcNow.AddYears(1)).UtcDateTime);
        }
    }
}
