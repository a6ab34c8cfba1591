using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Embedded.Footers;

/// <summary>The columns of a Parquet file, shaped and named as the engine reads them.</summary>
internal sealed class PhysicalSchema
{
    private const int MaxDepth = 64;

    private PhysicalSchema(ImmutableArray<PhysicalField> columns, ReadOnlyMemory<byte> bytes)
    {
        Columns = columns;
        Bytes = bytes;
    }

    public ImmutableArray<PhysicalField> Columns { get; }

    /// <summary>Serialized form; files with equal bytes have the same schema.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether any field has an id. A file without ids is read by name mapping or position.</summary>
    public bool HasIds => Columns.Any(c => c.AnyId);

    /// <exception cref="InvalidDataException">The tree does not fit together.</exception>
    public static PhysicalSchema Of(ParquetFooter footer)
    {
        int next = 1;
        ImmutableArray<PhysicalField> columns = Children(footer.Schema, 0, ref next, 0);
        if (next != footer.Schema.Length) throw new InvalidDataException("its schema has more nodes than its tree");
        return new(columns, footer.SchemaBytes.ToArray());
    }

    /// <summary>The same columns with other ids.</summary>
    public PhysicalSchema With(ImmutableArray<PhysicalField> columns) => new(columns, Bytes);

    private static ImmutableArray<PhysicalField> Children(SchemaElement[] all, int parent, ref int next, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("its schema is nested too deeply");
        int count = all[parent].ChildCount;
        if (count < 0 || count > all.Length - next) throw new InvalidDataException("its schema claims children that are not there");
        ImmutableArray<PhysicalField>.Builder children = ImmutableArray.CreateBuilder<PhysicalField>(count);
        for (int i = 0; i < count; i++) children.Add(Node(all, parent, ref next, depth + 1));
        return Unique(children.MoveToImmutable());
    }

    /// <summary>Follows the engine's rules: a repeated node is a list, and a list's or repeated node's only child takes its place.</summary>
    private static PhysicalField Node(SchemaElement[] all, int parent, ref int next, int depth)
    {
        if (next >= all.Length) throw new InvalidDataException("its schema claims children that are not there");
        int index = next++;
        SchemaElement element = all[index];
        bool repeated = element.Repetition == Repetition.Repeated;
        if (element.ChildCount == 0)
        {
            var leaf = new PhysicalField(element.Name, element.Name, element.FieldId, PhysicalKind.Primitive, EngineTypes.Of(element), [])
            {
                IsUtcNanos = element is { Logical: LogicalKind.Timestamp, IsNanos: true, IsUtc: true },
            };
            return repeated ? ListOf(leaf, element with { FieldId = null }) : leaf;
        }
        ImmutableArray<PhysicalField> children = Children(all, index, ref next, depth);
        if (IsMapEntry(all, parent, element))
        {
            if (children.Length != 2 || !repeated) throw new InvalidDataException($"its map {all[parent].Name} does not have a key and a value");
            return new(element.Name, element.Name, element.FieldId, PhysicalKind.Map, "", children);
        }
        PhysicalField node;
        if (element.Logical == LogicalKind.Variant)
            node = new(element.Name, element.Name, element.FieldId, PhysicalKind.Variant, "VARIANT", children);
        else if (children.Length > 1 || (element.Converted is not (ConvertedType.List or ConvertedType.Map) && !repeated))
            node = new(element.Name, element.Name, element.FieldId, PhysicalKind.Struct, "", children);
        else
            return repeated
                ? ListOf(children[0], element)
                : children[0] with { Name = element.Name, EngineName = element.Name, Id = element.FieldId };
        return repeated ? ListOf(node with { Id = null }, element) : node;
    }

    private static bool IsMapEntry(SchemaElement[] all, int parent, SchemaElement element) =>
        element.Converted == ConvertedType.MapKeyValue
        || (parent > 0 && all[parent].Converted == ConvertedType.Map && all[parent].ChildCount == 1);

    private static PhysicalField ListOf(PhysicalField item, SchemaElement list) =>
        new(list.Name, list.Name, list.FieldId, PhysicalKind.List, "", [item]);

    private static ImmutableArray<PhysicalField> Unique(ImmutableArray<PhysicalField> siblings)
    {
        var taken = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        ImmutableArray<PhysicalField>.Builder result = ImmutableArray.CreateBuilder<PhysicalField>(siblings.Length);
        foreach (PhysicalField field in siblings)
        {
            string name = field.EngineName;
            while (taken.TryGetValue(name, out int count))
            {
                taken[name] = ++count;
                name += "_" + count.ToString(CultureInfo.InvariantCulture);
            }
            taken[name] = 0;
            result.Add(field with { EngineName = name });
        }
        return result.MoveToImmutable();
    }
}
