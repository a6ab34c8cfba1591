using System.Collections;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Connects a catalog and makes it the default of this runspace.</summary>
/// <remarks>
/// <para>A warehouse is a folder. Its file catalog.db knows which tables there are; PyIceberg and other programs read the same file. Both are made when absent.</para>
/// <para>A warehouse may also be a bucket or a prefix in S3, without any catalog service: which tables there are stands in small objects below its folder .catalog. Every commit creates one with If-None-Match, so that two writers never overwrite each other; a store that does not keep to this condition is refused. Data files are kept in a cache on this machine, whose folder the environment variable DELTATOOLS_CACHE names.</para>
/// <para>Credentials for AWS are those of the parameters, else of the profile, else what the AWS SDK finds: environment, web identity, SSO, shared files, container, instance. For reading, the actions s3:GetObject and s3:ListBucket are needed; for writing also s3:PutObject, s3:AbortMultipartUpload and, for cleaning up, s3:DeleteObject.</para>
/// <para>The connection lasts until Disconnect-IcebergCatalog or the end of the runspace. Connecting under a name that is in use replaces that connection.</para>
/// <para>Without any connection, the warehouse in the environment variable DELTATOOLS_WAREHOUSE is connected when a table is first needed.</para>
/// </remarks>
/// <example>Use a folder<code>Connect-IcebergCatalog -Warehouse ./warehouse</code></example>
/// <example>A second catalog beside the first, and a table of it<code>
/// Connect-IcebergCatalog ./archive -Name archive
/// Get-IcebergTable -Catalog archive
/// </code></example>
/// <example>Leave room for other programs on the machine<code>Connect-IcebergCatalog ./warehouse -MemoryLimit 2GB -Threads 2</code></example>
/// <example>Tables in S3, with a profile of the AWS command line<code>Connect-IcebergCatalog s3://my-bucket/warehouse -ProfileName data -Region eu-central-1</code></example>
/// <example>Tables in another store that speaks S3<code>
/// $secret = Read-Host -AsSecureString
/// Connect-IcebergCatalog s3://lake/warehouse -EndpointUrl http://minio:9000 -AccessKey admin -SecretKey $secret
/// </code></example>
/// <example>Encrypt new objects with a key of KMS<code>Connect-IcebergCatalog s3://my-bucket/warehouse -Property @{ 's3.sse.type' = 'kms'; 's3.sse.key' = 'alias/data' }</code></example>
[Cmdlet(VerbsCommunications.Connect, "IcebergCatalog", HelpUri = Help.Root + "Connect-IcebergCatalog.md")]
[OutputType(typeof(IcebergCatalog))]
public sealed class ConnectIcebergCatalogCommand : AsyncCmdlet
{
    /// <summary>Folder of the warehouse, which is made when absent, or a place in S3 such as s3://bucket/prefix.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Warehouse { get; set; } = "";

    /// <summary>AWS region, such as eu-central-1.</summary>
    /// <value>that of the profile or the environment</value>
    [Parameter]
    public string? Region { get; set; }

    /// <summary>Profile of the shared AWS files, of any kind: keys, SSO, role, process.</summary>
    [Parameter]
    public string? ProfileName { get; set; }

    /// <summary>AWS access key.</summary>
    [Parameter]
    public string? AccessKey { get; set; }

    /// <summary>Secret key of -AccessKey, as SecureString or text.</summary>
    [Parameter]
    [SecretTransformation]
    public SecretText? SecretKey { get; set; }

    /// <summary>Session token of temporary keys, as SecureString or text.</summary>
    [Parameter]
    [SecretTransformation]
    public SecretText? SessionToken { get; set; }

    /// <summary>Address of another store that speaks S3, such as http://minio:9000. Its buckets are addressed in path style.</summary>
    [Parameter]
    public string? EndpointUrl { get; set; }

    /// <summary>Settings of the store by the names of Iceberg's libraries: s3.sse.type (s3, kms, dsse-kms), s3.sse.key, s3.acl, s3.requester-pays, s3.path-style-access, s3.checksum-enabled, s3.multipart.part-size-bytes, s3.retry.num-retries, s3.retry.max-wait-ms, s3.request-timeout (seconds), cache.folder, cache.max-total-bytes.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Property { get; set; } = new Hashtable();

    /// <summary>Name of the connection, for -Catalog.</summary>
    /// <value>default</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = IcebergCatalog.DefaultName;

    /// <summary>Memory that the embedded engine may use before it spills to disk, such as 2GB.</summary>
    /// <value>half of the memory</value>
    [Parameter]
    [ByteSizeTransformation]
    public long? MemoryLimit { get; set; }

    /// <summary>Threads of the embedded engine.</summary>
    /// <value>one for each processor</value>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>Writes the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        ErrorTarget = Warehouse;
        IcebergCatalog catalog = await OpenAsync(cancel);
        IReadOnlyList<TableIdentifier> tables = await catalog.Catalog.ListTablesAsync(null, cancel);
        WriteVerbose($"Connected '{Name}' to {catalog.Warehouse}, which has {ViewFormat.Count(tables.Count)} tables.");
        await RunspaceSession.Current.ConnectAsync(catalog);
        if (PassThru) WriteObject(catalog);
    }

    private async Task<IcebergCatalog> OpenAsync(CancellationToken cancel)
    {
        var engine = new DuckOptions { MemoryLimit = MemoryLimit, Threads = Threads };
        string warehouse = FullPath(Warehouse);
        if (!IcebergCatalog.IsRemote(warehouse) && AwsParameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } needless)
        {
            throw IcebergException.Invalid($"-{needless} is for warehouses in S3; {Warehouse} is a folder.");
        }
        return await IcebergCatalog.OpenAsync(Name, warehouse, Settings(), engine, cancel);
    }

    private static string[] AwsParameters =>
        [nameof(Region), nameof(ProfileName), nameof(AccessKey), nameof(SecretKey), nameof(SessionToken), nameof(EndpointUrl), nameof(Property)];

    private AwsSettings Login => new()
    {
        Region = Region,
        ProfileName = ProfileName,
        AccessKey = AccessKey,
        SecretKey = SecretKey?.Text,
        SessionToken = SessionToken?.Text,
        EndpointUrl = EndpointUrl,
    };

    private S3Settings Settings()
    {
        IReadOnlyDictionary<string, string> properties = TextMap.Of(Property);
        if (properties.Keys.FirstOrDefault(k => !S3Properties.Known.Contains(k)) is { } unknown)
        {
            IReadOnlyList<string> near = NearestNames.Of(unknown, S3Properties.Known);
            throw IcebergException.Invalid($"There is no property {unknown}. {(near.Count > 0 ? "Did you mean" : "Known are")} {string.Join(", ", near.Count > 0 ? near : S3Properties.Known)}?");
        }
        return new S3Settings { Login = Login }.With(properties);
    }
}
