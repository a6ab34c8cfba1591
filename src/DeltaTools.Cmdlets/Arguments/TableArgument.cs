using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Spec;

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

    /// <summary>The name, where no place and no wildcards will do.</summary>
    /// <param name="example">For the error's message.</param>
    /// <exception cref="IcebergException">InvalidArgument.</exception>
    internal TableIdentifier Identifier(string example = "hr.employee") => IsLocation || HasWildcards
        ? throw IcebergException.Invalid($"'{this}' is not a table name. Write namespace.table, such as {example}.") : TableIdentifier.Parse(Text);

    public override string ToString() => Text;
}
