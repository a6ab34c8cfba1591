using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>What the parts of one scan share.</summary>
internal sealed class ScanContext(DuckSession session, IObjectStore store, NameMapping? nameMapping)
{
    private readonly List<string> _tables = [];
    private readonly List<string> _files = [];

    public DuckSession Session { get; } = session;

    public IObjectStore Store { get; } = store;

    public NameMapping? NameMapping { get; } = nameMapping;

    /// <summary>A name for a table that is dropped with the scan.</summary>
    public string NewTable(string prefix)
    {
        string name = Session.NewName(prefix);
        lock (_tables) _tables.Add(name);
        return name;
    }

    /// <summary>A path for a scratch file that is deleted with the scan.</summary>
    public string NewFile(string suffix)
    {
        Directory.CreateDirectory(Session.SpillFolder);
        string path = Path.Combine(Session.SpillFolder, Session.NewName("scan") + suffix);
        lock (_files) _files.Add(path);
        return path;
    }

    public async Task CleanUpAsync()
    {
        ImmutableArray<string> tables = [.. _tables];
        if (!tables.IsEmpty)
            await Session.ExecuteAsync(string.Join(';', tables.Select(t => $"DROP TABLE IF EXISTS {t}")), CancellationToken.None).ConfigureAwait(false);
        foreach (string file in _files) File.Delete(file);
    }
}
