using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>By what rows of two states are the same row.</summary>
/// <param name="Key">Columns of the key; none: a row is what it holds, and there are no updates.</param>
/// <param name="PrefersLineage">Whether row ids (v3) come before the key, where all rows have one; the key is asked about rows that find no partner by them.</param>
public sealed record RowIdentity(ImmutableArray<NestedField> Key, bool PrefersLineage)
{
    /// <exception cref="IcebergException">InvalidArgument: the schema has no such column at its top.</exception>
    public static RowIdentity Of(Schema schema, IEnumerable<string> key, bool prefersLineage) => new(
        [.. key.Select(name => schema.FindFieldIgnoreCase(name) is { } field && schema.Fields.Contains(field) ? field
            : throw IcebergException.Invalid($"The table has no column '{name}'. It has: {string.Join(", ", schema.Fields.Select(f => f.Name))}."))],
        prefersLineage);
}
