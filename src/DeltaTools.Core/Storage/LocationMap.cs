using System.Collections.Immutable;

namespace DeltaTools.Core.Storage;

/// <summary>Where the files of a moved table are now: prefixes of the recorded locations and what takes their place.</summary>
/// <remarks>
/// The longest prefix wins. Mapping twice is mapping once: what already lies below a new place is left alone, unless a longer old
/// prefix claims it.
/// </remarks>
public sealed class LocationMap
{
    private readonly ImmutableArray<Rule> _rules;

    private LocationMap(ImmutableArray<Rule> rules) => _rules = rules;

    private sealed record Rule(string From, string To);

    /// <param name="prefixes">Old prefix to new prefix. New prefixes may be relative paths; they are made absolute now.</param>
    /// <param name="stores">Reach the new places.</param>
    /// <exception cref="IcebergException">InvalidArgument: an empty prefix; Unsupported: a new place that cannot be reached.</exception>
    public static LocationMap Create(IEnumerable<KeyValuePair<string, string>> prefixes, ObjectStores stores)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        foreach ((string from, string to) in prefixes)
        {
            if (from.Length == 0 || to.Length == 0)
            {
                throw IcebergException.Invalid($"Location map '{from}' -> '{to}' has an empty side. Write old prefix = new prefix.");
            }
            rules.Add(new(from.TrimEnd('/'), stores.For(to).Resolve(to).TrimEnd('/')));
        }
        return new([.. rules.OrderByDescending(r => r.From.Length)]);
    }

    /// <summary>The location with its longest old prefix replaced; as it is when none fits.</summary>
    public string Map(string location)
    {
        Rule? rule = _rules.FirstOrDefault(r => IsBelow(location, r.From));
        if (rule is null || _rules.Any(r => r.To.Length > rule.From.Length && IsBelow(location, r.To))) return location;
        return rule.To + location[rule.From.Length..];
    }

    /// <summary>Whole names only: <c>s3://b/t</c> is no prefix of <c>s3://b/t2/x</c>.</summary>
    private static bool IsBelow(string location, string prefix) =>
        location.StartsWith(prefix, StringComparison.Ordinal) && (location.Length == prefix.Length || location[prefix.Length] == '/');
}
