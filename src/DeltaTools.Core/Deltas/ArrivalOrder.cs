using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>How the rows of a delta keep their order in the files of a raw table.</summary>
/// <param name="Column">The column to write them by; null: they stay as they come, in one partition.</param>
/// <param name="Numbers">The table's column of row numbers; null when it has none.</param>
/// <param name="Before">Rows of the same commit that come before.</param>
internal sealed record ArrivalOrder(string? Column, NestedField? Numbers, long Before)
{
    public static ArrivalOrder Of(TableMetadata raw, long before)
    {
        NestedField? numbers = RowNumbers.Of(raw.CurrentSchema);
        if (raw.DefaultSpec.Fields.IsEmpty) return new(null, numbers, before);
        return new(numbers is null ? Sql.Arrival : Sql.Column(numbers), numbers, before);
    }

    /// <param name="rows">SELECT of the rows in their order, without numbers.</param>
    /// <returns>SELECT of all columns of the table, and of <see cref="Column"/>.</returns>
    public string Number(string rows)
    {
        string number = Numbers is null ? "row_number() OVER ()"
            : Column is null ? "NULL::BIGINT" : string.Create(CultureInfo.InvariantCulture, $"{Before}::BIGINT + row_number() OVER ()");
        return (Numbers is null ? Column : Sql.Column(Numbers)) is { } column ? $"SELECT *, {number} AS {column} FROM ({rows})" : rows;
    }
}
