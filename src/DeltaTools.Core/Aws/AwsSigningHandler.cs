using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace DeltaTools.Core.Aws;

/// <summary>Signs each attempt with the credentials and the time of that moment.</summary>
internal sealed class AwsSigningHandler : SigV4SigningHandler
{
    private readonly AwsIdentity _identity;
    private readonly AWSSigV4Parameters _parameters;

    private AwsSigningHandler(AwsIdentity identity, AWSSigV4Parameters parameters, HttpMessageHandler inner) : base(parameters, inner)
    {
        _identity = identity;
        _parameters = parameters;
    }

    public static AwsSigningHandler Create(AwsService service, AwsSettings settings, AwsIdentity identity, HttpMessageHandler inner) => new(
        identity, new AWSSigV4Parameters { Credentials = identity.Credentials, Region = settings.ResolveRegion(), Service = service.Name }, inner);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            // Concurrent calls write the same credentials and the same time but for milliseconds.
            _parameters.Credentials = _identity.Credentials;
            _parameters.SignedAt = _identity.Skew == TimeSpan.Zero ? null : DateTime.UtcNow + _identity.Skew;
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonClientException e)
        {
            throw new IcebergException(
                IcebergErrorKind.AccessDenied,
                "The AWS credentials cannot be fetched. Name a profile with -ProfileName, give -AccessKey and -SecretKey, or sign in (aws sso login).", e);
        }
    }
}
