using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded.Footers;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Files that one SELECT reads: same physical schema, same kinds of deletes.</summary>
/// <remarks>Not for concurrent use: it gathers the values of files that the SELECT needs while that is written.</remarks>
internal sealed class FileGroup(PhysicalSchema schema, ImmutableArray<ScanFile> files)
{
    /// <summary>Up to here a list in the expression is faster than a join.</summary>
    private const int LongestList = 32;
    private const string Table = "per_file";
    private readonly List<string[]> _columns = [];

    public PhysicalSchema Schema { get; } = schema;

    public ImmutableArray<ScanFile> Files { get; } = files;

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
        if (values.All(v => v == values[0])) return values[0];
        if (values.Length <= LongestList) return $"list_extract([{string.Join(',', values)}], file_index::BIGINT + 1)";
        int index = _columns.FindIndex(c => c.AsSpan().SequenceEqual(values));
        if (index < 0)
        {
            index = _columns.Count;
            _columns.Add(values);
        }
        return $"{Table}.v{index.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The join that brings what <see cref="PerFile"/> was asked for so far; nothing when it is not needed.</summary>
    public string PerFileJoin
    {
        get
        {
            if (_columns.Count == 0) return "";
            IEnumerable<string> rows = Files.Select((_, i) =>
                string.Create(CultureInfo.InvariantCulture, $"({i}::UBIGINT,{string.Join(',', _columns.Select(c => c[i]))})"));
            string names = string.Join(',', _columns.Select((_, i) => "v" + i.ToString(CultureInfo.InvariantCulture)));
            return $"JOIN (VALUES {string.Join(',', rows)}) AS {Table}(i,{names}) ON {Table}.i = file_index";
        }
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
