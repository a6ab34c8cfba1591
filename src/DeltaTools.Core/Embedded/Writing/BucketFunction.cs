using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec.Values;
using DuckDB.NET.Native;
using Native = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace DeltaTools.Core.Embedded.Writing;

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
        Add(connection, OfLong, DuckDBType.BigInt, &HashLongs);
        Add(connection, OfBytes, DuckDBType.Blob, &HashBytes);
        Add(connection, OfDecimal, DuckDBType.HugeInt, &HashDecimals);
    }

    private static void Add(
        DuckConnection connection, string name, DuckDBType parameter, delegate* unmanaged[Cdecl]<nint, nint, nint, void> function)
    {
        nint made = Native.DuckDBCreateScalarFunction();
        try
        {
            Native.DuckDBScalarFunctionSetName(made, name);
            using DuckDBLogicalType input = NativeMethods.LogicalType.DuckDBCreateLogicalType(parameter);
            using DuckDBLogicalType output = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Integer);
            Native.DuckDBScalarFunctionAddParameter(made, input);
            Native.DuckDBScalarFunctionSetReturnType(made, output);
            Native.DuckDBScalarFunctionSetFunction(made, function);
            if (!Native.DuckDBRegisterScalarFunction(connection.Native, made).IsSuccess())
                throw new IcebergException(IcebergErrorKind.QueryFailed, $"The embedded engine does not take the function {name}.");
        }
        finally
        {
            Native.DuckDBDestroyScalarFunction(ref made);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashLongs(nint info, nint chunk, nint output)
    {
        var call = new Call(chunk, output);
        for (int row = 0; row < call.Count; row++) call.Target[row] = Hash(new ReadOnlySpan<byte>(call.Data + row * sizeof(long), sizeof(long)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashBytes(nint info, nint chunk, nint output)
    {
        var call = new Call(chunk, output);
        for (int row = 0; row < call.Count; row++)
        {
            // What stands in the place of a NULL is no text to follow.
            if (call.IsValid(row)) call.Target[row] = Hash(EngineText.At(call.Data, row));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void HashDecimals(nint info, nint chunk, nint output)
    {
        var call = new Call(chunk, output);
        Span<byte> bytes = stackalloc byte[MaxDecimalBytes];
        for (int row = 0; row < call.Count; row++)
        {
            BigInteger value = ((Int128*)call.Data)[row];
            value.TryWriteBytes(bytes, out int length, isBigEndian: true);
            call.Target[row] = Hash(bytes[..length]);
        }
    }

    /// <summary>One call by the engine. NULLs of the argument are NULLs of the result.</summary>
    private readonly ref struct Call
    {
        private readonly ulong* _valid;

        public Call(nint chunkPointer, nint output)
        {
            using var chunk = new DuckDBDataChunk(chunkPointer);
            Count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            nint input = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
            Data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(input);
            Target = (int*)NativeMethods.Vectors.DuckDBVectorGetData(output);
            _valid = NativeMethods.Vectors.DuckDBVectorGetValidity(input);
            if (_valid == null) return;
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(output);
            ulong* target = NativeMethods.Vectors.DuckDBVectorGetValidity(output);
            for (int i = 0; i < (Count + 63) / 64; i++) target[i] = _valid[i];
        }

        public int Count { get; }

        public byte* Data { get; }

        public int* Target { get; }

        public bool IsValid(int row) => _valid == null || (_valid[row >> 6] & (1UL << (row & 63))) != 0;
    }

    private static int Hash(ReadOnlySpan<byte> bytes) => Murmur3.Hash(bytes) & int.MaxValue;
}
