using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>The next value of a discrete type; text and bytes, whose values have no next one, stand for themselves.</summary>
internal static class Neighbour
{
    /// <returns>Null when there is no smaller value.</returns>
    public static object? Below(object value) => value switch
    {
        int.MinValue or long.MinValue => null,
        int number => number - 1,
        long number => number - 1,
        DecimalValue number => number with { Unscaled = number.Unscaled - 1 },
        _ => value,
    };

    /// <returns>Null when there is no greater value.</returns>
    public static object? Above(object value) => value switch
    {
        int.MaxValue or long.MaxValue => null,
        int number => number + 1,
        long number => number + 1,
        DecimalValue number => number with { Unscaled = number.Unscaled + 1 },
        _ => value,
    };
}
