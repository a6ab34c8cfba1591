namespace DeltaTools.Module.Tests.Harness;

/// <summary>A table that another engine wrote, opened by path, its files mapped to the fixture folder.</summary>
internal sealed record ForeignTable(string Name, string From)
{
    /// <summary>Spark: 20 rows, 3 snapshots, a position delete.</summary>
    public static readonly ForeignTable Bunnies = new("spark-v2-bunnies-mor", "s3a://hyperparam-iceberg/spark/bunnies");

    /// <summary>Spark: 10,001 rows in columns a and b, 5 snapshots, branch test-branch, tag EOW-01.</summary>
    public static readonly ForeignTable Branches = new("spark-v2-branch-tag", "s3://warehouse/gperov/test");

    /// <summary>Trino: one column of each type.</summary>
    public static readonly ForeignTable AllTypes = new("trino-v2-all-types", "s3a://warehouse/types/all_trino_types");

    /// <summary>Trino: 3 rows in 4 snapshots.</summary>
    public static readonly ForeignTable TimeTravel = new("trino-v2-timetravel", "s3://test-bucket-time-travel/timetravel");

    /// <summary>Spark: a map and a struct.</summary>
    public static readonly ForeignTable Nested = new("spark-v2-map-struct", "s3://warehouse/types/unsupported_types");

    /// <summary>Trino: 7 rows, 7 files in two partition specs, (c1, c2) and later c3.</summary>
    public static readonly ForeignTable PartitionEvolution = new("trino-v2-partition-evolution", "s3a://warehouse/partition_evolution");

    public string Folder => Path.Join(Repository.Root, "tests", "Fixtures", "tables", Name);

    /// <summary>The parameters that open it.</summary>
    public string Arguments => $"'{Folder}' -LocationMap @{{ '{From}' = '{Folder}' }}";
}
