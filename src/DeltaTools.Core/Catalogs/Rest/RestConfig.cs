using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>The properties of a connection: the server's defaults, the user's own above them, the server's overrides above all.</summary>
internal sealed record RestConfig(ImmutableSortedDictionary<string, string> Properties)
{
    /// <summary>What the server can do, as <c>GET /v1/{prefix}/namespaces</c>; null when it does not say.</summary>
    public FrozenSet<string>? Endpoints { get; init; }

    /// <summary>Whether a change may be sent again under its key without being carried out twice.</summary>
    public bool HasIdempotencyKeys { get; init; }

    public string? Token => Properties.GetValueOrDefault(RestProperties.Token);

    public string? ClientId => Credential is { } pair && pair.IndexOf(':') is var colon and >= 0 ? pair[..colon] : null;

    public string? ClientSecret => Credential is { } pair ? pair[(pair.IndexOf(':') + 1)..] : null;

    public bool HasLogin => Token is not null || Credential is not null;

    private string? Credential => Properties.GetValueOrDefault(RestProperties.Credential);

    /// <summary>The user's own properties, before the server was asked.</summary>
    public static RestConfig Of(RestSettings settings)
    {
        ImmutableSortedDictionary<string, string> properties = settings.Properties;
        if (settings.Warehouse is { } warehouse) properties = properties.SetItem(RestProperties.Warehouse, warehouse);
        if (settings.Token is { } token) properties = properties.SetItem(RestProperties.Token, token);
        if (settings.ClientSecret is { } secret) properties = properties.SetItem(RestProperties.Credential, $"{settings.ClientId}:{secret}");
        return new(properties);
    }

    /// <summary>With what the server answered to <c>GET /v1/config</c>.</summary>
    /// <exception cref="IcebergException">Corrupt.</exception>
    public RestConfig With(JsonElement answer, JsonPlace place)
    {
        var json = new JsonFields(answer, place);
        ImmutableSortedDictionary<string, string> own = Properties;
        return new(json.TextMap("defaults").SetItems(own).SetItems(json.TextMap("overrides")))
        {
            Endpoints = json.Find("endpoints") is null ? null : json.Array("endpoints", JsonFields.ToText).ToFrozenSet(StringComparer.Ordinal),
            HasIdempotencyKeys = json.TextOrNull("idempotency-key-lifetime") is not null,
        };
    }

    /// <summary>Whether the server has an endpoint that not every server has.</summary>
    public bool Has(string endpoint) => Endpoints?.Contains(endpoint) ?? false;

    /// <summary>Headers that properties ask for: <c>header.X-Tenant = a</c>.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Headers =>
        [.. Properties.Where(p => p.Key.StartsWith(RestProperties.HeaderPrefix, StringComparison.Ordinal) && p.Key != RestProperties.AccessDelegation)
            .Select(p => KeyValuePair.Create(p.Key[RestProperties.HeaderPrefix.Length..], p.Value))];

    public override string ToString() => "properties of a REST catalog";

}
