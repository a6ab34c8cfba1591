using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>The order in which rows arrived: commit, then their numbers where the files of a commit lie in several partitions, else file and position.</summary>
/// <remarks>
/// <para>Within one partition files keep the order of the rows. There numbers must not count: files that were packed hold the rows of several
/// commits, each of which began to number anew.</para>
/// <para>A number takes the place of the position in the key of the commit's first file, so that rows of a commit stay between those of its neighbours.</para>
/// </remarks>
internal sealed class Arrival(NestedField number, ImmutableArray<FileScanTask> tasks)
{
    /// <summary>For each task the key that its rows are counted from; null where the row key tells.</summary>
    private readonly long?[] _starts = Starts(tasks);

    /// <summary>Whether the rows of a commit may lie in another order than that of the files.</summary>
    public static bool IsSpread(ImmutableArray<FileScanTask> tasks) => Starts(tasks).Any(s => s is not null);

    /// <summary>SQL of <see cref="Sql.Arrival"/>.</summary>
    public string Expression(FileGroup group)
    {
        if (group.Files.All(f => _starts[f.Ordinal] is null)) return group.RowKey;
        string start = group.PerFile(f => Sql.Literal(_starts[f.Ordinal], IcebergType.Long)), place = GroupSql.Expression(group, number);
        return $"coalesce({start} + CASE WHEN {place} BETWEEN 0 AND {Sql.PositionMask} THEN {place} END, {group.RowKey})";
    }

    private static long?[] Starts(ImmutableArray<FileScanTask> tasks)
    {
        var starts = new long?[tasks.Length];
        for (int first = 0, end; first < tasks.Length; first = end)
        {
            for (end = first + 1; end < tasks.Length && tasks[end].SequenceNumber == tasks[first].SequenceNumber;) end++;
            bool isSpread = tasks[first..end].Select(t => (t.File.SpecId, t.File.Partition)).Distinct().Skip(1).Any();
            if (isSpread) Array.Fill(starts, (long)first << Sql.PositionBits, first, end - first);
        }
        return starts;
    }
}
