using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>The files that a snapshot adds and removes.</summary>
/// <remarks>
/// Removed files must be there, else the change rests on a state that is gone. With a data file go the delete files that name it and no
/// other: deletion vectors, and position delete files of one data file.
/// </remarks>
internal sealed record FileChange
{
    public ImmutableArray<DataFile> AddedData { get; init; } = [];

    public ImmutableArray<DataFile> AddedDeletes { get; init; } = [];

    public ImmutableArray<DataFile> RemovedData { get; init; } = [];

    public ImmutableArray<DataFile> RemovedDeletes { get; init; } = [];

    /// <summary>Data sequence number of an added data file; null: that of the commit.</summary>
    public Func<DataFile, long?> SequenceNumberOf { get; init; } = _ => null;

    public bool IsEmpty => AddedData.IsEmpty && AddedDeletes.IsEmpty && RemovedData.IsEmpty && RemovedDeletes.IsEmpty;

    /// <exception cref="IcebergException">InvalidArgument: delete files that the table's format version does not allow.</exception>
    public void CheckFormat(int formatVersion)
    {
        foreach (DataFile file in AddedDeletes)
        {
            string? reason = (formatVersion, file) switch
            {
                (1, _) => "tables of format version 1 have no row-level deletes; upgrade the table to 2",
                (2, { IsDeletionVector: true }) => "deletion vectors need format version 3",
                ( >= 3, { Content: DataFileContent.PositionDeletes, IsDeletionVector: false }) => "from format version 3 on, positions are deleted by deletion vectors",
                (_, { IsDeletionVector: true, ReferencedDataFile: null }) => "a deletion vector must name its data file",
                _ => null,
            };
            if (reason is not null) throw IcebergException.Invalid($"Cannot add delete file {file.FilePath}: {reason}.");
        }
        if (AddedDeletes.Where(f => f.IsDeletionVector).GroupBy(f => f.ReferencedDataFile).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw IcebergException.Invalid($"Cannot add two deletion vectors for data file {twice.Key}.");
        }
    }
}
