
namespace DeltaTools.Core.Deltas;

/// <summary>What an import is asked to do. Defaults are those of <c>Import-Delta</c>.</summary>
public sealed record DeltaImportOptions
{
    /// <summary>Date of all rows. Null: the delta's own column <see cref="RawColumns.Date"/>, else <see cref="Today"/>.</summary>
    public DateOnly? DateReceived { get; init; }

    public DateOnly Today { get; init; } = DateOnly.FromDateTime(DateTime.Today);

    /// <summary>Rows that may be refused; one more and nothing is imported.</summary>
    public long ErrorLimit { get; init; }

    /// <summary>Refused rows that are reported at most.</summary>
    public int MaxReported { get; init; } = 1000;

    public SchemaEvolution SchemaEvolution { get; init; } = SchemaEvolution.None;
}
