using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Namespaces of a REST catalog, which may lie in each other.</summary>
internal sealed class RestNamespaces(RestSession session)
{
    private const int Parallel = 8;

    /// <summary>All of them, at every level, sorted.</summary>
    public async Task<IReadOnlyList<ImmutableArray<string>>> ListAsync(CancellationToken cancel)
    {
        ConcurrentBag<ImmutableArray<string>> found = [];
        ImmutableArray<string>[] level = [.. await NamespacesAsync([], cancel).ConfigureAwait(false)];
        const int Deepest = 100;
        for (int depth = 0; depth < Deepest && level.Length > 0; depth++)
        {
            ConcurrentBag<ImmutableArray<string>> next = [];
            await EachAsync(level, async (ns, token) =>
            {
                found.Add(ns);
                foreach (ImmutableArray<string> child in await ChildrenAsync(ns, token).ConfigureAwait(false)) next.Add(child);
            }, cancel).ConfigureAwait(false);
            level = [.. next];
        }
        return [.. found.OrderBy(n => string.Join('.', n), StringComparer.Ordinal)];
    }

    private async Task<List<ImmutableArray<string>>> NamespacesAsync(ImmutableArray<string> parent, CancellationToken cancel)
    {
        string about = parent.IsEmpty ? "list its namespaces" : $"list the namespaces of {string.Join('.', parent)}";
        string path = session.Paths.Namespaces + (parent.IsEmpty ? "" : $"?parent={session.Paths.Encode(parent)}");
        try
        {
            return await session.ListAsync(path, "namespaces", about, ReadLevels, cancel).ConfigureAwait(false);
        }
        catch (RestException error) when (!parent.IsEmpty && error.Status is 400 or 404 or 406 or 501)
        {
            // Dropped meanwhile; or a catalog without namespaces in namespaces.
            return [];
        }
        catch (RestException error)
        {
            throw RestErrors.ToIceberg(error, session.Address, about);
        }
    }

    /// <summary>Servers that overlook the parent answer with the top level, which is no child.</summary>
    private async Task<IEnumerable<ImmutableArray<string>>> ChildrenAsync(ImmutableArray<string> parent, CancellationToken cancel) =>
        (await NamespacesAsync(parent, cancel).ConfigureAwait(false)).Where(n => n.Length == parent.Length + 1 && n.Take(parent.Length).SequenceEqual(parent));

    /// <summary>Creates a namespace and those above it.</summary>
    /// <param name="key">Makes the header by which an attempt is known again.</param>
    public async Task CreateAsync(ImmutableArray<string> ns, Func<IEnumerable<KeyValuePair<string, string>>> key, CancellationToken cancel)
    {
        for (int levels = 1; levels <= ns.Length; levels++)
        {
            ImmutableArray<string> part = ns[..levels];
            var call = new RestCall(HttpMethod.Post, session.Paths.Namespaces, $"create namespace {string.Join('.', part)}")
            {
                Body = JsonText.Bytes(writer =>
                {
                    writer.WriteStartObject();
                    writer.Array("namespace", part, (w, level) => w.WriteStringValue(level));
                    writer.TextMap("properties", StringMap.Empty);
                    writer.WriteEndObject();
                }),
                Headers = [.. key()],
            };
            try
            {
                await session.TryAsync(call, cancel).ConfigureAwait(false);
            }
            catch (RestException error) when (error.Status == 409)
            {
                // There already.
            }
            catch (RestException error)
            {
                throw session.Explain(error, call);
            }
        }
    }

    public static Task EachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> work, CancellationToken cancel) =>
        System.Threading.Tasks.Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, work);

    public static ImmutableArray<string> ReadLevels(JsonElement element, JsonPlace place) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select((e, i) => JsonFields.ToText(e, place.Item(i)))] : throw place.MustBe("an array", element);
}
