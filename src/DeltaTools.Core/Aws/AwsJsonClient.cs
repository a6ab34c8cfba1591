using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DeltaTools.Core.Aws;

/// <summary>Calls a service that speaks JSON 1.1: signs, retries with jitter, and maps errors. Its errors and logs hold no body and no secret.</summary>
/// <remarks>
/// Retried are attempts without answer, errors of the service itself and throttling. A call that may have been carried out before its
/// failure says so (<see cref="AwsServiceException.MayHaveHappened"/>), also when a retry then met its own earlier effect.
/// </remarks>
internal sealed class AwsJsonClient : IDisposable
{
    private static readonly HttpRequestOptionsKey<bool> s_ambiguous = new("ambiguous");

    private static readonly JsonSerializerOptions s_json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new UnixTimeConverter() },
    };

    private readonly AwsService _service;
    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly AwsIdentity _identity;

    /// <param name="transport">Stands in for the network; it must not follow redirects.</param>
    public AwsJsonClient(AwsService service, AwsSettings settings, AwsHttpOptions? options = null, HttpMessageHandler? transport = null)
    {
        _service = service;
        _endpoint = settings.Endpoint(service.Name);
        _identity = new AwsIdentity(settings);
        transport ??= new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        AwsSigningHandler signing = AwsSigningHandler.Create(service, settings, _identity, transport);
        _http = new HttpClient(new ResilienceHandler(Retries(options ?? AwsHttpOptions.Default)) { InnerHandler = new AwsRequestHandler(_identity, signing) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <param name="about">What the call is about, for errors, such as <c>table hr.employee</c>.</param>
    /// <exception cref="IcebergException">AccessDenied, Throttled, Timeout, TableNotFound, TableExists, CommitConflict, InvalidArgument or
    /// StorageFailed; its cause is an <see cref="AwsServiceException"/>.</exception>
    public async Task<TResponse> SendAsync<TResponse>(string operation, object request, string? about, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        message.Headers.TryAddWithoutValidation("X-Amz-Target", $"{_service.TargetPrefix}.{operation}");
        message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), s_json));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancel).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            return Read<TResponse>(operation, body);
        }
        catch (TimeoutRejectedException e)
        {
            throw Explain(Unanswered(e), message, operation, about);
        }
        catch (AwsServiceException e)
        {
            throw Explain(e, message, operation, about);
        }
    }

    /// <summary>A text of the service's without our secrets, should it quote them.</summary>
    public string Clean(string text) => AwsErrors.Clean(text, _identity.Secrets());

    public void Dispose() => _http.Dispose();

    private IcebergException Explain(AwsServiceException error, HttpRequestMessage message, string operation, string? about)
    {
        bool earlier = message.Options.TryGetValue(s_ambiguous, out bool ambiguous) && ambiguous;
        var last = new AwsServiceException(error.Code, error.Message, error.Status, error.RequestId, error.InnerException)
        {
            Reason = error.Reason,
            MayHaveHappened = earlier || error.IsAmbiguous,
        };
        return AwsErrors.ToIceberg(last, _service, operation, about);
    }

    private TResponse Read<TResponse>(string operation, byte[] body)
    {
        try
        {
            // Some operations answer with nothing.
            return JsonSerializer.Deserialize<TResponse>(body.Length == 0 ? "{}"u8 : body, s_json)!;
        }
        catch (JsonException e)
        {
            throw new IcebergException(IcebergErrorKind.StorageFailed, $"The answer of {_service.Title} {operation} cannot be understood. Is {_endpoint} such a service?", e);
        }
    }

    private static ResiliencePipeline<HttpResponseMessage> Retries(AwsHttpOptions options) => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = options.LongestDelay,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is AwsServiceException { IsTransient: true } or TimeoutRejectedException),
            OnRetry = attempt =>
            {
                if (attempt.Outcome.Exception is TimeoutRejectedException or AwsServiceException { IsAmbiguous: true }
                    && attempt.Context.GetRequestMessage() is { } request)
                {
                    request.Options.Set(s_ambiguous, true);
                }
                return ValueTask.CompletedTask;
            },
        })
        .AddTimeout(options.AttemptTimeout)
        .Build();

    private static AwsServiceException Unanswered(TimeoutRejectedException error) =>
        new("", $"no answer within {error.Timeout.TotalSeconds:0} s", null, null, new TimeoutException(error.Message));
}
