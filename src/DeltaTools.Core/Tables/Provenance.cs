using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Who made a snapshot, where and by which pipeline run; goes into its summary.</summary>
public static class Provenance
{
    /// <summary>User and machine, <c>ada@host7</c>.</summary>
    public const string CommittedBy = "deltatools.committed-by";

    /// <summary>Web address of the pipeline run.</summary>
    public const string RunUrl = "deltatools.run-url";

    /// <summary>The command that was run.</summary>
    public const string Command = "deltatools.command";

    /// <summary>User and machine of this process.</summary>
    public static string Committer => $"{Environment.UserName}@{Environment.MachineName}";

    /// <param name="command">Name of the cmdlet.</param>
    public static ImmutableSortedDictionary<string, string> Of(string command)
    {
        ImmutableSortedDictionary<string, string> summary = StringMap.Empty
            .Add(CommittedBy, Committer)
            .Add(Command, command);
        return Run(Environment.GetEnvironmentVariable) is { } url ? summary.Add(RunUrl, url) : summary;
    }

    /// <summary>The run's page on GitHub or Azure DevOps, from the variables that these set for every step.</summary>
    internal static string? Run(Func<string, string?> variable)
    {
        if (variable("GITHUB_RUN_ID") is { Length: > 0 } run && variable("GITHUB_REPOSITORY") is { Length: > 0 } repository)
            return $"{variable("GITHUB_SERVER_URL") ?? "https://github.com"}/{repository}/actions/runs/{run}";
        if (variable("BUILD_BUILDID") is { Length: > 0 } build && variable("SYSTEM_COLLECTIONURI") is { Length: > 0 } collection)
            return $"{collection.TrimEnd('/')}/{Uri.EscapeDataString(variable("SYSTEM_TEAMPROJECT") ?? "")}/_build/results?buildId={build}";
        return null;
    }
}
