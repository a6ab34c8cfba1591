using DeltaTools.Core.Aws;
using DeltaTools.Core.Aws.Athena;

namespace DeltaTools.Core.Athena;

/// <summary>What a work group says about its queries.</summary>
/// <param name="Output">The place to ask for; null: none may be named, or none is needed.</param>
internal sealed record AthenaWorkGroupRules(string? Output)
{
    /// <exception cref="IcebergException">InvalidArgument: no such work group, it is disabled, or nobody says where results go.</exception>
    public static async Task<AthenaWorkGroupRules> LoadAsync(AthenaClient client, AthenaOptions options, Action<string> log, CancellationToken cancel)
    {
        WorkGroup? group;
        try
        {
            group = (await client.GetWorkGroupAsync(new GetWorkGroupRequest { WorkGroup = options.WorkGroup }, cancel).ConfigureAwait(false)).WorkGroup;
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.AccessDenied && AwsServiceException.Behind(e) is { } refused && AwsErrorCodes.Denied.Contains(refused.Code))
        {
            log($"The settings of work group {options.WorkGroup} may not be read; going by -OutputLocation.");
            return new(options.OutputLocation);
        }
        if (group?.State == "DISABLED") throw IcebergException.Invalid($"Athena's work group {options.WorkGroup} is disabled. Name another with -WorkGroup.");
        string? own = group?.Configuration?.ResultConfiguration?.OutputLocation;
        if (group?.Configuration?.ManagedQueryResultsConfiguration?.Enabled == true) return Given(options, log, "keeps results itself");
        if (group?.Configuration?.EnforceWorkGroupConfiguration == true)
            return own is not null ? Given(options, log, $"puts results into {own}") : throw NoPlace(options);
        return options.OutputLocation is null && own is null ? throw NoPlace(options) : new(options.OutputLocation);
    }

    private static AthenaWorkGroupRules Given(AthenaOptions options, Action<string> log, string what)
    {
        if (options.OutputLocation is { } asked) log($"Work group {options.WorkGroup} {what}; {asked} is not used.");
        return new(Output: null);
    }

    private static IcebergException NoPlace(AthenaOptions options) => IcebergException.Invalid(
        $"Athena's work group {options.WorkGroup} has no place for results. Connect with -OutputLocation s3://bucket/folder/, or name another work group with -WorkGroup.");
}
