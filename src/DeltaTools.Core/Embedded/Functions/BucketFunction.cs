using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec.Values;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Functions;

/// <summary>Adds the hash of the bucket transform to the engine, as functions that return a hash of 31 bits or NULL ("Bucket Transform Details").</summary>
internal static unsafe class BucketFunction
{
    /// <summary>Takes a BIGINT: numbers, dates (days), times and timestamps (microseconds).</summary>
    public const string OfLong = "iceberg_hash_long";

    /// <summary>Takes a BLOB: texts (UTF-8), binaries, uuids.</summary>
    public const string OfBytes = "iceberg_hash_bytes";

    /// <summary>Takes a HUGEINT: the unscaled value of a decimal, hashed as its shortest two's complement.</summary>
    public const string OfDecimal = "iceberg_hash_decimal";

    private const int MaxDecimalBytes = 16;

    public static void Register(DuckConnection connection)
    {
        EngineFunction.Register(connection, OfLong, DuckDBType.BigInt, DuckDBType.Integer, &HashLongs);
        EngineFunction.Register(connection, OfBytes, DuckDBType.Blob, DuckDBType.Integer, &HashBytes);
        EngineFunction.Register(connection, OfDecimal, DuckDBType.HugeInt, DuckDBType.Integer, &HashDecimals);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashLongs(nint info, nint chunk, nint output)
    {
        var call = new FunctionCall<int>(chunk, output);
        for (int row = 0; row < call.Count; row++) call.Target[row] = Hash(new ReadOnlySpan<byte>(call.Data + row * sizeof(long), sizeof(long)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashBytes(nint info, nint chunk, nint output)
    {
        var call = new FunctionCall<int>(chunk, output);
        for (int row = 0; row < call.Count; row++)
        {
            if (call.IsValid(row)) call.Target[row] = Hash(EngineText.At(call.Data, row));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashDecimals(nint info, nint chunk, nint output)
    {
        var call = new FunctionCall<int>(chunk, output);
        Span<byte> bytes = stackalloc byte[MaxDecimalBytes];
        for (int row = 0; row < call.Count; row++)
        {
            BigInteger value = ((Int128*)call.Data)[row];
            value.TryWriteBytes(bytes, out int length, isBigEndian: true);
            call.Target[row] = Hash(bytes[..length]);
        }
    }

    private static int Hash(ReadOnlySpan<byte> bytes) => Murmur3.Hash(bytes) & int.MaxValue;
}
