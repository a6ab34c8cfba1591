namespace DeltaTools.Core.Spec;

/// <summary>Order and equality of values in their physical form (see <see cref="IcebergType"/>).</summary>
/// <remarks>
/// Floats follow IEEE 754 totalOrder for zeros (-0.0 before 0.0) and put NaN last; strings compare as UTF-8 bytes, which for
/// .NET strings means by code point and not by UTF-16 unit; uuids and byte arrays compare as unsigned bytes.
/// </remarks>
public sealed class ValueComparer : IComparer<object>, IEqualityComparer<object>
{
    public static readonly ValueComparer Instance = new();

    /// <summary>Whether both are null or the same value.</summary>
    public static bool Same(object? a, object? b) => a is null || b is null ? a is null && b is null : Instance.Equals(a, b);

    public int Compare(object? x, object? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (float a, float b) => CompareDoubles(a, b),
        (double a, double b) => CompareDoubles(a, b),
        (string a, string b) => CompareText(a, b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (Guid a, Guid b) => a.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(b.ToByteArray(bigEndian: true)),
        (IComparable a, _) when x.GetType() == y.GetType() => a.CompareTo(y),
        (DecimalValue a, DecimalValue b) => a.CompareTo(b),
        _ => throw new ArgumentException($"Cannot compare a {x.GetType().Name} with a {y.GetType().Name}."),
    };

    public new bool Equals(object? x, object? y) => (x, y) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (object[] a, object[] b) => a.SequenceEqual(b, this!),
        _ => x.Equals(y),
    };

    public int GetHashCode(object obj)
    {
        if (obj is not byte[] bytes) return obj is object[] items ? items.Length : obj.GetHashCode();
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private static int CompareDoubles(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b)) return double.IsNaN(a).CompareTo(double.IsNaN(b));
        return a == b ? double.IsNegative(b).CompareTo(double.IsNegative(a)) : a.CompareTo(b);
    }

    /// <summary>Code point order: surrogates (above U+FFFF) sort after every other UTF-16 unit, as their UTF-8 bytes do.</summary>
    private static int CompareText(string a, string b)
    {
        int i = a.AsSpan().CommonPrefixLength(b);
        if (i == a.Length || i == b.Length) return a.Length.CompareTo(b.Length);
        bool sa = char.IsSurrogate(a[i]), sb = char.IsSurrogate(b[i]);
        return sa == sb ? a[i].CompareTo(b[i]) : sa.CompareTo(sb);
    }
}
