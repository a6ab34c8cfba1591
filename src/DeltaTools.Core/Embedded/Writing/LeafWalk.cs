using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Walks a Parquet schema, counts its leaves and finds those that have a field id, in the file or by a name mapping.</summary>
internal sealed class LeafWalk(SchemaElement[] elements, Schema schema)
{
    private readonly ImmutableArray<LeafColumn>.Builder _leaves = ImmutableArray.CreateBuilder<LeafColumn>();
    private int _next;

    public int LeafCount { get; private set; }

    public ImmutableArray<LeafColumn> Run(NameMapping? mapping)
    {
        _next = 1;
        bool byName = mapping is not null && elements.All(e => e.FieldId is null);
        Children(elements[0], [], byName ? mapping!.Fields : null);
        return _leaves.ToImmutable();
    }

    private void Children(SchemaElement parent, ImmutableArray<SchemaElement> path, ImmutableArray<MappedField>? mapping)
    {
        for (int i = 0; i < parent.ChildCount; i++)
        {
            if (_next >= elements.Length) throw new InvalidDataException("its schema claims children that are not there");
            Node(parent, i, path, mapping);
        }
    }

    private void Node(SchemaElement parent, int place, ImmutableArray<SchemaElement> path, ImmutableArray<MappedField>? mapping)
    {
        SchemaElement element = elements[_next++];
        ImmutableArray<SchemaElement> own = path.Add(element);
        // The repeated node between a list and its element, or a map and its entries, is no field.
        bool isBetween = element.Repetition == Repetition.Repeated && element.ChildCount > 0
            && parent.Converted is ConvertedType.List or ConvertedType.Map or ConvertedType.MapKeyValue;
        MappedField? mapped = isBetween ? null : mapping?.FirstOrDefault(m => m.Names.Contains(Name(parent, element, place, path)));
        ImmutableArray<MappedField>? inner = isBetween ? mapping : mapping is null ? null : mapped?.Fields ?? [];
        if (element.ChildCount > 0)
        {
            Children(element, own, inner);
            return;
        }
        int leaf = LeafCount++;
        if ((element.FieldId ?? mapped?.FieldId) is { } id)
            _leaves.Add(new(leaf, id, own, schema.FindField(id)?.Type as PrimitiveType, own.Any(e => e.Repetition == Repetition.Repeated)));
    }

    /// <summary>Mappings know the parts of lists and maps by their names in Iceberg.</summary>
    private static string Name(SchemaElement parent, SchemaElement element, int place, ImmutableArray<SchemaElement> path)
    {
        if (parent.Converted == ConvertedType.List) return "element";
        if (parent.Repetition != Repetition.Repeated || path.Length < 2) return element.Name;
        return path[^2].Converted switch
        {
            ConvertedType.List => "element",
            ConvertedType.Map or ConvertedType.MapKeyValue => place == 0 ? "key" : "value",
            _ => element.Name,
        };
    }
}
