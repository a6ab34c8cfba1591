using System.Management.Automation;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Branches and tags of the table.</summary>
public sealed class RefCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        from reference in (await request.TableAsync(cancel))?.Refs.AsEnumerable() ?? []
        where request.Word.Matches(reference.Key)
        select CompletionWord.Result(reference.Key, $"{reference.Value.Type} at snapshot {reference.Value.SnapshotId}");
}
