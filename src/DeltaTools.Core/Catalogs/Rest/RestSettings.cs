using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>How a REST catalog is reached. Its text tells no secret.</summary>
public sealed record RestSettings
{
    /// <summary>Address before <c>/v1</c>, such as <c>https://host/api/catalog</c>.</summary>
    public required string Uri { get; init; }

    /// <summary>Place or name of a warehouse, by which the server chooses one of several; null: its only one.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Client id of OAuth2's client credentials; goes with <see cref="ClientSecret"/>.</summary>
    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>A bearer token instead of client credentials.</summary>
    public string? Token { get; init; }

    /// <summary>Whether requests are signed with the keys of <see cref="S3Settings.Login"/>, as AWS's catalogs want it.</summary>
    public bool SigV4 { get; init; }

    /// <summary>Storage for tables for which the catalog vends no keys; its login also signs.</summary>
    public S3Settings Storage { get; init; } = new();

    /// <summary>Properties of the catalog by their usual names (<see cref="RestProperties"/>), which the server may override.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = StringMap.Empty;

    /// <summary>How long one attempt may take, from the first byte sent to the last byte read.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is tried in all.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>Wait before the second attempt, on average; doubled with each, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Longest wait between attempts.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>With the patience that the properties ask for.</summary>
    /// <exception cref="IcebergException">InvalidArgument, which names the property.</exception>
    internal RestSettings Patient() => this with
    {
        MaxAttempts = Number(RestProperties.MaxRetries, 0, 100) + 1 ?? MaxAttempts,
        RequestTimeout = Number(RestProperties.SocketTimeout, 1, 86_400_000) is { } millis ? TimeSpan.FromMilliseconds(millis) : RequestTimeout,
    };

    private int? Number(string name, int least, int most) => Properties.GetValueOrDefault(name) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
        : throw IcebergException.Invalid($"Property {name} = '{text}' is not a whole number from {least} to {most}.");

    public override string ToString() => $"REST catalog {Uri}";
}
