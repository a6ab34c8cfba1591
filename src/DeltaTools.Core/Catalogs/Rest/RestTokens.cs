using System.Text.Json;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>The bearer token of a connection: given as it is, or got for client credentials and renewed before it ends.</summary>
/// <param name="address">The catalog's.</param>
/// <param name="config">Of the connection at the time; the catalog may tell where tokens are had.</param>
internal sealed class RestTokens(RestClient client, string address, Func<RestConfig> config) : IDisposable
{
    private const string DefaultScope = "catalog";

    /// <summary>Renewed that long before its end, or at half of a short life.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private Issued? _issued;

    private sealed record Issued(string Token, string? RefreshToken, DateTimeOffset? RenewAt);

    /// <exception cref="RestException">The credentials were refused.</exception>
    public async Task<string> GetAsync(CancellationToken cancel)
    {
        if (Current() is { } known) return known;
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return Current() ?? (_issued = await IssueAsync(_issued, cancel).ConfigureAwait(false)).Token;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A token in the place of one that was refused; null when there is no other.</summary>
    public async Task<string?> RenewAsync(string refused, CancellationToken cancel)
    {
        if (config().ClientSecret is null) return null;
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_issued?.Token == refused) _issued = await IssueAsync(_issued, cancel).ConfigureAwait(false);
            return _issued?.Token;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private string? Current() => config().ClientSecret is null && config().Token is { } given ? given
        : _issued is { } issued && !(issued.RenewAt <= DateTimeOffset.UtcNow) ? issued.Token : null;

    /// <summary>Gets a token: by the refresh token if there is one and it still holds, else by the client credentials.</summary>
    private async Task<Issued> IssueAsync(Issued? before, CancellationToken cancel)
    {
        if (before?.RefreshToken is { } refresh)
        {
            try
            {
                return await RequestAsync([new("grant_type", "refresh_token"), new("refresh_token", refresh), .. Client()], refresh, cancel).ConfigureAwait(false);
            }
            catch (RestException e) when (e.Status is >= 400 and < 500)
            {
                // It is over too; the credentials themselves still count.
            }
        }
        return await RequestAsync([new("grant_type", "client_credentials"), .. Client()], null, cancel).ConfigureAwait(false);
    }

    private async Task<Issued> RequestAsync(IEnumerable<KeyValuePair<string, string>> form, string? refresh, CancellationToken cancel)
    {
        string path = config().Properties.GetValueOrDefault(RestProperties.OAuth2ServerUri) ?? "/v1/oauth/tokens";
        if (!path.Contains("://", StringComparison.Ordinal) && !path.StartsWith('/')) path = "/" + path;
        var call = new RestCall(HttpMethod.Post, path, "log in") { Form = [.. form], Authorized = false };
        JsonElement answer = await client.SendAsync(address, call, cancel).ConfigureAwait(false);
        if (answer.ValueKind != JsonValueKind.Object || Text(answer, "access_token") is not { Length: > 0 } token)
        {
            throw new RestException(200, "", "the answer to the login holds no access token");
        }
        client.Hide(token);
        string? newRefresh = Text(answer, "refresh_token") ?? refresh;
        client.Hide(newRefresh);
        DateTimeOffset? renewAt = null;
        if (answer.TryGetProperty("expires_in", out JsonElement expires) && expires.TryGetDouble(out double seconds) && seconds > 0)
        {
            var life = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(365).TotalSeconds));
            renewAt = DateTimeOffset.UtcNow + (life > 2 * s_margin ? life - s_margin : life / 2);
        }
        return new(token, newRefresh, renewAt);
    }

    private IEnumerable<KeyValuePair<string, string>> Client()
    {
        RestConfig now = config();
        if (now.ClientId is { } id) yield return new("client_id", id);
        yield return new("client_secret", now.ClientSecret!);
        yield return new("scope", now.Properties.GetValueOrDefault(RestProperties.Scope) ?? DefaultScope);
        foreach (string name in (string[])[RestProperties.Audience, RestProperties.Resource])
        {
            if (now.Properties.GetValueOrDefault(name) is { } value) yield return new(name, value);
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
