using System.Collections.Immutable;
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

/// <summary>Files that one expression reads: same physical schema, same kinds of deletes.</summary>
internal sealed record FileGroup(PhysicalSchema Schema, ImmutableArray<ScanFile> Files)
{
    public bool HasPositionDeletes => Files[0].HasPositionDeletes;

    public bool HasEqualityDeletes => Files[0].HasEqualityDeletes;

    public static ImmutableArray<FileGroup> Group(IEnumerable<ScanFile> files) =>
    [
        .. files
            .GroupBy(f => (f.Schema, f.HasPositionDeletes, f.HasEqualityDeletes))
            .Select(g => new FileGroup(g.Key.Schema, [.. g])),
    ];

    /// <summary>An expression for a constant of each file. Costs nothing when all files have the same.</summary>
    public string PerFile(Func<ScanFile, string> literal)
    {
        string[] values = [.. Files.Select(literal)];
        return values.All(v => v == values[0])
            ? values[0]
            : $"list_extract([{string.Join(',', values)}], file_index::BIGINT + 1)";
    }

    /// <summary>The expression of <see cref="Sql.RowKey"/>.</summary>
    public string RowKey
    {
        get
        {
            bool consecutive = Files.Index().All(p => p.Item.Ordinal == Files[0].Ordinal + p.Index);
            string ordinal = Files.Length == 1 || !consecutive
                ? PerFile(f => $"{f.Ordinal}::BIGINT")
                : Files[0].Ordinal == 0 ? "file_index::BIGINT" : $"(file_index::BIGINT + {Files[0].Ordinal})";
            return $"(({ordinal} << {Sql.PositionBits}) | file_row_number)";
        }
    }
}
