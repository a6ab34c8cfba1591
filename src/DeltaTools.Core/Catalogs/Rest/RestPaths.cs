using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>The paths of a catalog, below its address.</summary>
internal sealed class RestPaths(RestConfig config)
{
    public const string Config = "/v1/config";

    public const string Credentials = "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials";

    private string Root => config.Properties.GetValueOrDefault(RestProperties.Prefix) is { Length: > 0 } prefix ? $"/v1/{prefix.Trim('/')}" : "/v1";

    public string Namespaces => Root + "/namespaces";

    public string Namespace(ImmutableArray<string> ns) => $"{Namespaces}/{Encode(ns)}";

    public string Tables(ImmutableArray<string> ns) => Namespace(ns) + "/tables";

    public string Table(TableIdentifier table) => $"{Tables(table.Namespace)}/{Uri.EscapeDataString(table.Name)}";

    public string Register(ImmutableArray<string> ns) => Namespace(ns) + "/register";

    public string CredentialsOf(TableIdentifier table) => Table(table) + "/credentials";

    /// <summary>A namespace as one text: its levels, encoded, with the separator between them, which is the unit separator if the server names none.</summary>
    public string Encode(ImmutableArray<string> ns) =>
        string.Join(config.Properties.GetValueOrDefault(RestProperties.NamespaceSeparator) ?? "%1F", ns.Select(Uri.EscapeDataString));
}
