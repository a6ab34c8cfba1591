namespace DeltaTools.Core.Spec.Values;

/// <summary>What partition transforms take ("Partition Transforms").</summary>
public static class Transforms
{
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

    private static bool IsTimestamp(IcebergType type) =>
        type.Id is TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs;
}
