using DeltaTools.Core.Storage;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Glue;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>A session connected to Glue and Athena on this machine, with tables in a folder. Requests are checked by the official models.</summary>
public abstract class GlueLab : IAsyncLifetime, IDisposable
{
    protected const string Key = "ASIAMODULE0000000002";
    protected const string Secret = "MARKER/secret+of/the/key";
    protected const string Token = "MARKER-token/of+the/session==";

    protected ModuleSession Session { get; } = new();

    protected AthenaService Athena { get; private set; } = null!;

    protected AwsServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        GlueStore store = new();
        Athena = new AthenaService(store, ObjectStores.Local);
        Server = await AwsServer.StartAsync(new GlueService(store), Athena);
        Server.Accept(new TestCredentials(Key, Secret, Token));
        Session.Invoke($$"""
            $global:login = @{ Glue = $true; Warehouse = '{{Session.Folder}}/lake'; EndpointUrl = '{{Server.Url}}'; Region = '{{AwsServer.Region}}'; AccessKey = '{{Key}}'
                SecretKey = '{{Secret}}'; SessionToken = '{{Token}}' }
            """);
        Connect();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Athena.DisposeAsync();
        Assert.Empty(Server.Violations);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Session.Invoke("Get-IcebergCatalog | Disconnect-IcebergCatalog");
        Session.Dispose();
    }

    /// <param name="more">More parameters.</param>
    protected void Connect(string more = "") => Session.Invoke($"Connect-IcebergCatalog @login {more}");
}
