namespace DeltaTools.Core.Aws;

/// <summary>Turns failed answers into <see cref="AwsServiceException"/>; mends expired credentials and a wrong clock, once each.</summary>
internal sealed class AwsRequestHandler(AwsIdentity identity, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        bool renewed = false, adjusted = false;
        while (true)
        {
            int generation = identity.Generation;
            try
            {
                return await AttemptAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (AwsServiceException e) when (!renewed && AwsErrorCodes.Expired.Contains(e.Code) && identity.TryRenew(generation))
            {
                renewed = true;
            }
            catch (AwsServiceException e) when (!adjusted && AwsErrorCodes.Signature.Contains(e.Code) && identity.TryAdjust(e.Data["date"] as DateTimeOffset?))
            {
                adjusted = true;
            }
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancel).ConfigureAwait(false);
            try
            {
                // The whole answer belongs to the attempt: a connection that breaks in its middle is a failed attempt.
                byte[] body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
                if (!response.IsSuccessStatusCode)
                {
                    AwsServiceException error = AwsErrors.Read(response, body, identity.Secrets());
                    error.Data["date"] = response.Headers.Date;
                    throw error;
                }
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AwsServiceException("", $"no answer from {request.RequestUri?.Authority} ({Deepest(e).Message})", null, null, e);
        }
    }

    private static Exception Deepest(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error;
    }
}
