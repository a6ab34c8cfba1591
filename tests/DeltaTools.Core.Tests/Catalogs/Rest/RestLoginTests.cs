using DeltaTools.Core.Aws;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Rest;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Catalogs.Rest;

/// <summary>OAuth2, bearer tokens and signatures, and that no error shows them.</summary>
public sealed class RestLoginTests : IAsyncLifetime
{
    private const string Secret = "MARKER:secret/of&the=client";
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    private RestTestCatalog _test = null!;

    private RestLogin Login => _test.Server.Login!;

    public async Task InitializeAsync()
    {
        _test = await RestTestCatalog.OnDiskAsync();
        _test.Server.Login = new RestLogin { ClientId = "me", ClientSecret = Secret, Marker = "MARKER-token" };
    }

    public async Task DisposeAsync()
    {
        Assert.Empty(_test.Server.Violations);
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task ClientCredentials_GetOneTokenForManyCalls()
    {
        await using RestCatalog catalog = await ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => catalog.ListTablesAsync(null, default)));

        Assert.Equal(1, Login.Issued);
        IReadOnlyDictionary<string, string> form = Assert.Single(Login.Requests);
        Assert.Equal(("client_credentials", "me", Secret, "catalog"), (form["grant_type"], form["client_id"], form["client_secret"], form["scope"]));
    }

    [Fact]
    public async Task ClientCredentials_TakeScopeAudienceAndServerFromProperties()
    {
        await using var issuer = await RestTestServer.StartAsync("file:///unused");
        issuer.Login = Login;
        await using RestCatalog catalog = await ConnectAsync(
            ("scope", "PRINCIPAL_ROLE:ALL"), ("audience", "lake"), ("oauth2-server-uri", issuer.Address + "/v1/oauth/tokens"));

        IReadOnlyDictionary<string, string> form = Assert.Single(Login.Requests);
        Assert.Equal(("PRINCIPAL_ROLE:ALL", "lake"), (form["scope"], form["audience"]));
        Assert.Single(issuer.Log.All);
        Assert.Equal(0, _test.Server.Log.Count("getToken"));
    }

    [Theory]
    [InlineData(false, "client_credentials")]
    [InlineData(true, "refresh_token")]
    public async Task Token_IsRenewedBeforeItEnds(bool refreshTokens, string grant)
    {
        Login.Lifetime = 1;
        Login.HasRefreshTokens = refreshTokens;
        await using RestCatalog catalog = await ConnectAsync();
        await Task.Delay(600);
        await catalog.ListTablesAsync(null, default);

        Assert.Equal(2, Login.Issued);
        Assert.Equal(grant, Login.Requests.Last()["grant_type"]);
        Assert.All(_test.Server.Log.All, r => Assert.NotEqual(401, r.Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_ThatWasEndedIsReplacedWithinTheCall(bool refreshTokens)
    {
        Login.HasRefreshTokens = refreshTokens;
        await using RestCatalog catalog = await ConnectAsync();
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);
        Login.EndAll();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => catalog.LoadTableAsync(s_employee, default)));
        _test.Server.Faults.Add(FaultKind.ExpiredToken, "updateTable");
        await catalog.CommitAsync(table, new([], [new Core.Spec.Updates.SetProperties(SampleTables.Properties(("a", "b")))]), default);

        Assert.Equal(3, Login.Issued);
        Assert.Equal("b", (await catalog.LoadTableAsync(s_employee, default)).Metadata.Properties["a"]);
    }

    [Fact]
    public async Task WrongSecret_IsAnErrorThatDoesNotShowIt()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync(s => s with { ClientId = "me", ClientSecret = "MARKER-wrong" }));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("not valid", error.Message);
        CheckSilent(error);
    }

    [Fact]
    public async Task BearerToken_IsSentAsItIs()
    {
        Login.Add("MARKER-given");
        await using RestCatalog catalog = await _test.ConnectAsync(s => s with { Token = "MARKER-given" });
        await catalog.ListTablesAsync(null, default);
        Login.EndAll();

        var error = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListTablesAsync(null, default));

        Assert.Empty(Login.Requests);
        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("Connect again", error.Message);
        CheckSilent(error);
    }

    [Fact]
    public async Task NoLogin_IsRefused()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync());

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
    }

    [Fact]
    public async Task TokenOfATable_IsUsedForIt()
    {
        await using RestCatalog catalog = await ConnectAsync();
        Login.Add("MARKER-of-the-table");
        _test.Server.TableConfig["token"] = "MARKER-of-the-table";
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);
        await catalog.CommitAsync(table, new([], [new Core.Spec.Updates.SetProperties(SampleTables.Properties(("a", "b")))]), default);

        RecordedRequest commit = _test.Server.Log.All.Single(r => r.Operation == "updateTable");
        Assert.Equal("Bearer MARKER-of-the-table", commit.Headers["authorization"]);
    }

    [Fact]
    public async Task Signatures_AreThoseOfTheServiceAndRegion()
    {
        _test.Server.Login = null;
        _test.Server.Signatures = new SignatureVerifier("glue", "eu-west-1");
        await using RestCatalog catalog = await SignedAsync("eu-west-1", TestCredentials.Default.SecretAccessKey);
        await catalog.CreateTableAsync(TableIdentifier.Parse("hr.sub.a b+c"), null, l => SampleTables.New(l), default);

        Assert.Equal(["hr.sub.a b+c"], (await catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        _test.Server.ClockOffset = TimeSpan.FromHours(1);
        Assert.Single(await catalog.ListTablesAsync(null, default));
    }

    [Fact]
    public async Task WrongKeys_AreAnErrorThatDoesNotShowThem()
    {
        _test.Server.Login = null;
        _test.Server.Signatures = new SignatureVerifier("glue", "eu-west-1");

        var error = await Assert.ThrowsAsync<IcebergException>(() => SignedAsync("eu-west-1", "MARKER-wrong"));

        Assert.NotEqual(IcebergErrorKind.StorageFailed, error.Kind);
        CheckSilent(error);
    }

    [Fact]
    public void Settings_TellNoSecret()
    {
        RestSettings settings = new() { Uri = "https://host", ClientId = "me", ClientSecret = Secret, Token = "MARKER" };

        Assert.DoesNotContain("MARKER", settings.ToString());
        Assert.DoesNotContain("MARKER", RestConfig.Of(settings).ToString());
    }

    private Task<RestCatalog> ConnectAsync(params (string, string)[] properties) =>
        _test.ConnectAsync(s => s with { ClientId = "me", ClientSecret = Secret, Properties = SampleTables.Properties(properties) });

    private Task<RestCatalog> SignedAsync(string region, string secret) => _test.ConnectAsync(s => s with
    {
        SigV4 = true,
        Properties = SampleTables.Properties(("rest.signing-name", "glue")),
        Storage = new S3Settings { Login = new AwsSettings { Region = region, AccessKey = TestCredentials.Default.AccessKeyId, SecretKey = secret } },
    });

    private static void CheckSilent(IcebergException error)
    {
        Assert.DoesNotContain("MARKER", error.ToString());
        Assert.DoesNotContain("MARKER", string.Join(' ', error.Context.Values));
    }
}
