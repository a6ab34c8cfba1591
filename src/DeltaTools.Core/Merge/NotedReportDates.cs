using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Report dates of snapshots whose summaries do not tell them, in a property of the table.</summary>
internal static class NotedReportDates
{
    private const string Property = "deltatools.report-dates";
    private const string DateFormat = "yyyy-MM-dd";

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static ImmutableSortedDictionary<long, DateOnly> Of(TableMetadata metadata)
    {
        if (!metadata.Properties.TryGetValue(Property, out string? text)) return ImmutableSortedDictionary<long, DateOnly>.Empty;
        try
        {
            return (JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? []).ToImmutableSortedDictionary(
                p => long.Parse(p.Key, CultureInfo.InvariantCulture), p => DateOnly.ParseExact(p.Value, DateFormat, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw IcebergException.Corrupt($"Property {Property} of table {metadata.Location} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The property with one date more; those of snapshots that the table no longer has are left out.</summary>
    public static KeyValuePair<string, string> With(TableMetadata metadata, long snapshotId, DateOnly date)
    {
        IEnumerable<KeyValuePair<long, DateOnly>> dates = Of(metadata).SetItem(snapshotId, date).Where(p => metadata.Snapshot(p.Key) is not null);
        return new(Property, JsonSerializer.Serialize(dates.ToDictionary(
            p => p.Key.ToString(CultureInfo.InvariantCulture), p => p.Value.ToString(DateFormat, CultureInfo.InvariantCulture))));
    }
}
