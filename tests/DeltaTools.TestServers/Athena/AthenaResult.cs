namespace DeltaTools.TestServers.Athena;

/// <summary>What a statement gave.</summary>
/// <param name="StatementType">DDL, DML or UTILITY.</param>
/// <param name="Substatement">Such as SELECT or MERGE_INTO.</param>
public sealed record AthenaResult(string StatementType, string Substatement)
{
    public IReadOnlyList<AthenaColumn> Columns { get; init; } = [];

    /// <summary>Values as text, null for NULL.</summary>
    public IReadOnlyList<string?[]> Rows { get; init; } = [];

    public long? UpdateCount { get; init; }

    public long BytesScanned { get; init; }

    /// <summary>Whether the first row of the first page repeats the names of the columns.</summary>
    public bool HasHeader => Substatement == "SELECT";
}

public sealed record AthenaColumn(string Name, string Type, int Precision = 0, int Scale = 0);
