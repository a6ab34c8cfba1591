using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables;

/// <summary>A change of a table: a description that says how to make updates of any state of the table.</summary>
/// <remarks>When another writer was faster, the same action is applied again to what the table has become.</remarks>
public abstract record TableAction
{
    internal abstract ActionRun Begin(IcebergTable table);
}

/// <summary>A change of metadata only; a pure function.</summary>
public abstract record MetadataAction : TableAction
{
    /// <returns>Nothing when the metadata is as it should be already.</returns>
    public abstract ImmutableArray<TableUpdate> Apply(TableMetadata metadata);

    internal override ActionRun Begin(IcebergTable table) => new Run(this);

    private sealed class Run(MetadataAction action) : ActionRun
    {
        public override Task<ImmutableArray<TableUpdate>> ApplyAsync(TableMetadata metadata, CancellationToken cancel) =>
            Task.FromResult(action.Apply(metadata));
    }
}

/// <summary>An action being committed: what it has written so far, kept from one attempt to the next.</summary>
internal abstract class ActionRun
{
    /// <summary>The snapshot that the last attempt made; null when it made none.</summary>
    public virtual Snapshot? Snapshot => null;

    /// <exception cref="IcebergException">CommitConflict, not retryable: what happened meanwhile contradicts the action.</exception>
    public abstract Task<ImmutableArray<TableUpdate>> ApplyAsync(TableMetadata metadata, CancellationToken cancel);

    /// <summary>Deletes files that this run wrote and that did not become part of the table.</summary>
    /// <param name="committed">Whether the last attempt did.</param>
    public virtual Task CleanUpAsync(bool committed) => Task.CompletedTask;
}
