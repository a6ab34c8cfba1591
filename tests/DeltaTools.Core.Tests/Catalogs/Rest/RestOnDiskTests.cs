using DeltaTools.Core.Catalogs;

namespace DeltaTools.Core.Tests.Catalogs.Rest;

/// <summary>A REST catalog whose tables lie on the local disk.</summary>
public sealed class RestOnDiskTests : CatalogConformance
{
    private RestTestCatalog _test = null!;

    public override async Task InitializeAsync()
    {
        _test = await RestTestCatalog.OnDiskAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Empty(_test.Server.Violations);
        await _test.DisposeAsync();
    }

    protected override async Task<ICatalog> ConnectAsync() => await _test.ConnectAsync();
}
