using System.Collections;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Connects a catalog and makes it the default of this runspace.</summary>
/// <remarks>
/// <para>A warehouse is a folder. Its file catalog.db knows which tables there are; PyIceberg and other programs read the same file. Both are made when absent.</para>
/// <para>A warehouse may also be a bucket or a prefix in S3, without any catalog service: which tables there are stands in small objects below its folder .catalog. Every commit creates one with If-None-Match, so that two writers never overwrite each other; a store that does not keep to this condition is refused. Data files are kept in a cache on this machine, whose folder the environment variable DELTATOOLS_CACHE names.</para>
/// <para>-Uri connects a catalog with Iceberg's REST interface: Polaris, Lakekeeper, Nessie, Unity, Gravitino, AWS Glue, S3 Tables. The login is -Credential (client id and secret of OAuth2), -Token (a bearer token) or -SigV4 (the keys of AWS). Keys that the catalog lends for the files of a table are used and renewed; where it lends none, the AWS parameters count. -Warehouse is then the name or place by which the catalog knows the warehouse.</para>
/// <para>Credentials for AWS are those of the parameters, else of the profile, else what the AWS SDK finds: environment, web identity, SSO, shared files, container, instance. For reading, the actions s3:GetObject and s3:ListBucket are needed; for writing also s3:PutObject, s3:AbortMultipartUpload and, for cleaning up, s3:DeleteObject.</para>
/// <para>With -Glue the catalog is the Glue data catalog of an AWS account: databases are namespaces. Commits swap the table's pointer by its version, the lock that Athena, Spark and PyIceberg keep to, so all of them may write at the same time. The embedded engine works on these tables as on any other; Athena does where -Engine says so, or -Engine Auto finds the table large. about_DeltaTools_Athena lists the permissions.</para>
/// <para>Requests to AWS are sent again after errors of the service, throttling and lost answers, at growing random intervals; a clock of this machine that is wrong is allowed for, and temporary keys are renewed where their source can. The cache of data files holds at most -Property cache.max-total-bytes, 10 GB if nothing is said, besides what is in use; a copy counts as long as the object's ETag is the same.</para>
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
/// <example>The Glue data catalog, with Athena for large tables<code>Connect-IcebergCatalog -Glue -Region eu-west-2 -ProfileName data -Warehouse s3://my-bucket/warehouse -WorkGroup analysts -OutputLocation s3://my-bucket/results/</code></example>
/// <example>The same, and Athena by itself only from 100 GB on<code>Connect-IcebergCatalog -Glue -AthenaThreshold 100GB</code></example>
/// <example>Encrypt new objects with a key of KMS<code>Connect-IcebergCatalog s3://my-bucket/warehouse -Property @{ 's3.sse.type' = 'kms'; 's3.sse.key' = 'alias/data' }</code></example>
/// <example>A REST catalog with client id and secret, and a warehouse of it by name<code>Connect-IcebergCatalog -Uri https://catalog.example.com/api/catalog -Credential (Get-Credential) -Warehouse sales -Property @{ scope = 'PRINCIPAL_ROLE:ALL' }</code></example>
/// <example>The REST interface of AWS Glue<code>Connect-IcebergCatalog -Uri https://glue.eu-central-1.amazonaws.com/iceberg -SigV4 -Warehouse 123456789012</code></example>
[Cmdlet(VerbsCommunications.Connect, "IcebergCatalog", DefaultParameterSetName = WarehouseSet, HelpUri = Help.Root + "Connect-IcebergCatalog.md")]
[OutputType(typeof(IcebergCatalog))]
public sealed class ConnectIcebergCatalogCommand : AsyncCmdlet
{
    private const string WarehouseSet = "Warehouse";
    private const string GlueSet = "Glue";
    private const string RestSet = "Rest";

    /// <summary>Folder of the warehouse, which is made when absent, or a place in S3 such as s3://bucket/prefix. With -Uri, the catalog's name for one of its warehouses; with -Glue, where new databases lie.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = WarehouseSet)]
    [Parameter(ParameterSetName = RestSet)]
    [Parameter(ParameterSetName = GlueSet)]
    [ValidateNotNullOrEmpty]
    public string Warehouse { get; set; } = "";

    /// <summary>Address of a REST catalog, before /v1.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RestSet)]
    [ValidateNotNullOrEmpty]
    public string Uri { get; set; } = "";

    /// <summary>Client id and client secret of OAuth2.</summary>
    [Parameter(ParameterSetName = RestSet)]
    public PSCredential? Credential { get; set; }

    /// <summary>Bearer token, as SecureString or text.</summary>
    [Parameter(ParameterSetName = RestSet)]
    [SecretTransformation]
    public SecretText? Token { get; set; }

    /// <summary>Signs requests to the REST catalog with the keys of AWS.</summary>
    [Parameter(ParameterSetName = RestSet)]
    public SwitchParameter SigV4 { get; set; }

