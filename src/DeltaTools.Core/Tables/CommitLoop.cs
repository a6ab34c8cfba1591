using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables;

/// <summary>The one way in which tables change: apply the actions to the current state, send, and start over when another was faster.</summary>
/// <remarks>
/// Only errors marked as retryable are retried. After a definite failure, cancellation among them, the files that the actions wrote are
/// deleted; data files belong to the caller, who may delete them too. After CommitUnknown nothing is deleted by anybody: the table is
/// asked whether it has our snapshot, and if that cannot be settled the error stands. Once the swap was made, cancellation is too late.
/// </remarks>
internal sealed class CommitLoop
{
    private readonly IcebergTable _table;
    private readonly ICatalog _catalog;
    private readonly TableIdentifier _identifier;
    private readonly ImmutableArray<ActionRun> _runs;

    public CommitLoop(IcebergTable table, IReadOnlyList<TableAction> actions)
    {
        _table = table;
        (_catalog, _identifier) = table is { Catalog: { } catalog, Identifier: { } identifier }
            ? (catalog, identifier)
            : throw IcebergException.Invalid($"Table {table.Name} was opened by its path and can only be read. Register it in a catalog to change it.");
        _runs = [.. actions.Select(a => a.Begin(table))];
    }

    /// <summary>Whether the caller has the table's turn already.</summary>
    public bool HasTurn { get; init; }

    public async Task<CommitResult> RunAsync(CancellationToken cancel)
    {
        try
        {
            CommitResult result = await RetryAsync(cancel).ConfigureAwait(false);
            foreach (ActionRun run in _runs) await run.CleanUpAsync(committed: result.Changed).ConfigureAwait(false);
            return result;
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.CommitUnknown)
        {
            throw;
        }
        catch
        {
            foreach (ActionRun run in _runs) await run.CleanUpAsync(committed: false).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<CommitResult> RetryAsync(CancellationToken cancel)
    {
        var retry = new CommitRetry(_table.Metadata);
        while (true)
        {
            try
            {
                using IDisposable? turn = HasTurn ? null : await _catalog.TakeTurnAsync(_identifier, cancel).ConfigureAwait(false);
                return await AttemptAsync(retry.Attempts, cancel).ConfigureAwait(false);
            }
            catch (IcebergException error) when (error.Retryable)
            {
                if (await retry.WaitAsync(cancel).ConfigureAwait(false)) continue;
                throw new IcebergException(
                    error.Kind, $"{error.Message} Gave up after {retry.Attempts} attempts ({TableProperties.RetryCount} allows more).", error)
                {
                    Retryable = true,
                    Context = error.Context,
                };
            }
        }
    }

    private async Task<CommitResult> AttemptAsync(int attempt, CancellationToken cancel)
    {
        LoadedTable current = await _catalog.LoadTableAsync(_identifier, cancel).ConfigureAwait(false);
        CheckSame(current.Metadata);
        TableMetadata metadata = current.Metadata;
        List<TableUpdate> updates = [];
        List<Snapshot> snapshots = [];
        foreach (ActionRun run in _runs)
        {
            ImmutableArray<TableUpdate> more = await run.ApplyAsync(metadata, cancel).ConfigureAwait(false);
            if (more.IsEmpty) continue;
            updates.AddRange(more);
            metadata = MetadataUpdates.Apply(metadata, more, TableClock.Now(metadata));
            if (run.Snapshot is { } made) snapshots.Add(made);
        }
        if (updates.Count == 0) return new(_table.At(current), current.Metadata, [], 0);
        var commit = new TableCommit(Requirements.For(current.Metadata, [.. updates]), [.. updates]);
        LoadedTable landed;
        try
        {
            landed = await _catalog.CommitAsync(current, commit, cancel).ConfigureAwait(false);
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.CommitUnknown)
        {
            if (await FindAsync(snapshots).ConfigureAwait(false) is not { } found) throw;
            landed = found;
        }
        return new(_table.At(landed), current.Metadata, [.. snapshots], attempt);
    }

    /// <summary>The table, when it has every snapshot that this commit made: then the commit happened.</summary>
    private async Task<LoadedTable?> FindAsync(List<Snapshot> snapshots)
    {
        if (snapshots.Count == 0) return null;
        try
        {
            LoadedTable now = await _catalog.LoadTableAsync(_identifier, CancellationToken.None).ConfigureAwait(false);
            return snapshots.All(s => now.Metadata.Snapshot(s.SnapshotId) is not null) ? now : null;
        }
        catch (IcebergException)
        {
            return null;
        }
    }

    /// <summary>A table that was dropped and made anew under its name is not the one that the caller looked at.</summary>
    private void CheckSame(TableMetadata current)
    {
        if (_table.Metadata.TableUuid is not { } uuid || current.TableUuid == uuid) return;
        throw new IcebergException(
            IcebergErrorKind.CommitConflict, $"Table {_table.Name} was replaced by another table of that name; its uuid is {current.TableUuid}, not {uuid}.");
    }
}
