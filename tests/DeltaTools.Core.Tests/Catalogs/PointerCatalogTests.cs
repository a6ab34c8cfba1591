using System.Collections.Concurrent;
using DeltaTools.Core.Catalogs;

namespace DeltaTools.Core.Tests.Catalogs;

/// <summary>What catalogs of the kind share, without a database.</summary>
public sealed class PointerCatalogTests : CatalogConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _pointers = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<ICatalog> ConnectAsync() => Task.FromResult<ICatalog>(new InMemoryCatalog(_folder["warehouse"], _pointers));
}
