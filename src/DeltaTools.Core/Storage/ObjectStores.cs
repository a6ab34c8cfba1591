using System.Collections.Immutable;

namespace DeltaTools.Core.Storage;

/// <summary>The stores at hand, by the scheme of the locations they reach.</summary>
public sealed class ObjectStores
{
    private readonly ImmutableSortedDictionary<string, IObjectStore> _byScheme;

    private ObjectStores(ImmutableSortedDictionary<string, IObjectStore> byScheme) => _byScheme = byScheme;

    /// <summary>Local files only.</summary>
    public static readonly ObjectStores Local =
        new(ImmutableSortedDictionary.Create<string, IObjectStore>(StringComparer.OrdinalIgnoreCase).Add("file", LocalObjectStore.Instance));

    /// <summary>These stores and one more.</summary>
    public ObjectStores With(string scheme, IObjectStore store) => new(_byScheme.SetItem(scheme, store));

    /// <summary>The store that reaches the location.</summary>
    /// <exception cref="IcebergException">Unsupported: no store knows the scheme.</exception>
    public IObjectStore For(string location)
    {
        string scheme = SchemeOf(location);
        if (_byScheme.TryGetValue(scheme, out IObjectStore? store)) return store;
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
}
