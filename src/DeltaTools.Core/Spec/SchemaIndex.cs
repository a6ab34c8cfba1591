using System.Collections.Frozen;

namespace DeltaTools.Core.Spec;

/// <summary>Look-ups over the fields of one struct at every depth. Of fields that share an id or a name, the first is found.</summary>
internal sealed class SchemaIndex
{
    private readonly FrozenDictionary<int, Entry> _byId;
    private readonly FrozenDictionary<string, NestedField> _byName;
    private FrozenDictionary<string, NestedField?>? _ignoringCase;

    public SchemaIndex(StructType of)
    {
        Struct = of;
        All = [.. Walk(of, null, "")];
        _byId = All.DistinctBy(e => e.Field.Id).ToFrozenDictionary(e => e.Field.Id);
        _byName = All.DistinctBy(e => e.Name).ToFrozenDictionary(e => e.Name, e => e.Field);
    }

    public StructType Struct { get; }

    /// <summary>Every field at every depth, parents before children.</summary>
    public IReadOnlyList<Entry> All { get; }

    public Entry? Find(int id) => _byId.GetValueOrDefault(id);

    public NestedField? Find(string fullName) => _byName.GetValueOrDefault(fullName);

    /// <summary>Null also when several names differ only in case.</summary>
    public NestedField? FindIgnoreCase(string fullName)
    {
        _ignoringCase ??= All.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(g => g.Key, g => g.Count() == 1 ? g.First().Field : null, StringComparer.OrdinalIgnoreCase);
        return Find(fullName) ?? _ignoringCase.GetValueOrDefault(fullName);
    }

    private static IEnumerable<Entry> Walk(IcebergType type, NestedField? parent, string prefix)
    {
        foreach (NestedField field in type.Children)
        {
            string name = prefix + field.Name;
            yield return new(field, name, parent);
            foreach (Entry inner in Walk(field.Type, field, name + ".")) yield return inner;
        }
    }

    /// <param name="Parent">The field whose type holds this one; null at the top.</param>
    internal sealed record Entry(NestedField Field, string Name, NestedField? Parent);
}
