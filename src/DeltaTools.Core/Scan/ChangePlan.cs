using System.Collections.Immutable;

namespace DeltaTools.Core.Scan;

/// <summary>Which files to read to see how the rows of two states of a table differ.</summary>
/// <param name="OnlyBefore">Files that only the earlier state has: its rows may be gone, or copied into new files by a rewrite.</param>
/// <param name="OnlyAfter">Files that only the later state has.</param>
/// <param name="Before">Files that both states have, but with different deletes, as the earlier state has them.</param>
/// <param name="After">The same files in the same order, as the later state has them.</param>
/// <remarks>Files that both states have with the same deletes hold the same rows, and are not read.</remarks>
public sealed record ChangePlan(
    ImmutableArray<FileScanTask> OnlyBefore, ImmutableArray<FileScanTask> OnlyAfter, ImmutableArray<FileScanTask> Before, ImmutableArray<FileScanTask> After)
{
    public bool IsEmpty => OnlyBefore.IsEmpty && OnlyAfter.IsEmpty && Before.IsEmpty;

    /// <param name="before">All files of the earlier state.</param>
    /// <param name="after">All files of the later state.</param>
    /// <param name="resolve">Gives the store's spelling of a location.</param>
    public static ChangePlan Of(IReadOnlyCollection<FileScanTask> before, IReadOnlyCollection<FileScanTask> after, Func<string, string> resolve)
    {
        Dictionary<string, FileScanTask> earlier = before.ToDictionary(t => resolve(t.File.FilePath), StringComparer.Ordinal);
        var onlyAfter = ImmutableArray.CreateBuilder<FileScanTask>();
        var changedBefore = ImmutableArray.CreateBuilder<FileScanTask>();
        var changedAfter = ImmutableArray.CreateBuilder<FileScanTask>();
        foreach (FileScanTask task in after)
        {
            if (!earlier.Remove(resolve(task.File.FilePath), out FileScanTask? was))
            {
                onlyAfter.Add(task);
            }
            else if (!SameDeletes(was, task))
            {
                changedBefore.Add(was);
                changedAfter.Add(task);
            }
        }
        return new([.. earlier.Values], onlyAfter.ToImmutable(), changedBefore.ToImmutable(), changedAfter.ToImmutable());
    }

    /// <summary>Whether a data file has deletes in one state that it lacks in the other.</summary>
    internal static bool HasMoreDeletes(FileScanTask one, FileScanTask other) =>
        !one.Deletes.IsEmpty && !other.Deletes.Select(Identity).ToHashSet().IsSupersetOf(one.Deletes.Select(Identity));

    private static bool SameDeletes(FileScanTask a, FileScanTask b) => !HasMoreDeletes(a, b) && !HasMoreDeletes(b, a);

    /// <summary>Deletion vectors share files.</summary>
    private static (string, long?) Identity(DeleteFile delete) => (delete.File.FilePath, delete.File.ContentOffset);
}
