using System.Management.Automation;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Columns of the table, in its order, with their types.</summary>
public sealed class ColumnCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        from field in (await request.TableAsync(cancel))?.CurrentSchema.Fields.AsEnumerable() ?? []
        where request.Word.Matches(field.Name)
        select CompletionWord.Result(field.Name, $"{field.Type}{(field.Doc is null ? "" : $": {field.Doc}")}");
}
