using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Merge;

/// <summary>A row that a merge changes, as an example.</summary>
/// <param name="Key">Names and values of the key columns.</param>
/// <param name="Columns">Of an update the columns that change, else all; audit columns among them.</param>
public sealed record MergeChange(MergeChangeKind Kind, ImmutableArray<KeyValuePair<string, object?>> Key, ImmutableArray<ColumnChange> Columns)
{
    /// <summary>One line: <c>Update employee_id 5: department_id NULL -> 2, manager_id 17 -> 18</c>.</summary>
    public override string ToString() =>
        $"{Kind} {string.Join(", ", Key.Select(k => $"{k.Key} {ColumnChange.Text(k.Value)}"))}"
        + (Columns.IsEmpty ? "" : $": {string.Join(", ", Columns)}");
}

public enum MergeChangeKind
{
    Insert,
    Update,
    /// <summary>The row is taken out, or marked as ended where the mode keeps it.</summary>
    Delete,
}

/// <param name="Before">NULL for inserts.</param>
/// <param name="After">NULL for rows that are taken out.</param>
public sealed record ColumnChange(string Name, object? Before, object? After)
{
    public override string ToString() => $"{Name} {Text(Before)} -> {Text(After)}";

    internal static string Text(object? value) => value switch
    {
        null => "NULL",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture),
        byte[] bytes => "0x" + Convert.ToHexString(bytes),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
