using System.Numerics;
using System.Runtime.InteropServices;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>Reads partition tuples in the order and the types of the table's spec, whatever the writer's order and types.</summary>
/// <remarks>Files in a manifest mostly come in runs of one partition; a run shares one tuple. Not for concurrent use.</remarks>
internal sealed class PartitionReader
{
    private readonly AvroRecord _type;
    private readonly (int Index, AvroOptional Field, AvroValueReader<object>? Read)[] _steps;
    private readonly PartitionTuple _empty;
    private byte[] _lastBytes = [];
    private PartitionTuple? _last;

    /// <param name="expected">The partition tuple's type by the table's spec.</param>
    /// <exception cref="InvalidDataException">A field of the spec is missing, or has a type that does not fit.</exception>
    public PartitionReader(AvroType type, StructType expected)
    {
        _type = type as AvroRecord ?? throw new InvalidDataException("Field partition is not a record.");
        _empty = AllNull(expected);
        _steps = [.. _type.Fields.Select(field => Step(field, expected))];
        foreach ((NestedField missing, int index) in expected.Fields.Select((field, index) => (field, index)))
        {
            // Taking it as null would prune files that hold wanted rows.
            if (missing.Type.Id != TypeId.Unknown && !_steps.Any(s => s.Index == index))
            {
                throw new InvalidDataException($"Its partition values lack field {missing.Id} '{missing.Name}' of the table's partition spec.");
            }
        }
    }

    public static PartitionTuple AllNull(StructType expected) =>
        expected.Fields.IsEmpty ? PartitionTuple.Empty : new PartitionTuple([.. new object?[expected.Fields.Length]]);

    public PartitionTuple Read(ref AvroDecoder decoder)
    {
        int start = decoder.Position;
        decoder.Skip(_type);
        ReadOnlySpan<byte> bytes = decoder.Slice(start, decoder.Position);
        if (_last is null || !bytes.SequenceEqual(_lastBytes))
        {
            _last = Decode(bytes);
            _lastBytes = bytes.ToArray();
        }
        return _last;
    }

    private PartitionTuple Decode(ReadOnlySpan<byte> bytes)
    {
        if (_empty.Values.IsEmpty) return _empty;
        var decoder = new AvroDecoder(bytes);
        object?[] values = new object?[_empty.Values.Length];
        for (int i = 0; i < _steps.Length; i++)
        {
            (int index, AvroOptional field, AvroValueReader<object>? read) = _steps[i];
            if (read is null) decoder.Skip(_type.Fields[i].Type);
            else if (field.ReadIsPresent(ref decoder)) values[index] = read(ref decoder);
        }
        return new PartitionTuple(ImmutableCollectionsMarshal.AsImmutableArray(values));
    }

    private static (int, AvroOptional, AvroValueReader<object>?) Step(AvroField field, StructType expected)
    {
        for (int i = 0; i < expected.Fields.Length; i++)
        {
            NestedField wanted = expected.Fields[i];
            if (field.Id is { } id ? id != wanted.Id : field.Name != wanted.Name && field.Name != AvroNames.Sanitize(wanted.Name)) continue;
            AvroOptional optional = AvroOptional.Of(field.Type);
            AvroValueReader<object> read = Value(optional.Type, wanted.Type)
                ?? throw new InvalidDataException($"Partition field {wanted.Id} '{wanted.Name}' is not {wanted.Type} in it.");
            return (i, optional, read);
        }
        return (-1, default, null);
    }

    /// <summary>The physical form of the expected type; what the writer's type says when the expected one is unknown.</summary>
    private static AvroValueReader<object>? Value(AvroType type, IcebergType expected) => (type, expected.Id) switch
    {
        (AvroPrimitive { Kind: AvroKind.Null }, _) => static (ref _) => null!,
        (AvroPrimitive { Kind: AvroKind.Boolean }, TypeId.Boolean or TypeId.Unknown) => static (ref d) => d.ReadBoolean(),
        (AvroPrimitive { Kind: AvroKind.Int or AvroKind.Long }, TypeId.Int or TypeId.Date) => static (ref d) => d.ReadInt(),
        (AvroPrimitive { Kind: AvroKind.Int }, TypeId.Unknown) => static (ref d) => d.ReadInt(),
        (AvroPrimitive { Kind: AvroKind.Int }, TypeId.Long) => static (ref d) => d.ReadLong(),
        (AvroPrimitive { Kind: AvroKind.Long }, TypeId.Long or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz
            or TypeId.TimestampNs or TypeId.TimestampTzNs or TypeId.Unknown) => static (ref d) => d.ReadLong(),
        (AvroPrimitive { Kind: AvroKind.Float }, TypeId.Float or TypeId.Unknown) => static (ref d) => d.ReadFloat(),
        (AvroPrimitive { Kind: AvroKind.Float }, TypeId.Double) => static (ref d) => (double)d.ReadFloat(),
        (AvroPrimitive { Kind: AvroKind.Double }, TypeId.Double or TypeId.Unknown) => static (ref d) => d.ReadDouble(),
        (AvroPrimitive { Kind: AvroKind.String }, TypeId.String or TypeId.Unknown) => static (ref d) => d.ReadString(),
        (AvroPrimitive { Kind: AvroKind.String }, TypeId.Uuid) => static (ref d) => ParseUuid(d.ReadString()),
        (AvroPrimitive { Kind: AvroKind.Bytes }, TypeId.Decimal) => (ref d) => Decimal(d.ReadBytes(), ((DecimalType)expected).Scale),
        (AvroPrimitive { Kind: AvroKind.Bytes }, TypeId.Binary or TypeId.Fixed or TypeId.Geometry or TypeId.Geography or TypeId.Unknown) =>
            static (ref d) => d.ReadBytes().ToArray(),
        (AvroFixed { Size: 16 } f, TypeId.Uuid) => static (ref d) => new Guid(d.ReadFixed(16), bigEndian: true),
        (AvroFixed { Size: 16, LogicalType: "uuid" } f, TypeId.Unknown) => static (ref d) => new Guid(d.ReadFixed(16), bigEndian: true),
        (AvroFixed f, TypeId.Decimal) => (ref d) => Decimal(d.ReadFixed(f.Size), ((DecimalType)expected).Scale),
        (AvroFixed { LogicalType: "decimal" } f, TypeId.Unknown) => (ref d) => Decimal(d.ReadFixed(f.Size), f.Scale),
        (AvroFixed f, TypeId.Fixed or TypeId.Binary or TypeId.Unknown) => (ref d) => d.ReadFixed(f.Size).ToArray(),
        _ => null,
    };

    private static DecimalValue Decimal(ReadOnlySpan<byte> unscaled, int scale) => new DecimalValue(new BigInteger(unscaled, isBigEndian: true), scale);

    private static Guid ParseUuid(string text) => Guid.TryParse(text, out Guid uuid)
        ? uuid
        : throw new InvalidDataException($"A partition value '{text}' is not a uuid.");
}
