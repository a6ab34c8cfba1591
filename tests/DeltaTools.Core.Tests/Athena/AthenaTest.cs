using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Tests.Aws;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Athena;

/// <summary>Tests against a server of their own that speaks S3, Glue and Athena.</summary>
public abstract class AthenaTest : IAsyncLifetime
{
    private protected List<string> Log { get; } = [];

    private protected AwsLab Lab { get; private set; } = null!;

    private protected GlueCatalog Catalog { get; private set; } = null!;

    private protected AthenaSession Session { get; private set; } = null!;

    private protected Warehouse Warehouse { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Lab = await AwsLab.StartAsync();
        Catalog = await Lab.ConnectAsync();
        Session = Lab.Session(log: Log.Add);
        Warehouse = await Warehouse.OpenAsync(catalog: Catalog);
    }

    public async Task DisposeAsync()
    {
        await Warehouse.DisposeAsync();
        Session.Dispose();
        await Catalog.DisposeAsync();
        await Lab.DisposeAsync();
    }
}
