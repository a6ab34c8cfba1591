using System.Collections.Immutable;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>What a delivery says, from which the rows to import are derived.</summary>
/// <param name="Raw">The raw table, with the columns that the delivery needs.</param>
/// <param name="Name">For messages: the file.</param>
/// <param name="Select">SELECT of its rows as rows of the raw table.</param>
/// <param name="Date">Date received.</param>
public sealed record DeliveredRows(IcebergTable Raw, string Name, string Select, DateOnly Date);

/// <summary>Rows to import that were derived from a delivery; disposing drops what their query reads.</summary>
/// <param name="Select">SELECT of rows of the raw table.</param>
/// <param name="Notes">What was found, for people.</param>
public sealed record DerivedRows(string Select, ImmutableArray<string> Notes, IAsyncDisposable Tables) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Tables.DisposeAsync();
}
