using System.Globalization;
using DeltaTools.Core.Aws;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Settings of S3 under the names that Iceberg's libraries share: <c>s3.endpoint</c>, <c>s3.sse.type</c> ...</summary>
/// <remarks>Catalogs vend them, users give them. Names of other libraries' own settings are left alone.</remarks>
public static class S3Properties
{
    public const string Endpoint = "s3.endpoint", Region = "s3.region", ClientRegion = "client.region", Profile = "client.profile-name",
        AccessKey = "s3.access-key-id", SecretKey = "s3.secret-access-key", SessionToken = "s3.session-token",
        PathStyle = "s3.path-style-access", SseType = "s3.sse.type", SseKey = "s3.sse.key", Acl = "s3.acl", RequesterPays = "s3.requester-pays",
        Checksums = "s3.checksum-enabled", PartSize = "s3.multipart.part-size-bytes", Retries = "s3.retry.num-retries",
        LongestWait = "s3.retry.max-wait-ms", RequestTimeout = "s3.request-timeout", CacheFolder = "cache.folder", CacheSize = "cache.max-total-bytes";

    /// <summary>All names that are understood.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        Endpoint, Region, ClientRegion, Profile, AccessKey, SecretKey, SessionToken, PathStyle, SseType, SseKey, Acl, RequesterPays,
        Checksums, PartSize, Retries, LongestWait, RequestTimeout, CacheFolder, CacheSize,
    ];

    /// <summary>The settings with what the properties say changed.</summary>
    /// <exception cref="IcebergException">InvalidArgument, which names the property; Unsupported: encryption with keys of the client.</exception>
    public static S3Settings With(this S3Settings settings, IReadOnlyDictionary<string, string> properties)
    {
        AwsSettings login = settings.Login;
        bool ownKeys = Text(AccessKey) is not null;
        return settings with
        {
            Login = new AwsSettings
            {
                Region = Text(ClientRegion) ?? Text(Region) ?? login.Region,
                ProfileName = Text(Profile) ?? login.ProfileName,
                // Keys belong together: a token of other keys is of no use.
                AccessKey = Text(AccessKey) ?? login.AccessKey,
                SecretKey = ownKeys ? Text(SecretKey) : login.SecretKey,
                SessionToken = ownKeys ? Text(SessionToken) : login.SessionToken,
                EndpointUrl = Text(Endpoint) ?? login.EndpointUrl,
            },
            PathStyle = Bool(PathStyle) ?? settings.PathStyle,
            Encryption = Encryption() ?? settings.Encryption,
            KmsKey = Text(SseKey) ?? settings.KmsKey,
            Acl = Text(Acl) ?? settings.Acl,
            RequesterPays = Bool(RequesterPays) ?? settings.RequesterPays,
            Checksums = Bool(Checksums) ?? settings.Checksums,
            PartSize = (int?)Number(PartSize, 5 << 20, 1 << 30) ?? settings.PartSize,
            MaxAttempts = (int?)Number(Retries, 0, 100) + 1 ?? settings.MaxAttempts,
            LongestWait = Number(LongestWait, 0, 3_600_000) is { } wait ? TimeSpan.FromMilliseconds(wait) : settings.LongestWait,
            RequestTimeout = Number(RequestTimeout, 1, 86_400) is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.RequestTimeout,
            CacheFolder = Text(CacheFolder) ?? settings.CacheFolder,
            CacheSize = Number(CacheSize, 0, long.MaxValue) ?? settings.CacheSize,
        };

        string? Text(string name) => properties.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

        bool? Bool(string name) => Text(name) is not { } text ? null
            : bool.TryParse(text, out bool value) ? value : throw IcebergException.Invalid($"Property {name} = '{text}' is neither true nor false.");

        long? Number(string name, long least, long most) => Text(name) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most ? value
            : throw IcebergException.Invalid($"Property {name} = '{text}' is not a whole number from {least} to {most}.");

        S3Encryption? Encryption() => Text(SseType)?.ToUpperInvariant() switch
        {
            null => null,
            "NONE" => S3Encryption.Default,
            "S3" => S3Encryption.S3,
            "KMS" => S3Encryption.Kms,
            "DSSE-KMS" => S3Encryption.DsseKms,
            "CUSTOM" => throw IcebergException.Unsupported($"Property {SseType} = 'custom': encryption with keys of the client is not supported. Use kms."),
            _ => throw IcebergException.Invalid($"Property {SseType} = '{Text(SseType)}' is none of none, s3, kms and dsse-kms."),
        };
    }
}
