using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Names of the connected catalogs.</summary>
public sealed class CatalogCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        CompletionWord word = CompletionWord.Parse(wordToComplete);
        return RunspaceSession.Current.Catalogs.Where(c => word.Matches(c.Name)).Select(c => CompletionWord.Result(c.Name, $"{c.Type} {c.Warehouse}"));
    }
}
