using System.Management.Automation;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Names of tables: first the namespaces that fit, then, behind the dot, their tables.</summary>
public sealed class TableCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel)
    {
        IReadOnlyList<TableIdentifier> tables = await request.TablesAsync(cancel);
        string[] namespaces = [.. tables.Select(t => t.NamespaceText).Distinct()];
        bool inside = request.Word.Text.Contains('.', StringComparison.Ordinal) || namespaces.Length <= 1;
        return inside
            ? tables.Where(t => request.Word.Matches(t.ToString())).Select(t => CompletionWord.Result(t.ToString(), $"table {t}"))
            : namespaces.Where(request.Word.Matches).Select(n => CompletionWord.Result(n + ".", $"namespace {n}", n));
    }
}
