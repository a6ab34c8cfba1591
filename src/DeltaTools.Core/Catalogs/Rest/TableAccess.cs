using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>How a catalog says that a table's files are reached: settings, and keys for places.</summary>
/// <param name="Config">Overrides the properties of the connection for this table.</param>
/// <param name="Credentials">Settings with keys, by the prefix of the places they are for.</param>
internal sealed record TableAccess(
    ImmutableSortedDictionary<string, string> Config, ImmutableArray<(string Prefix, ImmutableSortedDictionary<string, string> Config)> Credentials)
{
    private static readonly string[] s_keys = [S3Properties.AccessKey, S3Properties.SecretKey, S3Properties.SessionToken, RestProperties.TokenExpiresAt, RestProperties.Token];

    /// <summary>Reads <c>config</c> and <c>storage-credentials</c> of an answer.</summary>
    /// <exception cref="IcebergException">Corrupt.</exception>
    public static TableAccess Read(JsonFields answer)
    {
        ImmutableSortedDictionary<string, string> config = answer.TextMap("config");
        ImmutableArray<(string, ImmutableSortedDictionary<string, string>)> credentials = answer.ArrayOrEmpty("storage-credentials", ReadCredential);
        // Older servers vend keys for the whole table in its settings.
        return credentials.IsEmpty && KeysOf(config) is not null ? new(config, [("", config)]) : new(config, credentials);
    }

    /// <summary>What tells one way of reaching files from another, without keys, which come and go.</summary>
    public string Fingerprint => string.Join('\n', Without(Config).Concat(Credentials.SelectMany(c => Without(c.Config).Prepend(KeyValuePair.Create("for", c.Prefix)))));

    /// <summary>The keys in settings; null when there are none.</summary>
    public static S3Keys? KeysOf(ImmutableSortedDictionary<string, string> config)
    {
        if (config.GetValueOrDefault(S3Properties.AccessKey) is not { Length: > 0 } id || config.GetValueOrDefault(S3Properties.SecretKey) is not { Length: > 0 } secret) return null;
        DateTimeOffset? expires = long.TryParse(config.GetValueOrDefault(RestProperties.TokenExpiresAt), NumberStyles.None, CultureInfo.InvariantCulture, out long at)
            && at < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
        return new(id, secret, config.GetValueOrDefault(S3Properties.SessionToken), expires);
    }

    public override string ToString() => "access to a table's files";

    private static IEnumerable<KeyValuePair<string, string>> Without(ImmutableSortedDictionary<string, string> config) => config.Where(p => !s_keys.Contains(p.Key));

    private static (string, ImmutableSortedDictionary<string, string>) ReadCredential(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return (json.Text("prefix"), json.TextMap("config"));
    }
}
