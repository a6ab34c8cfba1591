using System.Numerics;
using System.Text.Json;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Avro;

/// <summary>Writes the records of an Avro file as lines of JSON that <see cref="AvroSql"/> tells the engine how to read.</summary>
/// <remarks>Fields are called <c>f0</c>, <c>f1</c>, ... by their place; bytes are hexadecimal text, decimals and uuids their text, maps lists of pairs.</remarks>
internal static class AvroJson
{
    private const int FlushAt = 1 << 20;

    /// <returns>Bytes of the longest line.</returns>
    /// <exception cref="InvalidDataException">The file is corrupt.</exception>
    public static long Write(AvroFile file, string path, CancellationToken cancel)
    {
        using FileStream output = File.Create(path);
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        long longest = 0;
        while (file.NextBlock(out long count, out ReadOnlySpan<byte> data))
        {
            cancel.ThrowIfCancellationRequested();
            var decoder = new AvroDecoder(data);
            for (; count > 0; count--)
            {
                long start = writer.BytesCommitted + writer.BytesPending;
                Write(writer, file.Schema, ref decoder);
                longest = Math.Max(longest, writer.BytesCommitted + writer.BytesPending - start);
                writer.Flush();
                output.WriteByte((byte)'\n');
                writer.Reset();
                if (output.Position % FlushAt == 0) cancel.ThrowIfCancellationRequested();
            }
        }
        return longest;
    }

    private static void Write(Utf8JsonWriter writer, AvroType type, ref AvroDecoder decoder)
    {
        switch (type)
        {
            case AvroPrimitive primitive: Write(writer, primitive, ref decoder); break;
            case AvroUnion union: Write(writer, union.Branches[decoder.ReadBranch(union.Branches.Length)], ref decoder); break;
            case AvroFixed @fixed: Write(writer, @fixed, decoder.ReadFixed(@fixed.Size)); break;
            case AvroRecord record:
                writer.WriteStartObject();
                for (int i = 0; i < record.Fields.Length; i++)
                {
                    writer.WritePropertyName(AvroSql.FieldName(i));
                    Write(writer, record.Fields[i].Type, ref decoder);
                }
                writer.WriteEndObject();
                break;
            case AvroArray array: WriteItems(writer, array.Items, keyed: false, ref decoder); break;
            case AvroMap map: WriteItems(writer, map.Values, keyed: true, ref decoder); break;
            default: throw new NotSupportedException("It holds an enum, which Iceberg does not have.");
        }
    }

    private static void WriteItems(Utf8JsonWriter writer, AvroType items, bool keyed, ref AvroDecoder decoder)
    {
        writer.WriteStartArray();
        bool empty = !keyed && items.IsEmpty;
        for (int count = decoder.ReadItemCount(empty); count != 0; count = decoder.ReadItemCount(empty))
        {
            for (; count > 0; count--)
            {
                if (keyed)
                {
                    writer.WriteStartObject();
                    writer.WriteString(AvroSql.FieldName(0), decoder.ReadBytes());
                    writer.WritePropertyName(AvroSql.FieldName(1));
                }
                Write(writer, items, ref decoder);
                if (keyed) writer.WriteEndObject();
            }
        }
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, AvroPrimitive type, ref AvroDecoder decoder)
    {
        switch (type.Kind)
        {
            case AvroKind.Null: writer.WriteNullValue(); break;
            case AvroKind.Boolean: writer.WriteBooleanValue(decoder.ReadBoolean()); break;
            case AvroKind.Int: writer.WriteNumberValue(decoder.ReadInt()); break;
            case AvroKind.Long: writer.WriteNumberValue(decoder.ReadLong()); break;
            // As text, for JSON has no NaN and the engine would read -0 as 0.
            case AvroKind.Float: writer.WriteStringValue(decoder.ReadFloat().ToString("R", System.Globalization.CultureInfo.InvariantCulture)); break;
            case AvroKind.Double: writer.WriteStringValue(decoder.ReadDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture)); break;
            case AvroKind.Bytes: writer.WriteStringValue(Convert.ToHexString(decoder.ReadBytes())); break;
            case AvroKind.String: writer.WriteStringValue(decoder.ReadString()); break;
        }
    }

    private static void Write(Utf8JsonWriter writer, AvroFixed type, ReadOnlySpan<byte> bytes)
    {
        switch (type.LogicalType)
        {
            case "decimal": writer.WriteStringValue(new DecimalValue(new BigInteger(bytes, isBigEndian: true), type.Scale).ToString()); break;
            case "uuid" when type.Size == 16: writer.WriteStringValue(new Guid(bytes, bigEndian: true)); break;
            default: writer.WriteStringValue(Convert.ToHexString(bytes)); break;
        }
    }
}
