using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>What an import is asked to do. Defaults are those of <c>Import-Delta</c>.</summary>
public sealed record DeltaImportOptions
{
    /// <summary>Where the date received comes from.</summary>
    public DateSource Date { get; init; } = DateSource.Own;

    /// <summary>Date of all rows; short for <see cref="Date"/>. Null leaves that as it is.</summary>
    public DateOnly? DateReceived
    {
        get => (Date as DateSource.Fixed)?.Date;
        init => Date = value is { } date ? new DateSource.Fixed(date) : Date;
    }

    public DateOnly Today { get; init; } = DateOnly.FromDateTime(DateTime.Today);

    /// <summary>Columns that every delta must carry and that must not be NULL; none leaves that to the merge.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Rows that may be refused; one more and nothing is imported. Null: none, or any number when they are kept in <see cref="Quarantine"/>.</summary>
    public long? ErrorLimit { get; init; }

    /// <summary>Table that takes the refused rows; null: they are reported only.</summary>
    public TableIdentifier? Quarantine { get; init; }

    internal long RefusalLimit => ErrorLimit ?? (Quarantine is null ? 0 : long.MaxValue);

    /// <summary>Refused rows that are reported at most.</summary>
    public int MaxReported { get; init; } = 1000;

    public SchemaEvolution SchemaEvolution { get; init; } = SchemaEvolution.None;
}
