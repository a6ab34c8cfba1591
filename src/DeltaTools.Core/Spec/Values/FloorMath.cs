namespace DeltaTools.Core.Spec.Values;

/// <summary>Division that rounds down, also below zero, where C# rounds towards zero.</summary>
internal static class FloorMath
{
    public static long Div(long a, long b)
    {
        long quotient = Math.DivRem(a, b, out long rest);
        return rest < 0 ? quotient - 1 : quotient;
    }

    /// <param name="b">Greater than 0.</param>
    /// <returns>0 to <paramref name="b"/> - 1.</returns>
    public static long Mod(long a, long b)
    {
        long rest = a % b;
        return rest < 0 ? rest + b : rest;
    }
}
