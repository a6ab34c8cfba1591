using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Module.Tests;

/// <summary>Where the AWS SDK finds credentials: each in a process of its own, with its own environment.</summary>
public sealed class S3LoginTests : IAsyncLifetime, IDisposable
{
    private static readonly TestCredentials s_keys = new("ASIALOGIN00000000001", "MARKER/secret+of/login", "MARKER-token-of-login");

    private readonly TempFolder _folder = new();
    private S3TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await S3TestServer.StartAsync("lake");
        _server.Known.Clear();
        _server.Known.Add(s_keys);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Environment_GivesKeysAddressAndWarehouse()
    {
        ShellResult result = await RunAsync("(New-IcebergTable hr.t 'id int').Table; (Get-IcebergCatalog).Type", new()
        {
            ["AWS_ACCESS_KEY_ID"] = s_keys.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = s_keys.SecretAccessKey,
            ["AWS_SESSION_TOKEN"] = s_keys.SessionToken!,
            ["AWS_REGION"] = _server.Region,
            ["AWS_ENDPOINT_URL_S3"] = _server.Url,
            ["DELTATOOLS_WAREHOUSE"] = "s3://lake/warehouse",
        });

        Assert.Equal("hr.t\nS3\n", result.Output);
        Assert.Contains(_server.Buckets["lake"].Keys, k => k.StartsWith("warehouse/hr/t/metadata/00000-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Profile_GivesKeysAndRegion()
    {
        ShellResult result = await RunAsync(
            $"Connect-IcebergCatalog s3://lake/warehouse -ProfileName data -EndpointUrl {_server.Url}; (New-IcebergTable hr.t 'id int').Table",
            Shared($"""
                [data]
                aws_access_key_id = {s_keys.AccessKeyId}
                aws_secret_access_key = {s_keys.SecretAccessKey}
                aws_session_token = {s_keys.SessionToken}
                region = {_server.Region}
                """));

        Assert.Equal("hr.t\n", result.Output);
    }

    [Fact]
    public async Task UnknownProfile_NamesTheNearest()
    {
        ShellResult result = await RunAsync(
            $"Connect-IcebergCatalog s3://lake/warehouse -ProfileName dato -EndpointUrl {_server.Url}",
            Shared("[data]\naws_access_key_id = a\naws_secret_access_key = MARKER-b\n"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Did you mean data?", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", result.Output + result.Errors, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Shared(string credentials) => new()
    {
        ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.File("credentials", credentials),
        ["AWS_CONFIG_FILE"] = _folder.File("config", ""),
    };

    private async Task<ShellResult> RunAsync(string script, Dictionary<string, string> environment)
    {
        environment["DELTATOOLS_CACHE"] = Path.Join(_folder.Path, "cache");
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        return await ShellProcess.RunAsync([_folder.File("script.ps1", $"$ErrorActionPreference = 'Stop'\n{script}")], environment: environment);
    }
}
