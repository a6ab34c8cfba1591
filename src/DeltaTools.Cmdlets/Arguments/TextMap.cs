using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Management.Automation;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Hashtables of texts, such as table properties.</summary>
internal static class TextMap
{
    /// <summary>Numbers in the invariant culture, booleans in small letters as other engines write them, $null as the empty text.</summary>
    public static ImmutableSortedDictionary<string, string> Of(IDictionary? values) =>
        StringMap.Empty.SetItems(values is null ? [] : Entries(values).Select(e => KeyValuePair.Create(Text(e.Key), Text(e.Value))));

    /// <remarks>By its own enumerator: as a plain sequence, a generic dictionary gives pairs of another type.</remarks>
    public static IEnumerable<DictionaryEntry> Entries(IDictionary values)
    {
        foreach (DictionaryEntry entry in values) yield return entry;
    }

    public static string Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        SwitchParameter flag => flag ? "true" : "false",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}
