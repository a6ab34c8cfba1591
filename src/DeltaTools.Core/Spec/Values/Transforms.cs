using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Spec.Values;

/// <summary>Applies partition transforms ("Partition Transforms").</summary>
public static class Transforms
{
    private const long SecondsPerHour = 3600;
    private const long SecondsPerDay = 24 * SecondsPerHour;

    /// <summary>Whether the transform takes values of the type. Unknown transforms are taken to.</summary>
    public static bool CanApply(Transform transform, IcebergType source) => transform switch
    {
        IdentityTransform => source.IsPrimitive && source.Id is not (TypeId.Geometry or TypeId.Geography),
        BucketTransform => source.Id is TypeId.Int or TypeId.Long or TypeId.Decimal or TypeId.Date or TypeId.Time or TypeId.String
            or TypeId.Uuid or TypeId.Fixed or TypeId.Binary || IsTimestamp(source),
        TruncateTransform => source.Id is TypeId.Int or TypeId.Long or TypeId.Decimal or TypeId.String or TypeId.Binary,
        YearTransform or MonthTransform or DayTransform => source.Id == TypeId.Date || IsTimestamp(source),
        HourTransform => IsTimestamp(source),
        _ => true,
    };

    /// <summary>The partition value of a column value; null for null.</summary>
    /// <param name="value">In the physical form of <see cref="IcebergType"/>, as is the result.</param>
    /// <exception cref="IcebergException">Unsupported: the transform is not known, so nothing can be written with it.</exception>
    public static object? Apply(Transform transform, IcebergType source, object? value) => (transform, value) switch
    {
        (UnknownTransform, _) => throw IcebergException.Unsupported($"The transform {transform} is not known; data cannot be written with it."),
        (_, null) or (VoidTransform, _) => null,
        (IdentityTransform, _) => value,
        (BucketTransform bucket, _) => (BucketHash.Of(source, value) & int.MaxValue) % bucket.Count,
        (TruncateTransform truncate, _) => Truncate(value, truncate.Width),
        (YearTransform, _) => (int)(Date(source, value).Year - 1970),
        (MonthTransform, _) => (int)((Date(source, value).Year - 1970) * 12) + Date(source, value).Month - 1,
        (DayTransform, _) => (int)Days(source, value),
        (HourTransform, _) => (int)Units(source, (long)value, SecondsPerHour),
        _ => throw new ArgumentException($"{transform} does not apply to {source}.", nameof(transform)),
    };

    private static object Truncate(object value, int width) => value switch
    {
        int v => unchecked((int)(v - FloorMath.Mod(v, width))),
        long v => unchecked(v - FloorMath.Mod(v, width)),
        DecimalValue v => v with { Unscaled = v.Unscaled - ((v.Unscaled % width) + width) % width },
        string v => v[..Truncation.LengthOf(v, width)],
        byte[] v => v.Length <= width ? v : v[..width],
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be truncated.", nameof(value)),
    };

    private static CivilDate Date(IcebergType source, object value) => CivilDate.FromDays(Days(source, value));

    private static long Days(IcebergType source, object value) => value is int days ? days : Units(source, (long)value, SecondsPerDay);

    private static long Units(IcebergType source, long value, long secondsPerUnit) =>
        FloorMath.Div(value, secondsPerUnit * (source.Id is TypeId.TimestampNs or TypeId.TimestampTzNs ? 1_000_000_000 : 1_000_000));

    private static bool IsTimestamp(IcebergType type) =>
        type.Id is TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs;
}
