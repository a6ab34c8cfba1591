using System.Diagnostics;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Aws.Glue;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Aws;

public sealed class AwsJsonClientTests : IAsyncLifetime
{
    private AwsLab _lab = null!;

    public async Task InitializeAsync()
    {
        _lab = await AwsLab.StartAsync();
        _lab.Glue.Store.AddDatabase("hr");
    }

    public Task DisposeAsync() => _lab.DisposeAsync().AsTask();

    [Fact]
    public async Task SendAsync_SignsSoThatTheServiceAnswers()
    {
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient);

        Assert.Equal("hr", (await glue.GetDatabaseAsync(new() { Name = "hr" }, default)).Database!.Name);
    }

    [Theory]
    [InlineData(FaultKind.InternalError)]
    [InlineData(FaultKind.SlowDown)]
    [InlineData(FaultKind.Throttled)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.ResetInRequest)]
    [InlineData(FaultKind.ResetInResponse)]
    [InlineData(FaultKind.LostResponse)]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    public async Task SendAsync_TriesAgain(FaultKind fault)
    {
        _lab.Server.Faults.Add(fault, "GetDatabase", times: fault == FaultKind.ResetInRequest ? 1 : 3);
        if (fault == FaultKind.ResetInRequest)
        {
            _lab.Server.Faults.Clear();
            _lab.Server.Faults.Add(fault);
        }
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient);

        Assert.Equal("hr", (await glue.GetDatabaseAsync(new() { Name = "hr" }, default)).Database!.Name);
        Assert.True(_lab.Server.Faults.Met > 0);
    }

    [Theory]
    [InlineData(FaultKind.InternalError, IcebergErrorKind.StorageFailed)]
    [InlineData(FaultKind.Throttled, IcebergErrorKind.Throttled)]
    [InlineData(FaultKind.Reset, IcebergErrorKind.StorageFailed)]
    public async Task SendAsync_GivesUpInTheEnd(FaultKind fault, IcebergErrorKind kind)
    {
        _lab.Server.Faults.Add(fault, "GetDatabase", times: 100);
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient);

        var error = await Assert.ThrowsAsync<IcebergException>(() => glue.GetDatabaseAsync(new() { Name = "hr" }, default));

        Assert.Equal(kind, error.Kind);
        Assert.True(error.Retryable);
        Assert.Equal(4, _lab.Server.Faults.Met);
        Assert.Contains("Glue GetDatabase of database hr", error.Message);
    }

    [Fact]
    public async Task SendAsync_TimesOut()
    {
        _lab.Server.Faults.Add(new Fault(FaultKind.Delay, "GetDatabase") { Delay = TimeSpan.FromSeconds(30), Times = 100 });
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient with { AttemptTimeout = TimeSpan.FromMilliseconds(200), Retries = 1 });
        long start = Stopwatch.GetTimestamp();

        var error = await Assert.ThrowsAsync<IcebergException>(() => glue.GetDatabaseAsync(new() { Name = "hr" }, default));

        Assert.Equal(IcebergErrorKind.Timeout, error.Kind);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task SendAsync_FollowsTheServicesClock()
    {
        _lab.Server.ClockOffset = TimeSpan.FromHours(-3);
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient);

        await glue.GetDatabaseAsync(new() { Name = "hr" }, default);
        await glue.GetDatabaseAsync(new() { Name = "hr" }, default);

        // Refused once; from then on the time was right.
        Assert.Equal(3, _lab.Server.Log.Count("GetDatabase"));
    }

    public static TheoryData<string, TestCredentials> BadKeys => new()
    {
        { "not known", new("AKIAUNKNOWN", "secret-marker-4711") },
        { "does not match", TestCredentials.Default with { SecretAccessKey = "secret-marker-4711" } },
        { "not known", TestCredentials.Default with { SessionToken = "secret-marker-4711" } },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task SendAsync_RefusedKeysAreAccessDeniedAndNeverShown(string reason, TestCredentials keys)
    {
        using GlueClient glue = new(_lab.Settings(keys), AwsLab.Impatient);

        var error = await Assert.ThrowsAsync<IcebergException>(() => glue.GetDatabaseAsync(new() { Name = "hr" }, default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("secret-marker", error.ToString());
        Assert.DoesNotContain("secret-marker", string.Join(',', error.Context.Values));
    }

    [Fact]
    public async Task SendAsync_ExpiredKeysThatWereGivenSayHowToGoOn()
    {
        TestCredentials keys = new("ASIATEMPORARY", "temporary-secret", "token-marker-4712") { Expired = true };
        _lab.Server.Accept(keys);
        using GlueClient glue = new(_lab.Settings(keys), AwsLab.Impatient);

        var error = await Assert.ThrowsAsync<IcebergException>(() => glue.GetDatabaseAsync(new() { Name = "hr" }, default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.DoesNotContain("marker", error.ToString());
    }

    [Fact]
    public async Task SendAsync_WithoutAnybodyThereSaysSo()
    {
        await _lab.Server.DisposeAsync();
        using GlueClient glue = new(_lab.Settings(), AwsLab.Impatient);

        var error = await Assert.ThrowsAsync<IcebergException>(() => glue.GetDatabaseAsync(new() { Name = "hr" }, default));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.Contains("no answer from 127.0.0.1", error.Message);
        Assert.False(((AwsServiceException)error.InnerException!).MayHaveHappened);
    }

    [Fact]
    public void ToString_OfSettingsTellsNoSecret() =>
        Assert.DoesNotContain("marker", _lab.Settings(new("A", "marker-1", "marker-2")).ToString());
}
