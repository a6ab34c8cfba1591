namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>A set of 16-bit values: the low halves of the values in a 32-bit bitmap that share their high half.</summary>
internal abstract class Container
{
    /// <summary>The most values an array holds; a bitset is smaller beyond.</summary>
    public const int MaxArraySize = 4096;

    public abstract int Count { get; }

    public abstract bool Contains(ushort value);

    /// <returns>The container with the value: this one, or another that takes its place.</returns>
    public abstract Container Add(ushort value);

    /// <returns>All values of both, in a container of its own.</returns>
    public abstract Container Union(Container other);

    /// <summary>Sets the bits of the values.</summary>
    public abstract void CopyTo(Span<ulong> bits);

    /// <summary>Writes the values, each plus <paramref name="high"/>, in ascending order.</summary>
    /// <returns>How many.</returns>
    public abstract int CopyTo(Span<long> values, long high);

    /// <summary>This container or an equal run container, whichever is smaller when serialized; by Java's rules.</summary>
    public abstract Container RunOptimize();

    /// <summary>Bytes of the content when serialized.</summary>
    public abstract int Size { get; }

    public abstract void Write(Span<byte> target);

    public abstract Container Clone();
}
