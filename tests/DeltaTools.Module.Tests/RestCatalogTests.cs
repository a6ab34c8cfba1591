using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Rest;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Module.Tests;

/// <summary>REST catalogs through the module and the real engine; the server lends keys for S3, the user has none.</summary>
public sealed class RestCatalogTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "MARKER:secret/of+the client";

    private readonly ModuleSession _session = new();
    private S3TestServer _s3 = null!;
    private RestTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _s3 = await S3TestServer.StartAsync("lake");
        _server = await RestTestServer.StartAsync("s3://lake/warehouse", _s3);
        _server.LendsKeys = true;
        _server.Login = new RestLogin { ClientId = "me", ClientSecret = Secret, Marker = "MARKER-token" };
        _session.Invoke($$"""
            $secure = [securestring]::new()
            foreach ($letter in '{{Secret}}'.ToCharArray()) { $secure.AppendChar($letter) }
            $global:login = @{ Uri = '{{_server.Address}}'; Credential = [pscredential]::new('me', $secure) }
            $global:options = @{ 'cache.folder' = '{{_session.Folder}}/cache'; 's3.retry.max-wait-ms' = 10 }
            """);
    }

    public async Task DisposeAsync()
    {
        Assert.Empty(_server.Violations);
        await _server.DisposeAsync();
        await _s3.DisposeAsync();
    }

    public void Dispose()
    {
        _session.Invoke("Get-IcebergCatalog | Disconnect-IcebergCatalog");
        _session.Dispose();
    }

    [Fact]
    public void EmployeesJob_WorksWithLentKeys()
    {
        PSObject catalog = _session.Single("Connect-IcebergCatalog @login -Property $options -PassThru");
        EmployeesJob.Run(_session);
        Assert.Equal(("Rest", "s3://lake/warehouse"), (catalog.Properties["Type"].Value, catalog.Properties["Warehouse"].Value));
        Assert.NotEmpty(_server.LentKeys);

        _session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
        Assert.Empty(_s3.Buckets["lake"].Keys);
    }

    [Fact]
    public async Task EmployeesJob_WorksOnLocalFiles()
    {
        await using RestTestServer local = await RestTestServer.StartAsync($"file://{_session.Folder}/warehouse");
        local.Login = new RestLogin();
        local.Login.Add("MARKER-given");
        _session.Invoke($"Connect-IcebergCatalog -Uri {local.Address} -Token MARKER-given");
        EmployeesJob.Run(_session);

        _session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force; Disconnect-IcebergCatalog default");
        Assert.Empty(Directory.EnumerateFiles(_session.Folder + "/warehouse", "*", SearchOption.AllDirectories));
        Assert.Empty(local.Violations);
    }

    [Fact]
    public void EmployeesJob_WorksUnderFaultsOfCatalogAndStorage()
    {
        _session.Invoke("Connect-IcebergCatalog @login -Property $options");
        FaultKind[] kinds =
        [
            FaultKind.LostResponse, FaultKind.SlowDown, FaultKind.ErrorAfterSuccess, FaultKind.Reset, FaultKind.ResetInResponse, FaultKind.InternalError,
            FaultKind.ResetInRequest, FaultKind.Throttled, FaultKind.ExpiredToken,
        ];
        for (int i = 0; i < 18; i++) _server.Faults.Add(new Fault(kinds[i % kinds.Length]) { After = 2 * i });
        for (int i = 0; i < 6; i++) _server.Faults.Add(new Fault(i % 2 == 0 ? FaultKind.LostResponse : FaultKind.ErrorAfterSuccess, "updateTable"));
        for (int i = 0; i < 32; i++) _s3.Faults.Add(new Fault(kinds[i % 8]) { After = 2 * i });
        EmployeesJob.Run(_session);

        Assert.True(_server.Faults.Met > 12, $"{_server.Faults.Met} faults of the catalog met");
        Assert.True(_s3.Faults.Met > 20, $"{_s3.Faults.Met} faults of the storage met");
        _server.Faults.Clear();
        _s3.Faults.Clear();
        _session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
        Assert.Empty(_s3.Buckets["lake"].Keys);
    }

    [Fact]
    public void KeysThatEnd_AreRenewedInTheMiddleOfAJob()
    {
        _session.Invoke("Connect-IcebergCatalog @login -Property $options");
        _session.Invoke("New-IcebergTable hr.t 'id int' | Out-Null; $global:table = Get-IcebergTable hr.t");
        foreach (TestCredentials keys in _server.LentKeys) keys.Expired = true;
        _session.Invoke("[pscustomobject] @{ id = 1 } | Import-Delta -Table hr.t -DateReceived 2021-01-01 | Out-Null");
        foreach (TestCredentials keys in _server.LentKeys) keys.Expired = true;

        Assert.Single(_session.Invoke("Get-IcebergData hr.t"));
    }

    [Fact]
    public async Task SigV4_SignsWithTheKeysOfAws()
    {
        await using RestTestServer signed = await RestTestServer.StartAsync($"file://{_session.Folder}/warehouse");
        signed.Signatures = new SignatureVerifier("s3tables", "eu-west-1");
        _session.Invoke($$"""
            Connect-IcebergCatalog -Uri {{signed.Address}} -SigV4 -Region eu-west-1 -AccessKey {{TestCredentials.Default.AccessKeyId}} -SecretKey {{TestCredentials.Default.SecretAccessKey}} -Property @{ 'rest.signing-name' = 's3tables' }
            New-IcebergTable hr.t 'id int' | Out-Null
            """);

        Assert.Single(_session.Invoke("Get-IcebergTable"));
        _session.Invoke("Disconnect-IcebergCatalog default");
    }

    [Theory]
    [InlineData("Connect-IcebergCatalog -Uri nonsense", "InvalidArgument", "-Uri")]
    [InlineData("Connect-IcebergCatalog @login -Token x", "InvalidArgument", "exclude each other")]
    [InlineData("Connect-IcebergCatalog -Uri $login.Uri -Token MARKER-wrong", "AccessDenied", "Connect again")]
    [InlineData("Connect-IcebergCatalog @login -Property @{ 's3.sse.type' = 'rot13' }", "InvalidArgument", "s3.sse.type")]
    [InlineData("Connect-IcebergCatalog @login -Property @{ 'rest.client.max-retries' = 'many' }", "InvalidArgument", "rest.client.max-retries")]
    public void Connect_ErrorsSayWhatToDo(string script, string id, string text)
    {
        ErrorRecord error = _session.Error(script);

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.ConnectIcebergCatalogCommand", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", error.Exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_AppearNowhere()
    {
        string spoken = string.Join('\n', (string[])[
            SpokenText.Of(_session, "Connect-IcebergCatalog @login -Property $options -PassThru -Verbose -Debug"),
            SpokenText.Of(_session, "Get-IcebergCatalog; New-IcebergTable hr.t 'id int' -Verbose -Debug; [pscustomobject] @{ id = 1 } | Import-Delta -Table hr.raw -DateReceived 2021-01-01 -Verbose -Debug"),
            SpokenText.Of(_session, "Get-IcebergTable; Get-IcebergHistory hr.raw; Get-IcebergSnapshot hr.raw; (Get-IcebergTable hr.raw).Properties; Get-IcebergData hr.raw"),
            Failing(FaultKind.InternalError), Failing(FaultKind.ExpiredToken), Failing(FaultKind.Reset),
            Refused(),
            SpokenText.Of(_session, "Connect-IcebergCatalog -Uri $login.Uri -Token MARKER-wrong -Verbose -Debug"),
            SpokenText.Of(_session, "Connect-IcebergCatalog @login -Property @{ credential = 'me:MARKER-wrong' } -Verbose -Debug")]);

        Assert.Contains("login has expired", spoken, StringComparison.Ordinal);
        Assert.Contains("not valid", spoken, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", spoken, StringComparison.Ordinal);
        Assert.All(_s3.Buckets["lake"].Keys, k => Assert.DoesNotContain("MARKER", System.Text.Encoding.Latin1.GetString(_s3.Buckets["lake"].Find(k)!.Content), StringComparison.Ordinal));
    }

    private string Failing(FaultKind kind)
    {
        _server.Faults.Add(kind, times: 1000);
        string text = SpokenText.Of(_session, "Get-IcebergTable hr.raw -Verbose -Debug");
        _server.Faults.Clear();
        return text;
    }

    /// <summary>Lent keys that S3 does not take.</summary>
    private string Refused()
    {
        _s3.Faults.Add(FaultKind.ExpiredToken, times: 1000);
        string text = SpokenText.Of(_session, "Get-IcebergData hr.raw -Verbose -Debug; Get-IcebergFile hr.raw -Verbose -Debug");
        _s3.Faults.Clear();
        return text;
    }
}
