namespace DeltaTools.Core.Spec.Evolution;

/// <summary>A place among the fields of a struct.</summary>
/// <param name="Reference">The sibling to stand before or after, in full or by its last part; null for the first place.</param>
public sealed record ColumnPosition(ColumnPlace Place, string? Reference)
{
    public static readonly ColumnPosition First = new(ColumnPlace.First, null);

    public static ColumnPosition Before(string column) => new(ColumnPlace.Before, column);

    public static ColumnPosition After(string column) => new(ColumnPlace.After, column);
}

public enum ColumnPlace { First, Before, After }