    /// <summary>Connects the Glue data catalog of the account, which Athena works on too. Its tables lie in S3.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GlueSet)]
    public SwitchParameter Glue { get; set; }

    /// <summary>Work group of Athena's queries.</summary>
    /// <value>primary</value>
    [Parameter(ParameterSetName = GlueSet)]
    [ValidatePattern("^[a-zA-Z0-9._-]{1,128}$")]
    public string WorkGroup { get; set; } = new AthenaOptions().WorkGroup;

    /// <summary>Where Athena puts results, such as s3://bucket/results/. A work group that enforces its own place wins.</summary>
    /// <value>where the work group says</value>
    [Parameter(ParameterSetName = GlueSet)]
    [ValidatePattern("^s3://.+")]
    public string? OutputLocation { get; set; }

    /// <summary>Size of a table from which on -Engine Auto takes Athena, such as 50GB.</summary>
    /// <value>10GB</value>
    [Parameter(ParameterSetName = GlueSet)]
    [ByteSizeTransformation]
    public long AthenaThreshold { get; set; } = EngineChoice.DefaultThreshold;

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

    /// <summary>Settings of the store by the names of Iceberg's libraries: s3.sse.type (s3, kms, dsse-kms), s3.sse.key, s3.acl, s3.requester-pays, s3.path-style-access, s3.checksum-enabled, s3.multipart.part-size-bytes, s3.retry.num-retries, s3.retry.max-wait-ms, s3.request-timeout (seconds), cache.folder, cache.max-total-bytes. With -Uri also those of REST catalogs: scope, audience, resource, oauth2-server-uri, rest.signing-name, rest.signing-region, header.NAME, rest-page-size, rest.client.max-retries, rest.client.socket-timeout-ms.</summary>
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
        ErrorTarget = ParameterSetName switch
        {
            RestSet => Uri,
            GlueSet => "Glue",
            _ => Warehouse,
        };
        IcebergCatalog catalog = await (ParameterSetName switch
        {
            RestSet => OpenRestAsync(cancel),
            GlueSet => OpenGlueAsync(cancel),
            _ => OpenAsync(cancel),
        });
        await TellAsync(catalog, cancel);
        await RunspaceSession.Current.ConnectAsync(catalog);
        if (PassThru) WriteObject(catalog);
    }

    private DuckOptions Engine => new() { MemoryLimit = MemoryLimit, Threads = Threads };

    private async Task TellAsync(IcebergCatalog catalog, CancellationToken cancel)
    {
        string text = $"Connected '{Name}' to {(Glue ? $"the Glue data catalog with {Login}" : catalog.Warehouse)}";
        // A service may hold very many tables, and its configuration was read: it is there and lets us in.
        if (ParameterSetName == WarehouseSet) text += $", which has {ViewFormat.Count((await catalog.Catalog.ListTablesAsync(null, cancel)).Count)} tables";
        WriteVerbose(text + ".");
    }

    private Task<IcebergCatalog> OpenRestAsync(CancellationToken cancel)
    {
        int logins = new[] { Credential is not null, Token is not null, SigV4.IsPresent }.Count(given => given);
        if (logins > 1) throw IcebergException.Invalid("-Credential, -Token and -SigV4 exclude each other. Give one login.");
        return IcebergCatalog.OpenAsync(
            Name,
            new RestSettings
            {
                Uri = Uri,
                Warehouse = Warehouse.Length > 0 ? Warehouse : null,
                ClientId = Credential?.UserName,
                ClientSecret = Credential?.GetNetworkCredential().Password,
                Token = Token?.Text,
                SigV4 = SigV4,
                Storage = new S3Settings { Login = Login },
                Properties = TextMap.Of(Property),
            },
            Engine, cancel);
    }

    private Task<IcebergCatalog> OpenGlueAsync(CancellationToken cancel)
    {
        string? place = Warehouse.Length == 0 ? null : IcebergCatalog.IsRemote(Warehouse) ? Warehouse : ObjectStores.Local.For("/").Resolve(FullPath(Warehouse));
        return IcebergCatalog.OpenGlueAsync(
            Name, place, Settings(), new AthenaOptions { WorkGroup = WorkGroup, OutputLocation = OutputLocation }, AthenaThreshold, Engine, cancel);
    }

    private async Task<IcebergCatalog> OpenAsync(CancellationToken cancel)
    {
        string warehouse = FullPath(Warehouse);
        if (!IcebergCatalog.IsRemote(warehouse) && AwsParameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } needless)
        {
            throw IcebergException.Invalid($"-{needless} is for warehouses in S3; {Warehouse} is a folder.");
        }
        return await IcebergCatalog.OpenAsync(Name, warehouse, Settings(), Engine, cancel);
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
