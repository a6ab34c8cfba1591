using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>Numbers fields in the order of the Java library: all fields of a struct (element of a list; key, value of a map), then what is inside them.</summary>
public sealed class FreshIds(int lastId)
{
    private readonly Dictionary<int, int> _newIds = [];

    /// <summary>The last id that was given, or taken before.</summary>
    public int LastId { get; private set; } = lastId;

    /// <summary>The new id of a field that had <paramref name="oldId"/>; null when no such field was numbered.</summary>
    public int? NewId(int oldId) => _newIds.TryGetValue(oldId, out int id) ? id : null;

    public NestedField Assign(NestedField field) => Inner(field with { Id = Next(field.Id) });

    public IcebergType Assign(IcebergType type) => type switch
    {
        StructType s => new StructType(All(s.Fields)),
        ListType list => list with { Element = All([list.Element])[0] },
        MapType map when All([map.Key, map.Value]) is var entry => new MapType(entry[0], entry[1]),
        _ => type,
    };

    private ImmutableArray<NestedField> All(ImmutableArray<NestedField> fields)
    {
        NestedField[] numbered = [.. fields.Select(f => f with { Id = Next(f.Id) })];
        return [.. numbered.Select(Inner)];
    }

    private NestedField Inner(NestedField field) => field.Type.IsNested ? field with { Type = Assign(field.Type) } : field;

    private int Next(int oldId)
    {
        if (LastId >= NestedField.MaxUserId) throw IcebergException.Invalid("The table has used up all its field ids.");
        _newIds[oldId] = ++LastId;
        return LastId;
    }
}
