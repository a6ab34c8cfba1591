namespace DeltaTools.Core.Athena;

/// <summary>How queries are run on Athena.</summary>
public sealed record AthenaOptions
{
    /// <summary>Work group that queries belong to.</summary>
    public string WorkGroup { get; init; } = "primary";

    /// <summary>Where results are put, such as <c>s3://bucket/results/</c>; null: where the work group says. A work group that enforces its settings wins.</summary>
    public string? OutputLocation { get; init; }

    /// <summary>Name of the Glue catalog in Athena.</summary>
    public string DataCatalog { get; init; } = "AwsDataCatalog";

    /// <summary>Price of a scanned terabyte (2^40 bytes), for estimates, in US dollars. A query that scans is billed for 10 MB at least.</summary>
    public decimal PricePerTerabyte { get; init; } = 5m;

    /// <summary>Rows of a page of results; the service gives 1,000 at most.</summary>
    internal int PageSize { get; init; } = 1000;

    /// <summary>Wait before the first look at a query; each later one is half as long again, up to <see cref="LongestPoll"/>.</summary>
    internal TimeSpan FirstPoll { get; init; } = TimeSpan.FromMilliseconds(250);

    internal TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(5);
}
