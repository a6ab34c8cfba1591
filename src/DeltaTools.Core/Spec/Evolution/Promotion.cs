namespace DeltaTools.Core.Spec.Evolution;

/// <summary>Which types may take the place of which ("Schema Evolution").</summary>
public static class Promotion
{
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>int to long, float to double, wider decimals; from v3 on also date to timestamp and timestamp_ns, and unknown to anything.</summary>
    public static bool IsAllowed(IcebergType from, IcebergType to, int formatVersion) => (from, to) switch
    {
        _ when from.Equals(to) => true,
        ({ Id: TypeId.Int }, { Id: TypeId.Long }) or ({ Id: TypeId.Float }, { Id: TypeId.Double }) => true,
        (DecimalType a, DecimalType b) => a.Scale == b.Scale && a.Precision <= b.Precision,
        ({ Id: TypeId.Date }, { Id: TypeId.Timestamp or TypeId.TimestampNs }) or ({ Id: TypeId.Unknown }, _) => formatVersion >= 3,
        _ => false,
    };

    /// <summary>Whether the transform gives other values for the promoted type: then files that are there would be in wrong partitions.</summary>
    public static bool ChangesPartitions(Transform transform, IcebergType from, IcebergType to) =>
        from.Id == TypeId.Date && to.Id != TypeId.Date && transform is not (YearTransform or MonthTransform or DayTransform or VoidTransform);

    /// <summary>The same value in the physical form of the promoted type.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the date is out of the range of timestamp_ns.</exception>
    public static object? Convert(object? value, IcebergType to) => (value, to.Id) switch
    {
        (int v, TypeId.Long) => (long)v,
        (float v, TypeId.Double) => (double)v,
        (int v, TypeId.Timestamp) => v * MicrosPerDay,
        (int v, TypeId.TimestampNs) => v is > -106_752 and < 106_752
            ? v * MicrosPerDay * 1000 : throw IcebergException.Invalid($"The default, day {v} from 1970-01-01, is out of the range of timestamp_ns."),
        _ => value,
    };
}
