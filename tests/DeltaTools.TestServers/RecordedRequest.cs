using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeltaTools.TestServers;

/// <summary>A request as it came in.</summary>
/// <param name="Operation">Such as <c>PutObject</c>.</param>
/// <param name="Resource">Such as a bucket and key.</param>
/// <param name="Target">Path and query as they stood in the request line.</param>
/// <param name="Headers">By names in lower case.</param>
public sealed record RecordedRequest(
    string Operation, string Resource, string Method, string Target, ImmutableSortedDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The status answered, or 0 when the connection broke first.</summary>
    public int Status { get; internal set; }

    public static RecordedRequest Of(HttpRequest request, string operation, string resource, byte[] body) => new(
        operation, resource, request.Method, request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget,
        request.Headers.ToImmutableSortedDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal),
        body);

    public override string ToString() => $"{Operation} {Resource} {Status}";
}
