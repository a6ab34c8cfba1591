using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Internal;

namespace DeltaTools.Core.Storage.S3;

/// <summary>The SDK's client with our way to retry: it tells how often, waits no longer than it was told, and has expired keys renewed.</summary>
internal sealed class S3Client(AWSCredentials credentials, AmazonS3Config config, TimeSpan longestWait) : AmazonS3Client(credentials, config)
{
    private readonly AWSCredentials _credentials = credentials;

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        // Called by the base constructor, when the field above is set already and the parameters are at hand.
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new Policy(Config, _credentials)
        {
            MaxBackoffInMilliseconds = (int)longestWait.TotalMilliseconds,
        }));
    }

    private sealed class Policy(IClientConfig config, AWSCredentials credentials) : AmazonS3StandardRetryPolicy(config)
    {
        private const string Renewed = "DeltaToolsRenewedKeys";

        public override Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception)
        {
            if (exception is AmazonServiceException { ErrorCode: "ExpiredToken" or "ExpiredTokenException" } && credentials is RefreshingAWSCredentials keys
                && executionContext.RequestContext.ContextAttributes.TryAdd(Renewed, true))
            {
                keys.ClearCredentials();
                return Task.FromResult(true);
            }
            return base.RetryForExceptionAsync(executionContext, exception);
        }

        public override bool OnRetry(IExecutionContext executionContext, bool bypassAcquireCapacity, bool isThrottlingError)
        {
            S3Attempts.Current?.Count();
            return base.OnRetry(executionContext, bypassAcquireCapacity, isThrottlingError);
        }
    }
}
