using DeltaTools.Core.Aws;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Tests.Storage.S3;

public sealed class S3PropertiesTests
{
    [Fact]
    public void With_TakesTheNamesThatIcebergsLibrariesShare()
    {
        S3Settings settings = new S3Settings().With(new Dictionary<string, string>
        {
            ["s3.endpoint"] = "http://minio:9000",
            ["client.region"] = "eu-west-1",
            ["s3.access-key-id"] = "id",
            ["s3.secret-access-key"] = "secret",
            ["s3.session-token"] = "token",
            ["s3.path-style-access"] = "true",
            ["s3.sse.type"] = "kms",
            ["s3.sse.key"] = "key",
            ["s3.multipart.part-size-bytes"] = "8388608",
            ["s3.retry.num-retries"] = "2",
            ["s3.signer"] = "of another library",
        });

        Assert.Equal("http://minio:9000", settings.Login.EndpointUrl);
        Assert.Equal("eu-west-1", settings.Login.Region);
        Assert.Equal(("id", "secret", "token"), (settings.Login.AccessKey, settings.Login.SecretKey, settings.Login.SessionToken));
        Assert.True(settings.PathStyle);
        Assert.Equal((S3Encryption.Kms, "key"), (settings.Encryption, settings.KmsKey));
        Assert.Equal((8 << 20, 3), (settings.PartSize, settings.MaxAttempts));
    }

    [Fact]
    public void With_NewKeysDoNotTakeTheOldToken()
    {
        S3Settings old = new() { Login = new AwsSettings { AccessKey = "a", SecretKey = "b", SessionToken = "c", Region = "eu-west-1" } };
        S3Settings settings = old.With(new Dictionary<string, string> { ["s3.access-key-id"] = "x", ["s3.secret-access-key"] = "y" });

        Assert.Equal(("x", "y", null), (settings.Login.AccessKey, settings.Login.SecretKey, settings.Login.SessionToken));
        Assert.Equal("eu-west-1", settings.Login.Region);
    }

    [Theory]
    [InlineData("s3.path-style-access", "yes")]
    [InlineData("s3.multipart.part-size-bytes", "1")]
    [InlineData("s3.sse.type", "rot13")]
    [InlineData("s3.retry.num-retries", "-1")]
    public void With_NamesThePropertyThatIsWrong(string name, string value)
    {
        var error = Assert.Throws<IcebergException>(() => new S3Settings().With(new Dictionary<string, string> { [name] = value }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(name, error.Message);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("http://localhost:9000", null, true)]
    [InlineData("https://s3.example.com", false, false)]
    public void PathStyle_IsTheRuleAtOwnAddresses(string? endpoint, bool? asked, bool expected)
    {
        S3Settings settings = new() { PathStyle = asked, Login = new AwsSettings { Region = "eu-west-1", AccessKey = "a", SecretKey = "b", EndpointUrl = endpoint } };
        using S3Client client = S3ClientFactory.Create(settings);

        Assert.Equal(expected, ((Amazon.S3.AmazonS3Config)client.Config).ForcePathStyle);
    }
}
