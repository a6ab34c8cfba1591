using System.Collections.Immutable;
using System.Collections.Specialized;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Rows;

internal sealed class StructReader(ImmutableArray<string> names, VectorReader[] children, ValueForm form) : VectorReader
{
    public override void Bind(nint vector)
    {
        base.Bind(vector);
        for (int i = 0; i < children.Length; i++) children[i].Bind(NativeMethods.Vectors.DuckDBStructVectorGetChild(vector, i));
    }

    public override object GetValid(long row)
    {
        var values = new object?[children.Length];
        for (int i = 0; i < children.Length; i++) values[i] = children[i].Get(row);
        // Structs without names, as row(1, 2) makes them, are like lists.
        return form == ValueForm.Physical || (names.Length > 0 && names[0].Length == 0)
            ? values
            : new StructValue(names, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(values));
    }
}

/// <summary>A variant: a struct of the two parts of its encoding.</summary>
internal sealed class VariantReader(VectorReader metadata, VectorReader value) : VectorReader
{
    public override void Bind(nint vector)
    {
        base.Bind(vector);
        metadata.Bind(NativeMethods.Vectors.DuckDBStructVectorGetChild(vector, 0));
        value.Bind(NativeMethods.Vectors.DuckDBStructVectorGetChild(vector, 1));
    }

    public override object GetValid(long row) => new VariantValue((byte[]?)metadata.Get(row) ?? [], (byte[]?)value.Get(row) ?? []);
}

internal sealed unsafe class ListReader(VectorReader element) : VectorReader
{
    public override void Bind(nint vector)
    {
        base.Bind(vector);
        element.Bind(NativeMethods.Vectors.DuckDBListVectorGetChild(vector));
    }

    public override object GetValid(long row) => Items(element, ((ulong*)Data)[2 * row], ((ulong*)Data)[2 * row + 1]);

    internal static object?[] Items(VectorReader element, ulong offset, ulong length)
    {
        var items = new object?[length];
        for (ulong i = 0; i < length; i++) items[i] = element.Get((long)(offset + i));
        return items;
    }
}

/// <summary>An array of fixed length, which only queries make.</summary>
internal sealed class ArrayReader(VectorReader element, int length) : VectorReader
{
    public override void Bind(nint vector)
    {
        base.Bind(vector);
        element.Bind(NativeMethods.Vectors.DuckDBArrayVectorGetChild(vector));
    }

    public override object GetValid(long row) => ListReader.Items(element, (ulong)(row * length), (ulong)length);
}

internal sealed unsafe class MapReader(VectorReader key, VectorReader value, ValueForm form) : VectorReader
{
    public override void Bind(nint vector)
    {
        base.Bind(vector);
        nint entries = NativeMethods.Vectors.DuckDBListVectorGetChild(vector);
        key.Bind(NativeMethods.Vectors.DuckDBStructVectorGetChild(entries, 0));
        value.Bind(NativeMethods.Vectors.DuckDBStructVectorGetChild(entries, 1));
    }

    public override object GetValid(long row)
    {
        ulong offset = ((ulong*)Data)[2 * row], length = ((ulong*)Data)[2 * row + 1];
        if (form == ValueForm.Physical)
        {
            var pairs = new KeyValuePair<object?, object?>[length];
            for (ulong i = 0; i < length; i++) pairs[i] = new(key.Get((long)(offset + i)), value.Get((long)(offset + i)));
            return pairs;
        }
        var map = new OrderedDictionary((int)length);
        for (ulong i = 0; i < length; i++) map[key.Get((long)(offset + i)) ?? ""] = value.Get((long)(offset + i));
        return map;
    }
}

internal sealed class NullReader : VectorReader
{
    public override void Bind(nint vector)
    {
    }

    public override object GetValid(long row) => throw new InvalidOperationException("A value of the NULL type is never valid.");

    public override void Fill(object?[] target, int count) => Array.Clear(target, 0, count);
}
