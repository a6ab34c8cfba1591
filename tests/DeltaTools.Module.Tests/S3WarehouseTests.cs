using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Module.Tests;

/// <summary>Warehouses in S3 without a catalog service, through the module and the real engine, against a server that checks signatures.</summary>
public sealed class S3WarehouseTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "MARKER/secret+of/the/key";
    private const string Token = "MARKER-token/of+the/session==";

    private readonly ModuleSession _session = new();
    private S3TestServer _server = null!;

    private S3Bucket Bucket => _server.Buckets["lake"];

    public async Task InitializeAsync()
    {
        _server = await S3TestServer.StartAsync("lake");
        _server.Known.Add(new TestCredentials("ASIAMODULE0000000001", Secret, Token));
        _session.Invoke($$"""
            $global:login = @{ EndpointUrl = '{{_server.Url}}'; Region = '{{_server.Region}}'; AccessKey = 'ASIAMODULE0000000001'
                SecretKey = '{{Secret}}'; SessionToken = '{{Token}}' }
            $global:store = @{ 'cache.folder' = '{{_session.Folder}}/cache'; 's3.retry.max-wait-ms' = 10 }
            """);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _session.Invoke("Get-IcebergCatalog | Disconnect-IcebergCatalog");
        _session.Dispose();
    }

    [Fact]
    public void EmployeesJob_Works()
    {
        Connect("s3://lake/warehouse");
        EmployeesJob.Run(_session);

        Assert.Equal(0L, _session.Single(EmployeesJob.Merge(3)).Properties["Inserted"].Value);
        Assert.StartsWith("s3://lake/warehouse/hr/employee", _session.Single("(Get-IcebergTable hr.employee).Location").ToString());
        Assert.Equal("2 3 4 5 6 7 9 10 11", EmployeesJob.Keys(_session, "Get-IcebergData s3a://lake/warehouse/hr/employee"));

        _session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
        Assert.All(Bucket.Keys, k => Assert.StartsWith("warehouse/.catalog/", k, StringComparison.Ordinal));
        Assert.Empty(Bucket.Uploads);
    }

    [Fact]
    public void EmployeesJob_WorksUnderFaults()
    {
        Connect("s3://lake/warehouse");
        FaultKind[] kinds =
        [
            FaultKind.LostResponse, FaultKind.SlowDown, FaultKind.ErrorAfterSuccess, FaultKind.Reset, FaultKind.ResetInResponse, FaultKind.InternalError,
            FaultKind.ResetInRequest, FaultKind.Throttled,
        ];
        for (int i = 0; i < 48; i++) _server.Faults.Add(new Fault(kinds[i % kinds.Length]) { After = 3 * i });
        EmployeesJob.Run(_session);

        Assert.True(_server.Faults.Met > 30, $"{_server.Faults.Met} faults met");
        _server.Faults.Clear();
        _session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
        // Nothing was lost, and nothing is left that no table knew.
        Assert.All(Bucket.Keys, k => Assert.StartsWith("warehouse/.catalog/", k, StringComparison.Ordinal));
    }

    [Fact]
    public void Properties_ReachEveryRequest()
    {
        _session.Invoke("""
            $properties = $store + @{ 's3.sse.type' = 'kms'; 's3.sse.key' = 'alias/data'; 's3.requester-pays' = $true; 's3.acl' = 'bucket-owner-full-control'; 'cache.max-total-bytes' = 1000000 }
            Connect-IcebergCatalog s3a://lake/warehouse @login -Property $properties
            """);
        EmployeesJob.Run(_session);
        _session.Invoke("Remove-IcebergTable hr.employee -Purge -Force");

        Assert.Contains(_server.Log.All, r => r.Operation == "DeleteObjects");
        Assert.All(_server.Log.All, r => Assert.Equal("requester", r.Headers.GetValueOrDefault("x-amz-request-payer")));
        Assert.All(_server.Log.All.Where(r => r.Operation == "PutObject"), r =>
        {
            Assert.Equal(("aws:kms", "alias/data", "bucket-owner-full-control"),
                (r.Headers["x-amz-server-side-encryption"], r.Headers["x-amz-server-side-encryption-aws-kms-key-id"], r.Headers["x-amz-acl"]));
        });
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Join(_session.Folder, "cache"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void EmployeesJob_WorksWhereTheClockIsWrong()
    {
        _server.ClockOffset = TimeSpan.FromHours(-3);
        Connect("s3://lake/warehouse");
        EmployeesJob.Run(_session);

        Assert.Contains(_server.Log.All, r => r.Status == 403);
    }

    [Fact]
    public void Connections_OfTwoWritersNeverLoseARow()
    {
        Connect("s3://lake/warehouse");
        _session.Invoke("New-IcebergTable hr.log 'writer int, n int' | Out-Null");
        using ModuleSession other = new();
        other.Invoke(string.Join('\n', (string[])[
            $"$login = @{{ EndpointUrl = '{_server.Url}'; Region = '{_server.Region}'; AccessKey = 'ASIAMODULE0000000001'; SecretKey = '{Secret}'; SessionToken = '{Token}' }}",
            $"Connect-IcebergCatalog s3://lake/warehouse @login -Property @{{ 'cache.folder' = '{other.Folder}/cache' }}"]));
        string Write(int writer) => $"1..6 | ForEach-Object {{ $n = $_; [pscustomobject] @{{ writer = {writer}; n = $n }} | Import-Delta -Table hr.log -DateReceived 2021-01-01 | Out-Null }}";

        Parallel.Invoke(() => _session.Invoke(Write(1)), () => other.Invoke(Write(2)));

        Assert.Equal(12, _session.Invoke("Get-IcebergData hr.log").Count);
        Assert.Equal(12, other.Invoke("Get-IcebergSnapshot hr.log").Count);
        other.Invoke("Disconnect-IcebergCatalog default");
    }

    [Fact]
    public void Connect_TellsWhatItIs()
    {
        PSObject catalog = _session.Single("Connect-IcebergCatalog s3n://lake/warehouse/ @login -Property $store -PassThru");

        Assert.Equal("S3", catalog.Properties["Type"].Value);
        Assert.Equal("s3://lake/warehouse", catalog.Properties["Warehouse"].Value);
    }

    [Theory]
    [InlineData(ConditionalWrites.Ignored)]
    [InlineData(ConditionalWrites.Refused)]
    public void Connect_RefusesAStoreWithoutConditionalWrites(ConditionalWrites conditions)
    {
        _server.ConditionalWrites = conditions;

        ErrorRecord error = _session.Error("Connect-IcebergCatalog s3://lake/warehouse @login -Property $store");

        Assert.StartsWith("FeatureUnsupported,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("If-None-Match", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergCatalog"));
    }

    [Theory]
    [InlineData("Connect-IcebergCatalog s3://lake/x @login -Property @{ 's3.sse.typ' = 'kms' }", "InvalidArgument", "s3.sse.type")]
    [InlineData("Connect-IcebergCatalog s3://lake/x @login -Property @{ 's3.sse.type' = 'rot13' }", "InvalidArgument", "s3.sse.type")]
    [InlineData("Connect-IcebergCatalog ./folder -Region eu-west-1", "InvalidArgument", "-Region")]
    [InlineData("Connect-IcebergCatalog s3://lake/x -AccessKey a -Region eu-west-1", "InvalidArgument", "-SecretKey")]
    [InlineData("Connect-IcebergCatalog s3://nowhere/x @login -Property $store", "StorageFailed", "Bucket nowhere does not exist")]
    [InlineData("Connect-IcebergCatalog s3://lake/x -ProfileName no-such-profile -Region eu-west-1", "InvalidArgument", "no-such-profile")]
    public void Connect_ErrorsSayWhatToDo(string script, string id, string text)
    {
        ErrorRecord error = _session.Error(script);

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.ConnectIcebergCatalogCommand", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_AppearNowhere()
    {
        string spoken = string.Join('\n', (string[])[
            SpokenText.Of(_session, "Connect-IcebergCatalog s3://lake/warehouse @login -Property $store -PassThru -Verbose -Debug"),
            SpokenText.Of(_session, "Get-IcebergCatalog; New-IcebergTable hr.t 'id int' -Verbose -Debug; [pscustomobject] @{ id = 1 } | Import-Delta -Table hr.raw -DateReceived 2021-01-01 -Verbose -Debug"),
            SpokenText.Of(_session, "Get-IcebergTable; Get-IcebergHistory hr.raw; Get-IcebergSnapshot hr.raw; (Get-IcebergTable hr.raw).Properties"),
            Failing(FaultKind.ExpiredToken), Failing(FaultKind.InternalError), Failing(FaultKind.SlowDown), Failing(FaultKind.Reset),
            SpokenText.Of(_session, "$wrong = $login.Clone(); $wrong.SecretKey = 'MARKER-wrong'; Connect-IcebergCatalog s3://lake/w2 @wrong -Property $store -Verbose -Debug"),
            SpokenText.Of(_session, "$wrong = $login.Clone(); $wrong.SessionToken = 'MARKER-wrong'; Connect-IcebergCatalog s3://lake/w2 @wrong -Property $store -Verbose -Debug"),
            SpokenText.Of(_session, "$wrong = $login.Clone(); $wrong.Region = 'us-west-2'; Connect-IcebergCatalog s3://lake/w2 @wrong -Property $store -Verbose -Debug"),
            SpokenText.Of(_session, "$wrong = $login.Clone(); $wrong.SecretKey = @('MARKER-list'); Connect-IcebergCatalog s3://lake/w2 @wrong -Verbose -Debug")]);

        Assert.Contains("have expired", spoken, StringComparison.Ordinal);
        Assert.Contains("not valid", spoken, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", spoken, StringComparison.Ordinal);
        Assert.All(Bucket.Keys, k => Assert.DoesNotContain("MARKER", System.Text.Encoding.Latin1.GetString(Bucket.Find(k)!.Content), StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(_session.Folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)),
            f => Assert.DoesNotContain("MARKER", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f)), StringComparison.Ordinal));
    }

    private string Failing(FaultKind kind)
    {
        _server.Faults.Add(kind, times: 1000);
        string text = SpokenText.Of(_session, "Get-IcebergTable hr.raw -Verbose -Debug");
        _server.Faults.Clear();
        return text;
    }

    private void Connect(string warehouse) => _session.Invoke($"Connect-IcebergCatalog {warehouse} @login -Property $store");
}
