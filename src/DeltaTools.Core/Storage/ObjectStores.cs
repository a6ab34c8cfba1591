using System.Collections.Immutable;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Storage;

/// <summary>The stores at hand, by the scheme of the locations they reach. Whoever made them disposes of them when nobody reads any more.</summary>
public sealed class ObjectStores : IDisposable
{
    private readonly ImmutableSortedDictionary<string, Lazy<IObjectStore>> _byScheme;

    private ObjectStores(ImmutableSortedDictionary<string, Lazy<IObjectStore>> byScheme) => _byScheme = byScheme;

    /// <summary>Local files only.</summary>
    public static readonly ObjectStores Local = new ObjectStores(
        ImmutableSortedDictionary.Create<string, Lazy<IObjectStore>>(StringComparer.OrdinalIgnoreCase)).With("file", LocalObjectStore.Instance);

    /// <summary>Local files, and S3 with what the environment and the user's files say. They last as long as the process.</summary>
    public static readonly ObjectStores Default = Local.WithS3(new S3Settings());

    /// <summary>These stores and one more.</summary>
    public ObjectStores With(string scheme, IObjectStore store) => With([scheme], new(store));

    /// <summary>These stores and S3, which is looked up when it is first needed.</summary>
    public ObjectStores WithS3(S3Settings settings) => With(S3Location.Schemes, new(() => new S3ObjectStore(settings)));

    /// <summary>The store that reaches the location.</summary>
    /// <exception cref="IcebergException">Unsupported: no store knows the scheme.</exception>
    public IObjectStore For(string location)
    {
        string scheme = SchemeOf(location);
        if (_byScheme.TryGetValue(scheme, out Lazy<IObjectStore>? store)) return store.Value;
        throw IcebergException.Unsupported(
            $"Cannot reach {location}: locations of scheme '{scheme}' are not supported here (known: {string.Join(", ", _byScheme.Keys)}). "
            + "If the files were copied to a place that can be reached, name it with -LocationMap.");
    }

    /// <summary>The scheme before <c>:/</c>, or <c>file</c> for plain paths, Windows drives among them.</summary>
    public static string SchemeOf(string location)
    {
        int end = location.IndexOf(":/", StringComparison.Ordinal);
        return end > 1 && location[..end].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? location[..end] : "file";
    }

    public void Dispose()
    {
        foreach (Lazy<IObjectStore> store in _byScheme.Values.Distinct())
        {
            if (store.IsValueCreated) (store.Value as IDisposable)?.Dispose();
        }
    }

    private ObjectStores With(IEnumerable<string> schemes, Lazy<IObjectStore> store) =>
        new(schemes.Aggregate(_byScheme, (all, scheme) => all.SetItem(scheme, store)));
}
