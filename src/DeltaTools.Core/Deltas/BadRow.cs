namespace DeltaTools.Core.Deltas;

/// <summary>A row of a delta that was refused.</summary>
/// <param name="Source">File, or <c>pipeline</c>.</param>
/// <param name="Line">Line of the file the row begins on, or number of the object; from 1. For Parquet the row number, for Excel the row of the sheet.</param>
/// <param name="Column">Null when the row as a whole is wrong.</param>
/// <param name="Value">The text that does not fit, cut at 100 characters.</param>
public sealed record BadRow(string Source, long Line, string? Column, string? Value, string Reason)
{
    public const int MaxValueLength = 100;

    /// <summary>The row as the file has it, where its structure is broken.</summary>
    public string? Text { get; init; }

    public override string ToString() =>
        $"{Source}, line {Line}{(Column is null ? "" : $", column {Column}")}: {(Value is null ? "" : $"'{Value}' ")}{Reason}";
}
