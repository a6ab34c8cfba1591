using DeltaTools.Core.Aws;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Storage.S3;

/// <summary>Keys that end, keys that are wrong, and that no error shows them.</summary>
public sealed class S3CredentialTests : IAsyncLifetime
{
    private const string Secret = "MARKER/secret+key/of/the/user";
    private const string Token = "MARKER-token/of+the/session==";
    private static readonly TestCredentials s_first = new("ASIAFIRST00000000001", Secret, Token);
    private static readonly TestCredentials s_second = new("ASIASECOND0000000002", "MARKER/second+secret", "MARKER-second-token");

    private S3TestStore _test = null!;

    public async Task InitializeAsync()
    {
        _test = await S3TestStore.StartAsync();
        _test.Server.Known.Add(s_first);
        _test.Server.Known.Add(s_second);
    }

    public async Task DisposeAsync()
    {
        s_first.Expired = s_second.Expired = false;
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task TemporaryKeys_SignWithTheirToken()
    {
        using S3ObjectStore store = With(s_first.AccessKeyId, Secret, Token);
        await store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);

        Assert.All(_test.Server.Log.All, r => Assert.Equal(Token, r.Headers["x-amz-security-token"]));
    }

    [Fact]
    public async Task ExpiredKeys_AreRenewedByTheirSource()
    {
        int asked = 0;
        using S3ObjectStore store = _test.Open(s => s with
        {
            KeySource = _ =>
            {
                TestCredentials keys = Interlocked.Increment(ref asked) == 1 ? s_first : s_second;
                return Task.FromResult(new S3Keys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, null));
            },
        });
        await store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);
        s_first.Expired = true;

        Assert.Equal("1", await S3TestStore.TextAsync(store, "s3://lake/a"));
        await store.WriteAsync("s3://lake/b", "2"u8.ToArray(), default);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task KeysThatEndSoon_AreRenewedBefore()
    {
        int asked = 0;
        using S3ObjectStore store = _test.Open(s => s with
        {
            KeySource = _ =>
            {
                TestCredentials keys = Interlocked.Increment(ref asked) == 1 ? s_first : s_second;
                return Task.FromResult(new S3Keys(
                    keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, DateTimeOffset.UtcNow + (asked == 1 ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromHours(1))));
            },
        });
        await store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);
        await Task.Delay(400);
        await store.WriteAsync("s3://lake/b", "1"u8.ToArray(), default);

        Assert.Equal(2, asked);
        Assert.Equal(s_second.SessionToken, _test.Server.Log.All[^1].Headers["x-amz-security-token"]);
    }

    [Fact]
    public async Task ExpiredFixedKeys_AreAnErrorThatSaysSo()
    {
        s_first.Expired = true;
        using S3ObjectStore store = With(s_first.AccessKeyId, Secret, Token);

        IcebergException error = await ErrorAsync(store);

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("have expired", error.Message);
    }

    [Theory]
    [InlineData("ASIAFIRST00000000001", "MARKER-wrong-secret", Token)]
    [InlineData("ASIAFIRST00000000001", Secret, "MARKER-wrong-token")]
    [InlineData("AKIAUNKNOWN000000001", Secret, null)]
    public async Task WrongKeys_AreAnErrorThatShowsNone(string id, string secret, string? token)
    {
        using S3ObjectStore store = With(id, secret, token);

        IcebergException error = await ErrorAsync(store);

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("not valid", error.Message);
    }

    [Fact]
    public async Task InjectedExpiry_ShowsNoToken()
    {
        _test.Server.Faults.Add(FaultKind.ExpiredToken, times: 100);
        using S3ObjectStore store = With(s_first.AccessKeyId, Secret, Token);

        Assert.Contains("have expired", (await ErrorAsync(store)).Message);
    }

    [Fact]
    public async Task SourceThatFails_ShowsItsOwnError()
    {
        using S3ObjectStore store = _test.Open(s => s with
        {
            KeySource = _ => throw new IcebergException(IcebergErrorKind.AccessDenied, "The catalog vends no keys."),
        });

        Assert.Equal("The catalog vends no keys.", (await ErrorAsync(store)).Message);
    }

    [Fact]
    public void Settings_TellNoSecret()
    {
        S3Settings settings = new() { Login = new AwsSettings { AccessKey = "AKIA1", SecretKey = Secret, SessionToken = Token } };

        Assert.DoesNotContain("MARKER", settings.ToString());
        Assert.DoesNotContain("MARKER", new S3Keys("AKIA1", Secret, Token, null).ToString());
        Assert.DoesNotContain("MARKER", s_first.SessionToken is null ? "" : settings.Login.ToString());
    }

    private S3ObjectStore With(string id, string secret, string? token) => _test.Open(s => s with
    {
        Login = new AwsSettings { Region = s.Login.Region, EndpointUrl = s.Login.EndpointUrl, AccessKey = id, SecretKey = secret, SessionToken = token },
    });

    private static async Task<IcebergException> ErrorAsync(S3ObjectStore store)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => store.ReadAllAsync("s3://lake/a", default));
        // Answers to HEAD say nothing, but the error must.
        var found = await Assert.ThrowsAsync<IcebergException>(() => store.FindAsync("s3://lake/a", default));
        Assert.Equal(error.Message, found.Message);
        Assert.DoesNotContain("MARKER", error.ToString());
        Assert.DoesNotContain("MARKER", string.Join(' ', error.Context.Values));
        return error;
    }
}
