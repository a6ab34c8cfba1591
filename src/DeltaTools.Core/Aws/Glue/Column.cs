using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

/// <param name="Type">In Hive's words, such as <c>struct&lt;a:int&gt;</c>.</param>
internal sealed record Column(string Name, string? Type)
{
    public string? Comment { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}
