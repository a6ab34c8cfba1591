using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Scan;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>A data file of a scan on this machine.</summary>
/// <param name="Ordinal">Place in the scan's list of tasks.</param>
/// <param name="Path">Local path.</param>
/// <param name="Schema">Columns of the file, with ids.</param>
internal sealed record ScanFile(int Ordinal, FileScanTask Task, string Path, PhysicalSchema Schema)
{
    public bool HasPositionDeletes => Task.Deletes.Any(d => d.File.Content == Spec.DataFileContent.PositionDeletes);

    public bool HasEqualityDeletes => Task.Deletes.Any(d => d.File.Content == Spec.DataFileContent.EqualityDeletes);
}

/// <summary>A task and its place in the scan's list.</summary>
internal sealed record OrdinalTask(int Ordinal, FileScanTask Task);
