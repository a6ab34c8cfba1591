using System.Text;

namespace DeltaTools.Core.Spec.Values;

/// <summary>The hash of a value that bucket transforms count on (Appendix B). Equal values of promoted types have equal hashes.</summary>
public static class BucketHash
{
    /// <param name="value">In the physical form of <see cref="IcebergType"/>.</param>
    public static int Of(IcebergType type, object value) => value switch
    {
        int v => Murmur3.Hash((long)v),
        long v => Murmur3.Hash(type.Id is TypeId.TimestampNs or TypeId.TimestampTzNs ? FloorMath.Div(v, 1000) : v),
        string v => Murmur3.Hash(Encoding.UTF8.GetBytes(v)),
        byte[] v => Murmur3.Hash(v),
        Guid v => Murmur3.Hash(v.ToByteArray(bigEndian: true)),
        DecimalValue v => Murmur3.Hash(v.Unscaled.ToByteArray(isBigEndian: true)),
        bool v => Murmur3.Hash(v ? 1L : 0),
        float v => Of((double)v),
        double v => Of(v),
        _ => throw new ArgumentException($"Values of type {type} have no hash.", nameof(value)),
    };

    /// <summary>All NaNs are one, and so are both zeros.</summary>
    private static int Of(double value) => Murmur3.Hash(
        double.IsNaN(value) ? 0x7ff8000000000000 : value == 0 ? 0 : BitConverter.DoubleToInt64Bits(value));
}
