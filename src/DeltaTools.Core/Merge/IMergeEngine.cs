namespace DeltaTools.Core.Merge;

/// <summary>An engine that is to merge one raw table into one report table: first it plans, then it carries the plan out.</summary>
public interface IMergeEngine : IAsyncDisposable
{
    /// <summary><c>Embedded</c> or <c>Athena</c>.</summary>
    string Name { get; }

    /// <summary>Finds out what is to be done; nothing is written that others see.</summary>
    Task<MergePlan> PlanAsync(CancellationToken cancel);

    /// <summary>Carries out what <see cref="PlanAsync"/> found. Planned anew, without asking, when another writer changed the table meanwhile.</summary>
    /// <exception cref="IcebergException">CommitConflict: other writers were faster every time; CommitUnknown: it may have happened.</exception>
    Task<MergeSummary> ApplyAsync(CancellationToken cancel);
}
