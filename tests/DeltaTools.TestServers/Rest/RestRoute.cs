using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeltaTools.TestServers.Rest;

/// <summary>What a request is about, by the names of the OpenAPI document.</summary>
/// <param name="Operation">Its <c>operationId</c>.</param>
/// <param name="Namespace">Levels; empty when there are none.</param>
internal sealed record RestRoute(string Operation, ImmutableArray<string> Namespace, string Table, IReadOnlyDictionary<string, string> Query)
{
    /// <param name="root">Path of the catalog, before <c>/v1</c>.</param>
    /// <param name="prefix">Of the paths after <c>/v1</c>.</param>
    public static RestRoute Of(HttpRequest request, string root, string prefix, string separator)
    {
        string[] target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        Dictionary<string, string> query = target.Length == 1 ? [] : target[1].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => Uri.UnescapeDataString(p[0]), p => p.Length > 1 ? p[1] : "");
        string path = target[0].StartsWith(root + "/v1/", StringComparison.Ordinal) ? target[0][(root.Length + 4)..] : "";
        if (path is "config" or "oauth/tokens") return new(path == "config" ? "getConfig" : "getToken", [], "", Decoded(query));
        string start = prefix.Length == 0 ? "namespaces" : prefix + "/namespaces";
        if (path != start && !path.StartsWith(start + "/", StringComparison.Ordinal)) return new($"{request.Method} {target[0]}", [], "", Decoded(query));
        string[] rest = path[start.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        ImmutableArray<string> ns = rest.Length > 0 ? Levels(rest[0], separator) : query.TryGetValue("parent", out string? parent) && parent.Length > 0 ? Levels(parent, separator) : [];
        string table = rest.Length > 2 ? Uri.UnescapeDataString(rest[2]) : "";
        string operation = (request.Method, rest) switch
        {
            ("GET", []) => "listNamespaces",
            ("POST", []) => "createNamespace",
            ("GET", [_]) => "loadNamespaceMetadata",
            ("DELETE", [_]) => "dropNamespace",
            ("GET", [_, "tables"]) => "listTables",
            ("POST", [_, "tables"]) => "createTable",
            ("POST", [_, "register"]) => "registerTable",
            ("GET", [_, "tables", _]) => "loadTable",
            ("POST", [_, "tables", _]) => "updateTable",
            ("DELETE", [_, "tables", _]) => "dropTable",
            ("HEAD", [_, "tables", _]) => "tableExists",
            ("GET", [_, "tables", _, "credentials"]) => "loadCredentials",
            _ => $"{request.Method} {path}",
        };
        return new(operation, ns, table, Decoded(query));
    }

    public override string ToString() => Namespace.IsEmpty ? Table : $"{string.Join('.', Namespace)}{(Table.Length > 0 ? "." : "")}{Table}";

    /// <summary>Both the advertised separator and the unit separator count.</summary>
    private static ImmutableArray<string> Levels(string text, string separator) =>
        [.. text.Split([separator, "%1F", "%1f"], StringSplitOptions.None).Select(Uri.UnescapeDataString)];

    private static Dictionary<string, string> Decoded(Dictionary<string, string> query) => query.ToDictionary(q => q.Key, q => Uri.UnescapeDataString(q.Value));
}
