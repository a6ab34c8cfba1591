using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

public class TableLocationsTests
{
    private static readonly PartitionSpec s_spec = new(1, [PartitionField.Of(2, 1000, "name", Transform.Identity)]);

    [Fact]
    public void NewDataFile_GoesWhereTheTableWantsIt()
    {
        TableMetadata table = SampleTables.New("s3://b/t") with { PartitionSpecs = [PartitionSpec.Unpartitioned, s_spec] };

        Assert.Equal("s3://b/t/data/x.parquet", TableLocations.NewDataFile(table, "x.parquet"));
        Assert.Equal("s3://b/t/data/name=a%2Fb/x.parquet", TableLocations.NewDataFile(table, "x.parquet", s_spec, PartitionTuple.Of("a/b")));
        Assert.Equal("s3://b/t/data/x.parquet", TableLocations.NewDataFile(table, "x.parquet", PartitionSpec.Unpartitioned, PartitionTuple.Empty));
        Assert.Equal("s3://b/t/metadata/x.avro", TableLocations.NewMetadataFile(table, "x.avro"));
    }

    [Fact]
    public void NewDataFile_HonoursTheTablesProperties()
    {
        TableMetadata table = SampleTables.New("s3://b/t/", 2, (TableProperties.DataPath, "s3://fast/t/"), (TableProperties.MetadataPath, "s3://meta/t"));

        Assert.Equal("s3://fast/t/x.parquet", TableLocations.NewDataFile(table, "x.parquet"));
        Assert.Equal("s3://meta/t/x.avro", TableLocations.NewMetadataFile(table, "x.avro"));
    }
}
