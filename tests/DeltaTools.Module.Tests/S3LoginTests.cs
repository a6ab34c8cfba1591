using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Login;
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

    [Fact]
    public async Task Role_IsAssumedWithTheKeysOfAnotherProfile()
    {
        await using LoginTestServer sts = await LoginTestServer.StartAsync(s_keys, new TestCredentials("AKIAUSER000000000001", "MARKER-secret-of-user"), null);
        Dictionary<string, string> environment = Shared($"""
            [person]
            aws_access_key_id = AKIAUSER000000000001
            aws_secret_access_key = MARKER-secret-of-user
            [data]
            role_arn = {LoginTestServer.Role}
            source_profile = person
            region = {_server.Region}
            """);
        environment["AWS_ENDPOINT_URL_STS"] = sts.Url;

        await AssertWorksAsync("-ProfileName data", environment);
        Assert.Equal(["AssumeRole"], sts.Log.All.Select(r => r.Operation));
    }

    [Fact]
    public async Task WebIdentity_IsExchangedForKeysOfTheRole()
    {
        await using LoginTestServer sts = await LoginTestServer.StartAsync(s_keys, null, "MARKER-web-ticket");
        await AssertWorksAsync("", new()
        {
            ["AWS_ROLE_ARN"] = LoginTestServer.Role,
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = _folder.File("ticket", "MARKER-web-ticket"),
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
            ["AWS_REGION"] = _server.Region,
        });
        Assert.Equal(["AssumeRoleWithWebIdentity"], sts.Log.All.Select(r => r.Operation));
    }

    [Fact]
    public async Task Sso_GivesKeysOfTheRole()
    {
        const string start = "https://example.awsapps.com/start";
        await using LoginTestServer sso = await LoginTestServer.StartAsync(s_keys, null, "MARKER-sso-ticket");
        // Where aws sso login leaves it: under the SHA-1 of the address.
        const string cached = "e8be5486177c5b5392bd9aa76563515b29358e6e";
        Directory.CreateDirectory(Path.Join(_folder.Path, ".aws", "sso", "cache"));
        _folder.File($".aws/sso/cache/{cached}.json", $$"""{"startUrl": "{{start}}", "region": "{{_server.Region}}", "accessToken": "MARKER-sso-ticket", "expiresAt": "{{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}""");
        Dictionary<string, string> environment = Shared("");
        environment["AWS_CONFIG_FILE"] = _folder.File("config", $"""
            [profile data]
            sso_start_url = {start}
            sso_region = {_server.Region}
            sso_account_id = 123456789012
            sso_role_name = deltas
            region = {_server.Region}
            """);
        environment["HOME"] = environment["USERPROFILE"] = _folder.Path;
        environment["AWS_ENDPOINT_URL_SSO"] = sso.Url;

        await AssertWorksAsync("-ProfileName data", environment);
        Assert.Equal(["GetRoleCredentials"], sso.Log.All.Select(r => r.Operation));
    }

    private async Task AssertWorksAsync(string login, Dictionary<string, string> environment)
    {
        ShellResult result = await RunAsync($"Connect-IcebergCatalog s3://lake/warehouse {login} -EndpointUrl {_server.Url} -Verbose; (New-IcebergTable hr.t 'id int').Table", environment);

        Assert.True(result.Output.EndsWith("hr.t\n", StringComparison.Ordinal), result.Output + result.Errors);
        Assert.All(_server.Log.All, r => Assert.Equal(s_keys.SessionToken, r.Headers["x-amz-security-token"]));
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
