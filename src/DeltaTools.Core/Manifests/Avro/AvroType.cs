using System.Collections.Immutable;

namespace DeltaTools.Core.Manifests.Avro;

internal enum AvroKind { Null, Boolean, Int, Long, Float, Double, Bytes, String }

/// <summary>A node of an Avro schema, with the properties that Iceberg adds (Appendix A: field ids, logical types).</summary>
/// <remarks>Instances compare by reference: one named type that is used twice is one instance, as in Java's <c>Schema</c>.</remarks>
internal abstract class AvroType
{
    /// <summary>Whether every value takes no bytes at all, such as null or a record without fields.</summary>
    /// <remarks>Such values need care: a count of them in a corrupt file is bounded by nothing.</remarks>
    public abstract bool IsEmpty { get; }

    /// <summary>Levels of types inside each other.</summary>
    public virtual int Depth => 1;

    public static readonly AvroPrimitive Null = new(AvroKind.Null);
    public static readonly AvroPrimitive Boolean = new(AvroKind.Boolean);
    public static readonly AvroPrimitive Int = new(AvroKind.Int);
    public static readonly AvroPrimitive Long = new(AvroKind.Long);
    public static readonly AvroPrimitive Float = new(AvroKind.Float);
    public static readonly AvroPrimitive Double = new(AvroKind.Double);
    public static readonly AvroPrimitive Bytes = new(AvroKind.Bytes);
    public static readonly AvroPrimitive String = new(AvroKind.String);

    public static AvroUnion Optional(AvroType type) => new([Null, type]);
}

/// <param name="adjustToUtc">Iceberg's mark on timestamps: null where the schema says nothing.</param>
internal sealed class AvroPrimitive(AvroKind kind, string? logicalType = null, bool? adjustToUtc = null) : AvroType
{
    public AvroKind Kind { get; } = kind;

    public string? LogicalType { get; } = logicalType;

    public bool? AdjustToUtc { get; } = adjustToUtc;

    public override bool IsEmpty => Kind == AvroKind.Null;
}

internal sealed class AvroFixed(string name, int size, string? logicalType = null, int precision = 0, int scale = 0) : AvroType
{
    public string Name { get; } = name;

    public int Size { get; } = size;

    public string? LogicalType { get; } = logicalType;

    public int Precision { get; } = precision;

    public int Scale { get; } = scale;

    public override bool IsEmpty => Size == 0;
}

internal sealed class AvroEnum(string name) : AvroType
{
    public string Name { get; } = name;

    public override bool IsEmpty => false;
}

internal sealed class AvroRecord(string name, ImmutableArray<AvroField> fields) : AvroType
{
    public string Name { get; } = name;

    public ImmutableArray<AvroField> Fields { get; } = fields;

    public override bool IsEmpty { get; } = fields.All(f => f.Type.IsEmpty);

    public override int Depth { get; } = 1 + fields.Select(f => f.Type.Depth).DefaultIfEmpty().Max();
}

/// <param name="Id">Iceberg field id; null where the writer left it out, then the name counts.</param>
/// <param name="OriginalName">The field's name in Iceberg when it is not a valid name in Avro.</param>
internal sealed record AvroField(string Name, AvroType Type, int? Id, string? Doc = null, string? OriginalName = null);

/// <param name="isMap">Whether the records inside are the keys and values of an Iceberg map.</param>
internal sealed class AvroArray(AvroType items, int? elementId = null, bool isMap = false) : AvroType
{
    public AvroType Items { get; } = items;

    public int? ElementId { get; } = elementId;

    public bool IsMap { get; } = isMap;

    public override bool IsEmpty => false;

    public override int Depth { get; } = 1 + items.Depth;
}

/// <summary>Avro's own map, with string keys.</summary>
internal sealed class AvroMap(AvroType values) : AvroType
{
    public AvroType Values { get; } = values;

    public override bool IsEmpty => false;

    public override int Depth { get; } = 1 + values.Depth;
}

internal sealed class AvroUnion(ImmutableArray<AvroType> branches) : AvroType
{
    public ImmutableArray<AvroType> Branches { get; } = branches;

    public override bool IsEmpty => false;

    public override int Depth { get; } = 1 + branches.Max(b => b.Depth);
}
