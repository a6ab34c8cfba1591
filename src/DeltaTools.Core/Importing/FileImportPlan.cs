using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Importing;

/// <summary>What adding files to a table will do.</summary>
public sealed class FileImportPlan
{
    private readonly FileImporter _importer;

    internal FileImportPlan(FileImporter importer, IcebergTable table, long? startingSnapshotId, ImmutableArray<FileImport> files)
    {
        _importer = importer;
        Table = table;
        StartingSnapshotId = startingSnapshotId;
        Files = files;
    }

    public ImmutableArray<FileImport> Files { get; }

    /// <summary>The files that will be added.</summary>
    public ImmutableArray<DataFile> Added => [.. Files.Where(f => f.Status == FileImportStatus.Imported).Select(f => f.File!)];

    internal IcebergTable Table { get; }

    /// <summary>The head of the branch that it was made on.</summary>
    internal long? StartingSnapshotId { get; }

    /// <summary>Adds the files in one commit.</summary>
    /// <returns>What became of each file, in their order.</returns>
    /// <exception cref="IcebergException">CommitConflict: other writers were faster every time; CommitUnknown.</exception>
    public Task<ImmutableArray<FileImport>> CommitAsync(CancellationToken cancel) => _importer.CommitAsync(this, cancel);
}
