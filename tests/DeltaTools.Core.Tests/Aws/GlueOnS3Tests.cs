using DeltaTools.Core.Athena;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;
using DeltaTools.Core.Tests.Merge;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Glue;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Aws;

/// <summary>The three services together, as an account has them: the catalog in Glue, the files in S3, the work on Athena.</summary>
public sealed class GlueOnS3Tests
{
    [Fact]
    public async Task Merge_WorksOnBothEnginesWhateverTheServicesDo()
    {
        using var cache = new TemporaryFolder();
        await using S3TestServer s3 = await S3TestServer.StartAsync("lake");
        ObjectStores Stores(string folder) => ObjectStores.Local.WithS3(new S3Settings
        {
            Login = Login(s3.Url, s3.Region),
            CacheFolder = cache[folder],
            LongestWait = TimeSpan.FromMilliseconds(10),
        });
        GlueStore store = new();
        using ObjectStores athenas = Stores("athena");
        await using var athena = new AthenaService(store, athenas);
        await using AwsServer server = await AwsServer.StartAsync(new GlueService(store), athena);
        await using GlueCatalog catalog = await GlueCatalog.OpenAsync(
            "glue", "s3://lake/warehouse", Login(server.Url, AwsServer.Region), Stores("own"), AwsLab.Impatient, default);
        using AthenaSession session = new(
            Login(server.Url, AwsServer.Region), new AthenaOptions { FirstPoll = TimeSpan.FromMilliseconds(5), LongestPoll = TimeSpan.FromMilliseconds(50) }, AwsLab.Impatient);
        await using Warehouse warehouse = await Warehouse.OpenAsync(catalog: catalog);
        s3.Faults.Add(new Fault(FaultKind.SlowDown) { After = 20 });
        s3.Faults.Add(new Fault(FaultKind.ResetInResponse, "GetObject") { After = 3 });
        server.Faults.Add(new Fault(FaultKind.LostResponse, "UpdateTable") { After = 1 });

        await warehouse.CreateReportAsync(Tutorial.Schema);
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.MergeAsync("2021-01-01");
        warehouse.Engine = (target, source, options) => new AthenaMerge(session, target, source, options);
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await warehouse.MergeAsync("2021-01-02");
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
        await warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        await warehouse.MergeAsync("2021-01-03");

        Assert.Equal(Tutorial.Report3, await warehouse.RowsAsync());
        Assert.StartsWith("s3://lake/warehouse/hr/employee", (await warehouse.ReportAsync()).Metadata.Location);
        Assert.Equal(3, s3.Faults.Met + server.Faults.Met);
        Assert.Empty(server.Violations);
    }

    private static AwsSettings Login(string url, string region) => new()
    {
        Region = region,
        AccessKey = TestCredentials.Default.AccessKeyId,
        SecretKey = TestCredentials.Default.SecretAccessKey,
        EndpointUrl = url,
    };
}
