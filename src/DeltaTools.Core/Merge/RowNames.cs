using System.Globalization;

namespace DeltaTools.Core.Merge;

/// <summary>Names of the columns in the merge's working tables.</summary>
internal static class RowNames
{
    /// <summary>Whether the row is a tombstone.</summary>
    public const string Deleted = "_del";

    /// <summary>Date received.</summary>
    public const string Date = "_date";

    /// <summary>Order of arrival in the raw table: commit, file, row (see <see cref="Deltas.RawTables"/>).</summary>
    public const string Arrival = "_arr";

    /// <summary>Names of columns that the row's delta did not carry, or NULL.</summary>
    public const string Absent = "_absent";

    /// <summary>Dates that the audit columns take, where the deltas decide about them.</summary>
    public const string Created = "_created", Updated = "_updated";

    /// <summary>Whether the state of the row was ended by a tombstone although the row stays.</summary>
    public const string Ended = "_ended";

    /// <summary>The date it was ended, where the deltas decide about it.</summary>
    public const string EndedAt = "_ended_at";

    /// <summary>First day of a version, and the day that ended it.</summary>
    public const string From = "_from", Until = "_until";

    /// <summary>Whether the key's whole history was played.</summary>
    public const string Replayed = "_replayed";

    /// <summary>Which of a key's rows in the target it is, from 1.</summary>
    public const string Copy = "_copy";

    /// <summary>Row key of the target row, NULL when there is none.</summary>
    public const string Target = "_target";

    /// <summary>What the merge does with the row; see <see cref="MergeActions"/>.</summary>
    public const string Action = "_action";

    public static string Key(int index) => "k" + Text(index);

    public static string Value(int index) => "v" + Text(index);

    public static string Order(int index) => "o" + Text(index);

    /// <summary>Value of a column of the target row.</summary>
    public static string TargetColumn(int fieldId) => "t" + Text(fieldId);

    public static string Keys(MergeColumns columns) => string.Join(", ", columns.Keys.Select((_, i) => Key(i)));

    public static string Values(MergeColumns columns) => string.Join(", ", columns.Values.Select((_, i) => Value(i)));

    /// <summary>Joins two tables on the key; keys are never NULL here.</summary>
    public static string SameKey(MergeColumns columns, string left, string right) =>
        string.Join(" AND ", columns.Keys.Select((_, i) => $"{left}.{Key(i)} = {right}.{Key(i)}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
