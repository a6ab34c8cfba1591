using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The columns of a table, identified by field id; names may change, ids never do.</summary>
/// <param name="SchemaId">Id in the table's list of schemas.</param>
/// <param name="Struct">The columns.</param>
/// <param name="IdentifierFieldIds">Fields whose values identify a row ("Identifier Field IDs"); uniqueness is not enforced.</param>
public sealed record Schema(int SchemaId, StructType Struct, ImmutableArray<int> IdentifierFieldIds)
{
    private SchemaIndex? _index;

    public static readonly Schema Empty = new(0, new StructType([]), []);

    public ImmutableArray<NestedField> Fields => Struct.Fields;

    public static Schema Of(params ReadOnlySpan<NestedField> fields) => new(0, new StructType([.. fields]), []);

    /// <summary>Fields of the JSON that this version does not know, as raw JSON; written back as they were.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    /// <summary>The field with the id at any depth, or null.</summary>
    public NestedField? FindField(int id) => Index.Find(id)?.Field;

    /// <summary>The field with the full name (<c>address.city</c>, <c>tags.element</c>, <c>map.value.x</c>), or null. Case matters.</summary>
    public NestedField? FindField(string fullName) => Index.Find(fullName);

    /// <summary>As <see cref="FindField(string)"/>, but a name that differs only in case is found when it is the only one.</summary>
    public NestedField? FindFieldIgnoreCase(string fullName) => Index.FindIgnoreCase(fullName);

    /// <summary>The full name of a field at any depth, parts joined by dots.</summary>
    public string? NameOf(int id) => Index.Find(id)?.Name;

    /// <summary>The field whose type holds the field with the id; null for a column, and when there is no such field.</summary>
    public NestedField? ParentOf(int id) => Index.Find(id)?.Parent;

    /// <summary>Every field at every depth, parents before children.</summary>
    public IEnumerable<NestedField> AllFields => Index.All.Select(e => e.Field);

    /// <summary>Every field at every depth with its full name, parents before children.</summary>
    public IEnumerable<(NestedField Field, string FullName)> NamedFields => Index.All.Select(e => (e.Field, e.Name));

    /// <summary>The highest field id in use; 0 for an empty schema.</summary>
    public int HighestFieldId => Index.All.Count == 0 ? 0 : Index.All.Max(e => e.Field.Id);

    /// <summary>Whether both have the same columns and identifier fields; the ids of the schemas themselves do not matter.</summary>
    public bool SameAs(Schema other) =>
        Struct.Equals(other.Struct) && IdentifierFieldIds.Order().SequenceEqual(other.IdentifierFieldIds.Order());

    public bool Equals(Schema? other) => other is not null && SchemaId == other.SchemaId && SameAs(other);

    public override int GetHashCode() => HashCode.Combine(SchemaId, Struct);

    public override string ToString() => Struct.ToString();

    /// <summary>Built on first use; <c>with</c> copies it along, so it serves only as long as the struct is the one it was built for.</summary>
    private SchemaIndex Index => _index is { } index && ReferenceEquals(index.Struct, Struct) ? index : _index = new SchemaIndex(Struct);
}
