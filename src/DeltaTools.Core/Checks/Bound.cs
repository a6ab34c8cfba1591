using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Checks;

/// <summary>Values against bounds.</summary>
internal static class Bound
{
    /// <returns>Null when there is no bound, or none that can be read.</returns>
    public static object? Of(IcebergType type, byte[]? bytes)
    {
        if (bytes is null || !IsOrdered(type)) return null;
        try
        {
            return Zero(SingleValue.FromBytes(type, bytes));
        }
        catch (IcebergException)
        {
            return null;
        }
    }

    public static bool IsOrdered(IcebergType type) =>
        type.IsPrimitive && type.Id is not (TypeId.Unknown or TypeId.Variant or TypeId.Geometry or TypeId.Geography);

    public static bool Below(object? value, object? lower) => Compare(value, lower) < 0;

    public static bool Above(object? value, object? upper) => Compare(value, upper) > 0;

    /// <summary>Zero when one of them is missing or they are of different kinds, so that nothing can be said.</summary>
    private static int Compare(object? value, object? bound)
    {
        (value, bound) = (Zero(value), Zero(bound));
        return value is not null && bound is not null && value.GetType() == bound.GetType() ? ValueComparer.Instance.Compare(value, bound) : 0;
    }

    /// <summary>Many writers do not tell the zeros apart.</summary>
    private static object? Zero(object? value) => value switch { 0f => 0f, 0d => 0d, _ => value };
}
