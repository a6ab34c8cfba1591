using System.Collections.Frozen;
using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The columns of a table, identified by field id; names may change, ids never do.</summary>
/// <param name="SchemaId">Id in the table's list of schemas.</param>
/// <param name="Struct">The columns.</param>
/// <param name="IdentifierFieldIds">Fields whose values identify a row ("Identifier Field IDs"); uniqueness is not enforced.</param>
public sealed record Schema(int SchemaId, StructType Struct, ImmutableArray<int> IdentifierFieldIds)
{
    private FrozenDictionary<int, NestedField>? _byId;
    private FrozenDictionary<string, NestedField>? _byName;
    private FrozenDictionary<int, string>? _names;

    public static readonly Schema Empty = new(0, new StructType([]), []);

    public ImmutableArray<NestedField> Fields => Struct.Fields;

    public static Schema Of(params ReadOnlySpan<NestedField> fields) => new(0, new StructType([.. fields]), []);

    /// <summary>The field with the id at any depth, or null.</summary>
    public NestedField? FindField(int id) => ById.GetValueOrDefault(id);

    /// <summary>The field with the full name (<c>address.city</c>, <c>tags.element</c>, <c>map.value.x</c>), or null. Case matters.</summary>
    public NestedField? FindField(string fullName) => ByName.GetValueOrDefault(fullName);

    /// <summary>As <see cref="FindField(string)"/>, but a name that differs only in case is found when it is the only one.</summary>
    public NestedField? FindFieldIgnoreCase(string fullName)
    {
        if (FindField(fullName) is { } exact) return exact;
        NestedField[] found = [.. ByName.Where(p => p.Key.Equals(fullName, StringComparison.OrdinalIgnoreCase)).Select(p => p.Value)];
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>The full name of a field at any depth, parts joined by dots.</summary>
    public string? NameOf(int id) => Names.GetValueOrDefault(id);

    /// <summary>Every field at every depth, parents before children.</summary>
    public IEnumerable<NestedField> AllFields => Walk(Struct, "").Select(p => p.Field);

    /// <summary>The highest field id in use; 0 for an empty schema.</summary>
    public int HighestFieldId => ById.Count == 0 ? 0 : ById.Keys.Max();

    /// <summary>Whether both have the same columns and identifier fields; the ids of the schemas themselves do not matter.</summary>
    public bool SameAs(Schema other) =>
        Struct.Equals(other.Struct) && IdentifierFieldIds.Order().SequenceEqual(other.IdentifierFieldIds.Order());

    public bool Equals(Schema? other) => other is not null && SchemaId == other.SchemaId && SameAs(other);

    public override int GetHashCode() => HashCode.Combine(SchemaId, Struct);

    public override string ToString() => Struct.ToString();

    private FrozenDictionary<int, NestedField> ById =>
        _byId ??= Walk(Struct, "").GroupBy(p => p.Field.Id).ToFrozenDictionary(g => g.Key, g => g.First().Field);

    private FrozenDictionary<string, NestedField> ByName =>
        _byName ??= Walk(Struct, "").GroupBy(p => p.Name).ToFrozenDictionary(g => g.Key, g => g.First().Field);

    private FrozenDictionary<int, string> Names =>
        _names ??= Walk(Struct, "").GroupBy(p => p.Field.Id).ToFrozenDictionary(g => g.Key, g => g.First().Name);

    private static IEnumerable<(NestedField Field, string Name)> Walk(IcebergType type, string prefix)
    {
        foreach (NestedField field in type.Children)
        {
            string name = prefix + field.Name;
            yield return (field, name);
            foreach ((NestedField, string) inner in Walk(field.Type, name + ".")) yield return inner;
        }
    }
}
