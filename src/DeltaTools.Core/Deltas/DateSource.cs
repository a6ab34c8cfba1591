using System.Text.RegularExpressions;

namespace DeltaTools.Core.Deltas;

/// <summary>Where the date comes from on which a delta's rows were received.</summary>
public abstract record DateSource
{
    private DateSource()
    {
    }

    /// <summary>The delta's own column <see cref="RawColumns.Date"/>, row by row; the current day when it has none.</summary>
    public static readonly DateSource Own = new OwnColumn();

    /// <summary>The day on which the file was last written, in local time.</summary>
    public static readonly DateSource FileTime = new LastWrite();

    public sealed record OwnColumn : DateSource;

    /// <param name="Date">Of all rows.</param>
    public sealed record Fixed(DateOnly Date) : DateSource;

    /// <param name="Name">A column of the delta with a date or timestamp in each row, in any case.</param>
    public sealed record Column(string Name) : DateSource;

    /// <param name="Pattern">With the group <c>date</c>, or the groups <c>year</c>, <c>month</c> and <c>day</c>; matched with the file's name without its folder.</param>
    public sealed record FileName(Regex Pattern) : DateSource;

    public sealed record LastWrite : DateSource;
}
