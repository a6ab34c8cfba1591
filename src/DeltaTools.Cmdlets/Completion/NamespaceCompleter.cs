using System.Management.Automation;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Namespaces that have tables.</summary>
public sealed class NamespaceCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        from tables in (await request.TablesAsync(cancel)).GroupBy(t => t.NamespaceText)
        where request.Word.Matches(tables.Key)
        select CompletionWord.Result(tables.Key, $"{tables.Count()} tables");
}
