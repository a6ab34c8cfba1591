using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using DeltaTools.Core.Aws;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Sends requests to a REST catalog: with its login, again when that may help, and with errors that show no secret.</summary>
/// <remarks>
/// All requests are sent again after errors of the service and lost answers, changes too. Whoever changes something must therefore make
/// sure that a second time does no harm, and must not take an error at its word when <see cref="RestException.MayHaveHappened"/>.
/// </remarks>
internal sealed class RestClient : IDisposable
{
    /// <summary>Paths are encoded already, and <c>%2E</c> between the levels of a namespace is not the same as a dot in one.</summary>
    private static readonly UriCreationOptions s_asItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _http;
    private readonly ResiliencePipeline _attempts;
    private readonly ConcurrentDictionary<string, bool> _secrets = new(StringComparer.Ordinal);

    /// <param name="transport">Carries the requests; it must not follow redirects.</param>
    public RestClient(RestSettings settings, HttpMessageHandler transport)
    {
        _http = new HttpClient(transport) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("DeltaTools", null));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _attempts = Attempts(settings);
    }

    /// <summary>Gives the token of requests; null: they bear none.</summary>
    public RestTokens? Tokens { get; set; }

    /// <summary>Whose keys sign; null: nothing is signed.</summary>
    public AwsIdentity? Signer { get; init; }

    /// <summary>Sent with every request.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Headers { get; set; } = [];

    /// <summary>Makes sure that no error shows the text.</summary>
    public void Hide(string? secret)
    {
        if (!string.IsNullOrEmpty(secret)) _secrets[secret] = true;
    }

    /// <param name="address">The catalog's, without a slash at its end.</param>
    /// <returns>The answer; an undefined element when it is empty.</returns>
    /// <exception cref="RestException">An error as answer, or none.</exception>
    public async Task<JsonElement> SendAsync(string address, RestCall call, CancellationToken cancel)
    {
        bool ambiguous = false;
        try
        {
            return await _attempts.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return await AuthorizedAsync(address, call, token).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is RestException { IsAmbiguous: true } || token.IsCancellationRequested)
                    {
                        ambiguous = true;
                        throw;
                    }
                },
                cancel).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw new RestException(0, "", $"no answer within {e.Timeout.TotalSeconds:0.#} s", new TimeoutException(e.Message)) { MayHaveHappened = true };
        }
        catch (RestException e) when (ambiguous && !e.MayHaveHappened)
        {
            throw new RestException(e.Status, e.Type, e.Message, e.InnerException) { MayHaveHappened = true };
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One attempt, and another at once when the login was over and could be renewed.</summary>
    private async Task<JsonElement> AuthorizedAsync(string address, RestCall call, CancellationToken cancel)
    {
        RestTokens? tokens = call.Authorized && call.Token is null ? Tokens : null;
        int generation = Signer?.Generation ?? 0;
        string? token = call.Token ?? (tokens is null ? null : await tokens.GetAsync(cancel).ConfigureAwait(false));
        try
        {
            return await AttemptAsync(address, call, token, cancel).ConfigureAwait(false);
        }
        catch (RestException e) when (e.Status is 401 or 419 && tokens is not null)
        {
            if (await tokens.RenewAsync(token!, cancel).ConfigureAwait(false) is not { } renewed) throw;
            return await AttemptAsync(address, call, renewed, cancel).ConfigureAwait(false);
        }
        catch (RestException e) when (Signer is { } signer && ((AwsErrorCodes.Expired.Contains(e.Type) && signer.TryRenew(generation))
            || (AwsErrorCodes.Signature.Contains(e.Type) && signer.TryAdjust(e.Date))))
        {
            return await AttemptAsync(address, call, token, cancel).ConfigureAwait(false);
        }
    }

    private async Task<JsonElement> AttemptAsync(string address, RestCall call, string? token, CancellationToken cancel)
    {
        var uri = new Uri(call.Path.Contains("://", StringComparison.Ordinal) ? call.Path : address + call.Path, s_asItIs);
        using var request = new HttpRequestMessage(call.Method, uri);
        if (!call.Form.IsEmpty) request.Content = new FormUrlEncodedContent(call.Form);
        else if (call.Body is { } json)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        foreach ((string name, string value) in Headers.Concat(call.Headers)) request.Headers.TryAddWithoutValidation(name, value);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw RestErrors.Read(response, body, _secrets.Keys);
            return Parse(body, uri);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RestException(0, "", $"no answer from {uri.Authority} ({Deepest(e).Message})", e);
        }
    }

    private static JsonElement Parse(byte[] body, Uri uri)
    {
        if (body.Length == 0) return default;
        try
        {
            using JsonDocument json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000 });
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new RestException(200, "", $"the answer of {uri.GetLeftPart(UriPartial.Path)} is not JSON. Is this the address of an Iceberg REST catalog?");
        }
    }

    private static ResiliencePipeline Attempts(RestSettings settings) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Math.Max(1, settings.MaxAttempts - 1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = settings.RetryDelay,
            MaxDelay = settings.LongestWait,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is TimeoutRejectedException || attempt.Outcome.Exception is RestException { IsTransient: true, RetryAfter: var wait }
                && !(wait > settings.LongestWait)),
            DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as RestException)?.RetryAfter),
        })
        .AddTimeout(settings.RequestTimeout)
        .Build();

    private static Exception Deepest(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error;
    }
}
