namespace DeltaTools.Core.Spec.Values;

/// <summary>Lower and upper bounds of a column as manifests hold them, in binary single-value form, shortened as Java shortens them by default.</summary>
public static class Bounds
{
    /// <summary>Code points of strings, bytes of binaries: the metrics mode <c>truncate(16)</c>.</summary>
    public const int Length = 16;

    /// <param name="min">The least value, in the physical form of <see cref="IcebergType"/>.</param>
    /// <returns>Null when there is no bound: for null, for NaN, and for types whose values have no order.</returns>
    public static byte[]? Lower(IcebergType type, object? min) => min switch
    {
        string text => Bytes(type, Truncation.Lower(text, Length)),
        byte[] bytes when type.Id == TypeId.Binary => Bytes(type, Truncation.Lower(bytes, Length)),
        // Writers may take both zeros for one; then the lesser must be the bound.
        float and 0f => Bytes(type, -0f),
        double and 0d => Bytes(type, -0d),
        _ => Bytes(type, min),
    };

    /// <param name="max">The greatest value.</param>
    /// <returns>Null also when no short bound exists, since the value begins with the greatest code points or bytes.</returns>
    /// <inheritdoc cref="Lower"/>
    public static byte[]? Upper(IcebergType type, object? max) => max switch
    {
        string text => Bytes(type, Truncation.Upper(text, Length)),
        byte[] bytes when type.Id == TypeId.Binary => Bytes(type, Truncation.Upper(bytes, Length)),
        float and 0f => Bytes(type, 0f),
        double and 0d => Bytes(type, 0d),
        _ => Bytes(type, max),
    };

    private static byte[]? Bytes(IcebergType type, object? value) => value switch
    {
        null or float.NaN or double.NaN => null,
        _ when type.Id is TypeId.Unknown or TypeId.Variant or TypeId.Geometry or TypeId.Geography || type.IsNested => null,
        _ => SingleValue.ToBytes(type, value),
    };
}
