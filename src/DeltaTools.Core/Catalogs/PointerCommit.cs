using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>How a table changes in a catalog that stores a pointer: new metadata file first, then the swap.</summary>
/// <remarks>
/// The new file is on the disk before the swap, so a crash in between leaves the old state and a file that nothing refers to. It is
/// deleted again only when the swap certainly did not happen. When the answer to the swap was lost, the table is looked at: our file is
/// current or in the metadata log - it happened; another file came after our base - it never can; anything else - CommitUnknown, and
/// nothing is touched.
/// </remarks>
internal sealed class PointerCommit(PointerCatalog catalog, IObjectStore store)
{
    private enum Outcome { Landed, NotLanded, Unknown }

    public async Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel)
    {
        MetadataUpdates.CheckRequirements(current.Metadata, commit.Requirements);
        TableMetadata next = MetadataUpdates.Apply(current.Metadata, commit.Updates, TableClock.Now(current.Metadata));
        if (ReferenceEquals(next, current.Metadata)) return current;
        next = next.WithPreviousFile(current.Metadata, current.MetadataLocation);
        long version = (MetadataFiles.VersionOf(current.MetadataLocation) ?? -1) + 1;
        string location = await MetadataFiles.WriteAsync(store, next, version, cancel).ConfigureAwait(false);

        LoadedTable landed = new(current.Identifier, location, next, store);
        Outcome outcome = await SwapAsync(
            landed, current.MetadataLocation,
            () => catalog.TrySwapPointerAsync(landed, current.MetadataLocation, CancellationToken.None), cancel).ConfigureAwait(false);
        if (outcome == Outcome.NotLanded)
        {
            if (await catalog.FindPointerAsync(current.Identifier, cancel).ConfigureAwait(false) is null)
            {
                throw await catalog.NotFoundAsync(current.Identifier, cancel).ConfigureAwait(false);
            }
            throw Conflict(current.Identifier, "another writer was faster");
        }
        await DropOldMetadataAsync(current.Metadata, next).ConfigureAwait(false);
        return landed;
    }

    public async Task<LoadedTable> CreateAsync(TableIdentifier table, TableMetadata metadata, CancellationToken cancel)
    {
        string location = await MetadataFiles.WriteAsync(store, metadata, 0, cancel).ConfigureAwait(false);
        LoadedTable landed = new(table, location, metadata, store);
        Outcome outcome = await SwapAsync(
            landed, null, () => catalog.TryInsertPointerAsync(landed, CancellationToken.None), cancel).ConfigureAwait(false);
        return outcome == Outcome.Landed ? landed : throw PointerCatalog.Exists(table);
    }

    /// <summary>Swaps, finds out what came of it, and deletes the new metadata file when nothing did.</summary>
    private async Task<Outcome> SwapAsync(LoadedTable landed, string? expected, Func<Task<bool>> swap, CancellationToken cancel)
    {
        Outcome outcome = Outcome.NotLanded;
        try
        {
            cancel.ThrowIfCancellationRequested();
            KillPoint.Reach();
            outcome = Outcome.Unknown;
            outcome = await swap().ConfigureAwait(false) ? Outcome.Landed : Outcome.NotLanded;
            KillPoint.Reach();
        }
        catch (IcebergException error) when (outcome == Outcome.Unknown && error.Kind != IcebergErrorKind.CommitUnknown)
        {
            outcome = Outcome.NotLanded;
            throw;
        }
        catch (Exception error) when (outcome == Outcome.Unknown)
        {
            outcome = await CheckAsync(landed, expected).ConfigureAwait(false);
            if (outcome == Outcome.Unknown)
            {
                throw new IcebergException(
                    IcebergErrorKind.CommitUnknown,
                    $"Whether the commit to table {landed.Identifier} happened is unknown: {error.Message} Nothing was cleaned up. "
                    + "Look at the table's history before you run the command again.", error);
            }
        }
        finally
        {
            if (outcome == Outcome.NotLanded) await TryDeleteAsync([landed.MetadataLocation]).ConfigureAwait(false);
        }
        return outcome;
    }

    private async Task<Outcome> CheckAsync(LoadedTable landed, string? expected)
    {
        CommitStatusCheck check = CommitStatusCheck.Of(landed.Metadata);
        Outcome outcome = Outcome.Unknown;
        for (int attempt = 0; attempt <= check.Retries && outcome == Outcome.Unknown; attempt++)
        {
            if (attempt > 0) await Task.Delay(check.Wait(attempt)).ConfigureAwait(false);
            try
            {
                outcome = await LookAsync(landed, expected).ConfigureAwait(false);
            }
            catch (IcebergException)
            {
                // The catalog cannot be asked now; the next look may.
            }
        }
        return outcome;
    }

    private async Task<Outcome> LookAsync(LoadedTable landed, string? expected)
    {
        string? pointer = await catalog.FindPointerAsync(landed.Identifier, CancellationToken.None).ConfigureAwait(false);
        if (pointer == landed.MetadataLocation) return Outcome.Landed;
        if (pointer == expected) return catalog.SwapMayLandLate ? Outcome.Unknown : Outcome.NotLanded;
        // Dropped since: before or after our swap, nobody can tell.
        if (pointer is null) return Outcome.Unknown;
        TableMetadata current = await MetadataFiles.ReadAsync(store, pointer, CancellationToken.None).ConfigureAwait(false);
        if (current.MetadataLog.Any(e => e.MetadataFile == landed.MetadataLocation)) return Outcome.Landed;
        if (expected is null) return current.TableUuid == landed.Metadata.TableUuid ? Outcome.Landed : Outcome.NotLanded;
        // What followed our base is in the log, and it is not our file. When the log no longer reaches back to the base, the log says nothing.
        return current.MetadataLog.Any(e => e.MetadataFile == expected) ? Outcome.NotLanded : Outcome.Unknown;
    }

    /// <summary>Deletes the metadata files that fell out of the log, where the table asks for it.</summary>
    private async Task DropOldMetadataAsync(TableMetadata before, TableMetadata after)
    {
        if (!TableProperties.Bool(after.Properties, TableProperties.MetadataDeleteAfterCommit, false)) return;
        HashSet<string> kept = [.. after.MetadataLog.Select(e => e.MetadataFile)];
        await TryDeleteAsync([.. before.MetadataLog.Select(e => e.MetadataFile).Where(f => !kept.Contains(f))]).ConfigureAwait(false);
    }

    /// <summary>Deletes what nothing refers to; a failure leaves an orphan file, which is no reason to fail.</summary>
    private async Task TryDeleteAsync(IReadOnlyCollection<string> locations)
    {
        try
        {
            await store.DeleteAsync(locations, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // Remove-IcebergOrphanFile finds it.
        }
    }

    private static IcebergException Conflict(TableIdentifier table, string reason) =>
        new(IcebergErrorKind.CommitConflict, $"Table {table} was changed at the same time: {reason}.")
        {
            Retryable = true,
            Context = new Dictionary<string, string> { ["table"] = table.ToString() },
        };
}
