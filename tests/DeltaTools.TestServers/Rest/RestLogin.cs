using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Rest;

/// <summary>OAuth2: hands out tokens for client credentials and refresh tokens, and knows which still hold.</summary>
public sealed class RestLogin
{
    private readonly ConcurrentDictionary<string, bool> _tokens = new();
    private int _issued;

    public string ClientId { get; set; } = "client";

    public string ClientSecret { get; set; } = "secret";

    /// <summary>Seconds that tokens are said to live.</summary>
    public int Lifetime { get; set; } = 3600;

    /// <summary>Whether refresh tokens are handed out too.</summary>
    public bool HasRefreshTokens { get; set; }

    /// <summary>How tokens begin.</summary>
    public string Marker { get; set; } = "token";

    public int Issued => Volatile.Read(ref _issued);

    /// <summary>The forms that were sent, decoded.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    /// <summary>Accepts a token that was not handed out here.</summary>
    public void Add(string token) => _tokens[token] = true;

    /// <summary>Ends all tokens that were handed out.</summary>
    public void EndAll() => _tokens.Clear();

    /// <exception cref="ServiceErrorException">401 NotAuthorizedException, which quotes the token, as careless servers do.</exception>
    internal void Check(RecordedRequest request)
    {
        string header = request.Headers.GetValueOrDefault("authorization", "");
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || !_tokens.ContainsKey(header["Bearer ".Length..]))
        {
            throw new ServiceErrorException(401, "NotAuthorizedException", $"Not authorized: {header}");
        }
    }

    /// <exception cref="ServiceErrorException">As OAuth2 words errors.</exception>
    internal JsonObject Answer(RecordedRequest request)
    {
        if (request.Headers.GetValueOrDefault("content-type") != "application/x-www-form-urlencoded") throw new ServiceErrorException(400, "invalid_request", "not a form");
        Dictionary<string, string> form = Encoding.UTF8.GetString(request.Body.Span).Split('&').Select(p => p.Split('=', 2))
            .ToDictionary(p => Decode(p[0]), p => Decode(p[1]));
        Requests.Enqueue(form);
        string grant = form.GetValueOrDefault("grant_type", "");
        if (grant is not ("client_credentials" or "refresh_token")) throw new ServiceErrorException(400, "unsupported_grant_type", grant);
        if (form.GetValueOrDefault("client_id") != ClientId || form.GetValueOrDefault("client_secret") != ClientSecret)
        {
            throw new ServiceErrorException(401, "invalid_client", $"Unknown client or wrong secret {form.GetValueOrDefault("client_secret")}");
        }
        if (grant == "refresh_token" && !_tokens.ContainsKey(form.GetValueOrDefault("refresh_token", ""))) throw new ServiceErrorException(400, "invalid_grant", "The refresh token has ended");
        string token = string.Create(CultureInfo.InvariantCulture, $"{Marker}-{Interlocked.Increment(ref _issued)}");
        _tokens[token] = true;
        var answer = new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "bearer",
            ["expires_in"] = Lifetime,
            ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
        };
        if (HasRefreshTokens)
        {
            answer["refresh_token"] = "refresh-" + token;
            _tokens["refresh-" + token] = true;
        }
        return answer;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
