using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Athena;

internal sealed record GetWorkGroupRequest
{
    public required string WorkGroup { get; init; }
}

internal sealed record GetWorkGroupResponse
{
    public WorkGroup? WorkGroup { get; init; }
}

internal sealed record WorkGroup
{
    public string Name { get; init; } = "";

    /// <summary>ENABLED or DISABLED.</summary>
    public string? State { get; init; }

    public WorkGroupConfiguration? Configuration { get; init; }
}

internal sealed record WorkGroupConfiguration
{
    public ResultConfiguration? ResultConfiguration { get; init; }

    public ManagedQueryResultsConfiguration? ManagedQueryResultsConfiguration { get; init; }

    /// <summary>Whether its output place counts, whatever a query asks for.</summary>
    public bool? EnforceWorkGroupConfiguration { get; init; }

    /// <summary>A query that scans more is ended.</summary>
    public long? BytesScannedCutoffPerQuery { get; init; }

    public EngineVersion? EngineVersion { get; init; }
}

/// <summary>Results that Athena keeps itself; then there is no output place.</summary>
internal sealed record ManagedQueryResultsConfiguration
{
    public bool Enabled { get; init; }
}

internal sealed record EngineVersion
{
    public string? SelectedEngineVersion { get; init; }

    public string? EffectiveEngineVersion { get; init; }
}

internal sealed record ListWorkGroupsRequest
{
    public string? NextToken { get; init; }

    /// <summary>At most 50.</summary>
    public int? MaxResults { get; init; }
}

internal sealed record ListWorkGroupsResponse
{
    public ImmutableArray<WorkGroupSummary>? WorkGroups { get; init; }

    public string? NextToken { get; init; }
}

internal sealed record WorkGroupSummary
{
    public string Name { get; init; } = "";

    public string? State { get; init; }
}
