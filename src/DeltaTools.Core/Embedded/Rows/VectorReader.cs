using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Reads the values of one vector of the engine's chunks. Bound to a vector, valid until the chunk is disposed.</summary>
internal abstract unsafe class VectorReader
{
    private ulong* _validity;

    protected byte* Data { get; private set; }

    public virtual void Bind(nint vector)
    {
        Data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        _validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
    }

    public bool IsNull(long row) => _validity != null && (_validity[row >> 6] & (1UL << (int)(row & 63))) == 0;

    public object? Get(long row) => IsNull(row) ? null : GetValid(row);

    public abstract object GetValid(long row);

    public virtual void Fill(object?[] target, int count)
    {
        for (int row = 0; row < count; row++) target[row] = IsNull(row) ? null : GetValid(row);
    }
}

/// <summary>Makes an object of the value at a row of a vector's data. A struct, so that the loop over it is compiled for each kind.</summary>
internal unsafe interface IDecoder
{
    object Decode(byte* data, long row);
}

internal sealed unsafe class ScalarReader<TDecoder>(TDecoder decoder) : VectorReader
    where TDecoder : struct, IDecoder
{
    private TDecoder _decoder = decoder;

    public override object GetValid(long row) => _decoder.Decode(Data, row);

    public override void Fill(object?[] target, int count)
    {
        TDecoder decoder = _decoder;
        byte* data = Data;
        for (int row = 0; row < count; row++) target[row] = IsNull(row) ? null : decoder.Decode(data, row);
    }
}
