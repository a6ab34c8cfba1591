namespace DeltaTools;

/// <summary>What a file of a table holds.</summary>
public enum IcebergFileContent
{
    /// <summary>Rows.</summary>
    Data,

    /// <summary>Positions of deleted rows; in format version 3 a deletion vector.</summary>
    PositionDeletes,

    /// <summary>Values of columns whose rows are deleted.</summary>
    EqualityDeletes,
}
