using System.Numerics;

namespace DeltaTools.Core.Expressions;

/// <summary>Where a literal lies among the values that a column's type can hold.</summary>
internal enum Place
{
    /// <summary>It is one of them.</summary>
    Exact,

    /// <summary>It lies between two of them.</summary>
    Between,

    /// <summary>It is less than all of them.</summary>
    Below,

    /// <summary>It is greater than all of them.</summary>
    Above,
}

/// <param name="Value">Exact: the value. Between: the greatest value below the literal. Else null.</param>
internal readonly record struct Placement(Place Place, object? Value)
{
    public static readonly Placement Below = new(Place.Below, null);
    public static readonly Placement Above = new(Place.Above, null);

    public static Placement Exact(object value) => new(Place.Exact, value);

    public static Placement Between(object below) => new(Place.Between, below);

    /// <summary>Places a number among the whole numbers from <paramref name="min"/> to <paramref name="max"/>.</summary>
    /// <param name="floor">The greatest whole number that is not above the literal.</param>
    public static Placement Among(BigInteger floor, bool exact, BigInteger min, BigInteger max, Func<BigInteger, object> value) =>
        floor < min ? Below
        : floor > max || (floor == max && !exact) ? Above
        : new Placement(exact ? Place.Exact : Place.Between, value(floor));
}
