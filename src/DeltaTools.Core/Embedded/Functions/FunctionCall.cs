using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Functions;

/// <summary>One call by the engine of a function with one argument. NULLs of the argument are NULLs of the result.</summary>
internal readonly unsafe ref struct FunctionCall<T>
    where T : unmanaged
{
    private const int BitsPerWord = 64;
    private readonly ulong* _valid;
    private readonly nint _output;

    public FunctionCall(nint chunkPointer, nint output)
    {
        using var chunk = new DuckDBDataChunk(chunkPointer);
        Count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        nint input = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
        Data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(input);
        Target = (T*)NativeMethods.Vectors.DuckDBVectorGetData(output);
        _output = output;
        _valid = NativeMethods.Vectors.DuckDBVectorGetValidity(input);
        if (_valid == null) return;
        ulong* target = Validity(output);
        for (int i = 0; i < (Count + BitsPerWord - 1) / BitsPerWord; i++) target[i] = _valid[i];
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The values of the argument, as the engine keeps them.</summary>
    public byte* Data { get; }

    /// <summary>Where the results go.</summary>
    public T* Target { get; }

    /// <summary>Whether the argument is not NULL. What stands in the place of a NULL is nothing to follow.</summary>
    public bool IsValid(int row) => _valid == null || (_valid[row / BitsPerWord] & Bit(row)) != 0;

    /// <summary>Makes the result NULL.</summary>
    public void SetNull(int row) => Validity(_output)[row / BitsPerWord] &= ~Bit(row);

    private static ulong Bit(int row) => 1UL << (row % BitsPerWord);

    private static ulong* Validity(nint vector)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
    }
}
