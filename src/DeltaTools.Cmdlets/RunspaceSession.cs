using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;

namespace DeltaTools.Cmdlets;

/// <summary>What one runspace has connected. Parallel runspaces do not see each other's connections, and all ends with the runspace.</summary>
internal sealed class RunspaceSession
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceSession> Sessions = [];

    private readonly ConcurrentDictionary<string, IcebergCatalog> _catalogs = new(StringComparer.OrdinalIgnoreCase);
    private volatile IcebergCatalog? _default;

    public static RunspaceSession Current => Sessions.GetOrAdd(Runspace.DefaultRunspace, _ => new RunspaceSession());

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<IcebergCatalog> Catalogs => [.. _catalogs.Values.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The catalog that was connected last.</summary>
    public IcebergCatalog? Default => _default;

    /// <summary>Answers of catalogs, for tab completion.</summary>
    public CompletionCache Completions { get; } = new();

    /// <summary>How wide the columns of data rows are shown, by the names of the columns.</summary>
    public ConcurrentDictionary<string, RowLayout> Layouts { get; } = new(StringComparer.Ordinal);

    /// <summary>False also on threads that have no runspace.</summary>
    public static bool IsDefault(IcebergCatalog catalog) =>
        Runspace.DefaultRunspace is { } runspace && Sessions.TryGetValue(runspace, out RunspaceSession? session) && session.Default == catalog;

    public IcebergCatalog? Find(string name) => _catalogs.GetValueOrDefault(name);

    /// <summary>The connections whose name matches, with wildcards.</summary>
    /// <exception cref="IcebergException">NotConnected: a name without wildcards is not there.</exception>
    public IReadOnlyList<IcebergCatalog> Match(string name)
    {
        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        IcebergCatalog[] found = [.. Catalogs.Where(c => pattern.IsMatch(c.Name))];
        return found.Length > 0 || WildcardPattern.ContainsWildcardCharacters(name) ? found
            : throw new IcebergException(IcebergErrorKind.NotConnected, $"No catalog is connected under the name '{name}'.");
    }

    /// <summary>Adds it as the default, in the place of one with the same name.</summary>
    public async Task ConnectAsync(IcebergCatalog catalog)
    {
        IcebergCatalog? replaced = Find(catalog.Name);
        _catalogs[catalog.Name] = catalog;
        _default = catalog;
        Completions.Clear();
        if (replaced is not null) await replaced.CloseAsync();
    }

    public async Task DisconnectAsync(IcebergCatalog catalog)
    {
        _catalogs.TryRemove(new(catalog.Name, catalog));
        if (_default == catalog) _default = Catalogs is [var only] ? only : null;
        Completions.Clear();
        await catalog.CloseAsync();
    }
}
