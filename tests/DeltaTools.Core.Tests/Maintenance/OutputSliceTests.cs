using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Maintenance;

public class OutputSliceTests
{
    private static FileScanTask File(int number, long rows, long bytes) =>
        new(new DataFile { FilePath = $"f{number}", RecordCount = rows, FileSizeInBytes = bytes }, 1, PartitionSpec.Unpartitioned, []);

    [Fact]
    public void Cut_TakesEveryRowOnceAndInOrder() => Gen.Select(Gen.Select(Gen.Int[1, 200], Gen.Int[0, 5000]).List[1, 8], Gen.Int[1, 4000]).Sample((files, target) =>
    {
        ImmutableArray<FileScanTask> tasks = [.. files.Select((f, i) => File(i, f.Item1, f.Item2))];

        ImmutableArray<OutputSlice> slices = OutputSlice.Cut(tasks, target);

        (string, long)[] all = [.. tasks.SelectMany(t => Rows(t, 0, null))];
        (string, long)[] cut = [.. slices.SelectMany(s => s.Files.SelectMany((t, i) => Rows(t, i == 0 ? s.From : 0, i == s.Files.Length - 1 ? s.To : null)))];
        Assert.Equal(all, cut);
        Assert.All(slices, s => Assert.False(s.Files.IsEmpty));
    });

    [Fact]
    public void Cut_MakesEvenFilesNearTheTarget()
    {
        ImmutableArray<FileScanTask> tasks = [File(0, 1000, 1000), File(1, 10, 10), File(2, 990, 990)];

        Assert.Equal([(0, 500L), (500, null), (0, 490), (490, null)], OutputSlice.Cut(tasks, 500).Select(s => (s.From, s.To)));
        Assert.Equal(["f0", "f0", "f1 f2", "f2"], OutputSlice.Cut(tasks, 500).Select(s => string.Join(' ', s.Files.Select(f => f.File.FilePath))));
    }

    [Fact]
    public void Condition_IsAboutTheRowKeysOfTheSlice()
    {
        ImmutableArray<FileScanTask> tasks = [File(0, 1000, 1000)];

        Assert.Equal([null], OutputSlice.Cut(tasks, 1000).Select(s => s.Condition));
        Assert.Equal(
            [$"{Sql.RowKey} < 333", $"{Sql.RowKey} >= 333 AND {Sql.RowKey} < 666", $"{Sql.RowKey} >= 666"],
            OutputSlice.Cut(tasks, 333).Select(s => s.Condition));
    }

    private static IEnumerable<(string, long)> Rows(FileScanTask task, long from, long? to)
    {
        for (long row = from; row < (to ?? task.File.RecordCount); row++) yield return (task.File.FilePath, row);
    }
}
