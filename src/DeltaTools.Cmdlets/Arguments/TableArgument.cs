using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Which table is meant: a name in a catalog, or the place of its files.</summary>
/// <param name="Text">As the user wrote it, or as an output object carries it.</param>
public sealed record TableArgument(string Text)
{
    /// <summary>The connection that the table came from, when it came from an output object.</summary>
    internal IcebergCatalog? Connection { get; init; }

    /// <summary>Prefixes of locations that were moved, for a table opened by path.</summary>
    internal IReadOnlyDictionary<string, string>? LocationMap { get; init; }

    /// <summary>A folder, a metadata file or a URI, instead of a name in a catalog.</summary>
    public bool IsLocation => Text is "." or ".." || Text.Contains('/', StringComparison.Ordinal)
        || Text.Contains('\\', StringComparison.Ordinal) || Text.EndsWith(".metadata.json", StringComparison.OrdinalIgnoreCase);

    public bool HasWildcards => !IsLocation && WildcardPattern.ContainsWildcardCharacters(Text);

    public override string ToString() => Text;
}
