namespace DeltaTools.Core.Embedded.Footers;

/// <summary>What a footer says of one column in one row group.</summary>
/// <param name="Path">Names from the root, with the inner nodes of lists and maps.</param>
/// <param name="Min">Plain-encoded smallest value, or null when none is stored or its order cannot be trusted.</param>
internal sealed record ColumnChunk(
    string[] Path,
    ParquetPrimitive Primitive,
    long ValueCount,
    long CompressedSize,
    long StartOffset,
    long? NullCount,
    byte[]? Min,
    byte[]? Max)
{
    public static ColumnChunk? Read(ref ThriftReader reader)
    {
        ColumnChunk? chunk = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 3 && type == ThriftType.Struct) chunk = ReadMetadata(ref reader);
            else reader.Skip(type);
        }
        return chunk;
    }

    private static ColumnChunk ReadMetadata(ref ThriftReader reader)
    {
        string[] path = [];
        var primitive = ParquetPrimitive.ByteArray;
        long values = 0, compressed = 0, dataOffset = 0, dictionaryOffset = 0;
        var statistics = default(Statistics);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: primitive = (ParquetPrimitive)reader.Int32(); break;
                case 3:
                    path = new string[reader.List(out _)];
                    for (int i = 0; i < path.Length; i++) path[i] = reader.Text();
                    break;
                case 5: values = reader.Int64(); break;
                case 7: compressed = reader.Int64(); break;
                case 9: dataOffset = reader.Int64(); break;
                case 11: dictionaryOffset = reader.Int64(); break;
                case 12: statistics = Statistics.Read(ref reader); break;
                default: reader.Skip(type); break;
            }
        }
        long start = dictionaryOffset > 0 && dictionaryOffset < dataOffset ? dictionaryOffset : dataOffset;
        (byte[]? min, byte[]? max) = statistics.Bounds(primitive);
        return new(path, primitive, values, compressed, start, statistics.NullCount, min, max);
    }

    private struct Statistics
    {
        public long? NullCount;
        private byte[]? _oldMax, _oldMin, _max, _min;

        public static Statistics Read(ref ThriftReader reader)
        {
            var statistics = default(Statistics);
            int id = 0;
            while (reader.NextField(ref id, out ThriftType type))
            {
                switch (id)
                {
                    case 1: statistics._oldMax = reader.Bytes().ToArray(); break;
                    case 2: statistics._oldMin = reader.Bytes().ToArray(); break;
                    case 3: statistics.NullCount = reader.Int64(); break;
                    case 5: statistics._max = reader.Bytes().ToArray(); break;
                    case 6: statistics._min = reader.Bytes().ToArray(); break;
                    default: reader.Skip(type); break;
                }
            }
            return statistics;
        }

        /// <summary>The old fields compare bytes as signed: right for numbers, wrong for texts and byte arrays.</summary>
        public readonly (byte[]? Min, byte[]? Max) Bounds(ParquetPrimitive primitive) =>
            primitive is ParquetPrimitive.ByteArray or ParquetPrimitive.FixedLenByteArray
                ? (_min, _max)
                : (_min ?? _oldMin, _max ?? _oldMax);
    }
}
