using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>One commit to a table of a REST catalog, and what came of it when the answer was lost or was an error of the server.</summary>
/// <remarks>
/// <para>The same commit is sent again: its requirements, and the ids of its snapshots, keep it from being carried out twice. So «conflict»
/// in answer to a later attempt may speak of the first one, and the table itself is asked: it has our snapshots - it happened; it lacks them
/// and no longer meets the requirements - it never can; anything else - CommitUnknown.</para>
/// <para>Commits without snapshots are looked for by their effect: applied to the table as it is now, they change nothing.</para>
/// </remarks>
internal sealed class RestCommit(RestSession session, RestTables tables, LoadedTable current, TableCommit commit)
{
    private enum Outcome { Landed, NotLanded, Unknown }

    /// <exception cref="RestException">It was refused for certain; the table is as it was.</exception>
    /// <exception cref="IcebergException">CommitConflict, retryable; CommitUnknown.</exception>
    public async Task<LoadedTable> RunAsync(ImmutableArray<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        TableIdentifier table = current.Identifier;
        var call = new RestCall(HttpMethod.Post, session.Paths.Table(table), $"commit to table {table}")
        {
            Body = JsonText.Bytes(writer => TableCommitJson.Write(writer, table, commit, current.Metadata.FormatVersion)),
            Headers = headers,
            Token = tables.TokenOf(table),
        };
        cancel.ThrowIfCancellationRequested();
        JsonElement answer;
        try
        {
            // Once it is on its way, cancelling would only leave us without the answer.
            answer = await session.TryAsync(call, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RestException error) when (error.Status == 409 && !error.MayHaveHappened)
        {
            throw Conflict(error.Message);
        }
        catch (RestException error) when (error.MayHaveHappened || error.IsAmbiguous || error.Status is >= 200 and < 300)
        {
            return await FindAsync(error).ConfigureAwait(false);
        }
        try
        {
            return tables.Read(table, answer, current.Store);
        }
        catch (IcebergException error)
        {
            // It happened, whatever the answer looks like.
            return await FindAsync(new RestException(200, "", error.Message, error)).ConfigureAwait(false);
        }
    }

    private async Task<LoadedTable> FindAsync(RestException error)
    {
        CommitStatusCheck check = CommitStatusCheck.Of(current.Metadata);
        for (int attempt = 0; attempt <= check.Retries; attempt++)
        {
            if (attempt > 0) await Task.Delay(check.Wait(attempt)).ConfigureAwait(false);
            try
            {
                LoadedTable now = await tables.LoadAsync(current.Identifier, CancellationToken.None).ConfigureAwait(false);
                Outcome outcome = Compare(now.Metadata);
                if (outcome == Outcome.Landed) return now;
                // Where the last attempt was weighed and refused, an earlier one that is still on its way will be too.
                if (outcome == Outcome.NotLanded || error.Status == 409) throw Conflict(error.Message);
                if (error.Status is 400 or 422) throw Explain(error);
            }
            catch (Exception unseen) when (unseen is RestException or IcebergException { Kind: IcebergErrorKind.Corrupt })
            {
                // The table cannot be looked at now; the next look may be better.
            }
        }
        throw new IcebergException(
            IcebergErrorKind.CommitUnknown,
            $"Whether the commit to table {current.Identifier} happened is unknown: {error.Message}. Nothing was cleaned up. "
            + "Look at the table's history before you run the command again.", Explain(error));
    }

    private IcebergException Explain(RestException error) => session.Explain(error, new(HttpMethod.Post, "", $"commit to table {current.Identifier}"));

    private Outcome Compare(TableMetadata now)
    {
        Snapshot[] made = [.. commit.Updates.OfType<AddSnapshot>().Select(u => u.Snapshot)];
        if (made.Length > 0 && made.All(s => now.Snapshot(s.SnapshotId) is not null)) return Outcome.Landed;
        if (commit.Requirements.Any(r => r.Check(now) is not null)) return made.Length == 0 && HasEffect(now) ? Outcome.Landed : Outcome.NotLanded;
        return made.Length == 0 && HasEffect(now) ? Outcome.Landed : Outcome.Unknown;
    }

    private bool HasEffect(TableMetadata now)
    {
        try
        {
            return ReferenceEquals(MetadataUpdates.Apply(now, commit.Updates, TableClock.Now(now)), now);
        }
        catch (IcebergException)
        {
            return false;
        }
    }

    private IcebergException Conflict(string reason) =>
        new(IcebergErrorKind.CommitConflict, $"Table {current.Identifier} was changed at the same time: {reason}")
        {
            Retryable = true,
            Context = new Dictionary<string, string> { ["table"] = current.Identifier.ToString() },
        };
}
