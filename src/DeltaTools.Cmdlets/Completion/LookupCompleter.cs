using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Completes with what a catalog or a table knows: within two seconds, and silently with nothing when that fails.</summary>
public abstract class LookupCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    // Long enough for a few tabs in a row, short enough to see one's own last commit.
    private static readonly TimeSpan TableLifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ListLifetime = TimeSpan.FromSeconds(60);

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            Request request = new(CompletionWord.Parse(wordToComplete), fakeBoundParameters, RunspaceSession.Current);
            using CancellationTokenSource stop = new(Budget);
            Task<IEnumerable<CompletionResult>> answer = Task.Run(() => FindAsync(request, stop.Token), stop.Token);
            return answer.Wait(Budget) ? answer.Result : [];
        }
        catch (Exception)
        {
            // An error here would print into the command line that the user is typing.
            return [];
        }
    }

    private protected abstract Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel);

    /// <summary>What is asked, taken from the runspace before the work leaves its thread.</summary>
    private protected sealed record Request(CompletionWord Word, IDictionary Bound, RunspaceSession Session)
    {
        /// <summary>The bound -Catalog, else the default; null when nothing is connected.</summary>
        public IcebergCatalog? Connection => Bound["Catalog"] switch
        {
            IcebergCatalog catalog => catalog,
            string name => Session.Find(name),
            _ => Session.Default,
        };

        public Task<IReadOnlyList<TableIdentifier>> TablesAsync(CancellationToken cancel) => Connection is { } connection
            ? Session.Completions.GetAsync($"tables of {connection.Name}", ListLifetime, () => connection.Catalog.ListTablesAsync(null, cancel))
            : Task.FromResult<IReadOnlyList<TableIdentifier>>([]);

        /// <summary>The table that the command line names so far; null when it names none.</summary>
        public async Task<TableMetadata?> TableAsync(CancellationToken cancel)
        {
            object? bound = Bound["Table"] is IList { Count: > 0 } list ? list[0] : Bound["Table"];
            if (bound is null) return null;
            TableArgument argument = TableTransformationAttribute.Table(bound);
            IcebergCatalog? connection = argument.Connection ?? Connection;
            if (argument.HasWildcards || (!argument.IsLocation && connection is null)) return null;
            return await Session.Completions.GetAsync($"{connection?.Name}: {argument}", TableLifetime, async () =>
            {
                OpenTable open = argument.IsLocation
                    ? await OpenTable.AtAsync(
                        ObjectStores.SchemeOf(argument.Text) == "file" ? Path.GetFullPath(argument.Text) : argument.Text,
                        argument.LocationMap, connection, IcebergCatalog.StoresOf(connection), cancel)
                    : await OpenTable.NamedAsync(connection!, TableIdentifier.Parse(argument.Text), cancel);
                return open.Metadata;
            });
        }
    }
}
