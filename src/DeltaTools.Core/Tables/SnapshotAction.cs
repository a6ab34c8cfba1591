using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>A change of files: makes a new snapshot.</summary>
public abstract record SnapshotAction : TableAction
{
    /// <summary>The branch it goes to. It must exist, except main.</summary>
    public string Branch { get; init; } = SnapshotRef.Main;

    /// <summary>Whether a branch that does not exist is made, empty.</summary>
    public bool MakesBranch { get; init; }

    /// <summary>More for the snapshot's summary; keys of the specification are ours to set.</summary>
    public ImmutableSortedDictionary<string, string> Summary { get; init; } = StringMap.Empty;
}

/// <summary>A snapshot that adds and removes files.</summary>
public abstract record FileAction : SnapshotAction
{
    internal abstract FileChange Change { get; }

    /// <summary><c>append</c>, <c>replace</c>, <c>overwrite</c> or <c>delete</c>.</summary>
    internal abstract string Operation { get; }

    /// <summary>Checks what others did meanwhile, see <see cref="ConflictRules"/>.</summary>
    /// <param name="rules">Makes the rules for the time since a starting snapshot, to the head that the change lands on.</param>
    internal virtual Task ValidateAsync(Func<long?, Func<DataFile, bool>?, ConflictRules> rules, CancellationToken cancel) => Task.CompletedTask;

    internal override ActionRun Begin(IcebergTable table) => new FileActionRun(table, this);
}
