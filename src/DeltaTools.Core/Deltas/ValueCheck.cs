using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>What the values of a delta's column must be.</summary>
/// <param name="Column">Index in the delta.</param>
/// <param name="Field">Column of the table that it feeds.</param>
/// <param name="Cast">The value for the table, and when it is right.</param>
/// <param name="Reason">Said of a value that is not: <c>is not a long</c>.</param>
internal sealed record ValueCheck(int Column, NestedField Field, StrictCast Cast, string Reason)
{
    /// <param name="keys">Columns that must not be NULL.</param>
    public static IEnumerable<ValueCheck> Of(DeltaSource delta, int column, NestedField field, DeltaContract contract, ImmutableArray<string> keys)
    {
        bool isDate = field.Name == RawColumns.Date && contract.Date == column;
        StrictCast cast = isDate ? ReceivedDate.Cast(delta, column) : delta.Cast(column, field.Type);
        if (cast.Fits != "true") yield return new(column, field, cast, $"is not {Article((isDate ? IcebergType.Date : field.Type).ToString())}");
        bool isKey = keys.Contains(field.Name, StringComparer.OrdinalIgnoreCase);
        if (field.Required || isKey || isDate)
        {
            string why = isKey ? "is a key" : isDate ? "tells when the row was received" : "is required";
            yield return new(column, field, cast with { Fits = $"({DeltaSource.Column(column)} IS NOT NULL)" }, $"is NULL, but the column {why}");
        }
    }

    private static string Article(string type) => ("aeiou".Contains(type[0], StringComparison.Ordinal) ? "an " : "a ") + type;
}
