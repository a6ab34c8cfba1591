using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;

namespace DeltaTools.Benchmarks;

/// <summary>A folder with a warehouse, whose tables are made once and used by several benchmarks.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private readonly bool _keep;

    private Workspace(string folder, bool keep, SqliteCatalog catalog)
    {
        Folder = folder;
        _keep = keep;
        Catalog = catalog;
    }

    public string Folder { get; }

    public SqliteCatalog Catalog { get; }

    /// <param name="folder">A folder that stays, with its tables, for the next run; null: a temporary one.</param>
    public static async Task<Workspace> OpenAsync(string? folder)
    {
        string path = folder ?? Directory.CreateTempSubdirectory("deltatools-benchmarks-").FullName;
        return new Workspace(path, folder is not null, await SqliteCatalog.OpenAsync("benchmarks", Path.Combine(path, "warehouse"), default));
    }

    /// <summary>A session as cmdlets open them.</summary>
    public static DuckSession Session() => DuckSession.Open();

    public string PathOf(string name) => Path.Combine(Folder, name);

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        if (!_keep) Directory.Delete(Folder, recursive: true);
    }
}
