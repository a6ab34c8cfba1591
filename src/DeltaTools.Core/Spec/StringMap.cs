using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The empty map that string maps of metadata start from: keys compare letter for letter, whatever the user's culture.</summary>
/// <remarks><c>ImmutableSortedDictionary&lt;string, ...&gt;.Empty</c> compares keys by culture and takes some different keys for equal.</remarks>
public static class StringMap
{
    public static readonly ImmutableSortedDictionary<string, string> Empty =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static ImmutableSortedDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> entries) =>
        Empty.AddRange(entries);
}
