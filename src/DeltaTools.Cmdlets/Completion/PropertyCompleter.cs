using System.Management.Automation;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Properties that the table has, with their values.</summary>
public sealed class PropertyCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        from property in (await request.TableAsync(cancel))?.Properties.AsEnumerable() ?? []
        where request.Word.Matches(property.Key)
        select CompletionWord.Result(property.Key, $"{property.Key} = {property.Value}");
}
