using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>A merge that an engine carries out which cannot note the merge's state in its own commit: announced before, settled after.</summary>
/// <remarks>
/// When the merge's end is not known - a lost connection, a machine switched off - the announcement stays. As long as nothing was committed
/// after it, it means nothing. Else the table may stand at its report date: earlier dates are refused, and the next merge plays all again that
/// came since the last settled one, which changes nothing that is right already.
/// </remarks>
/// <param name="State">Where the table stands if the merge was carried out.</param>
/// <param name="BaseSnapshotId">Head of the branch before it; null when there was none.</param>
public sealed record PendingMerge(MergeState State, long? BaseSnapshotId)
{
    private const string Base = "base-snapshot-id";

    /// <summary>Property that announces a merge to a branch.</summary>
    public static string PropertyOf(string branch) => "deltatools.merge-pending." + branch;

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static PendingMerge? Of(TableMetadata metadata, string branch)
    {
        if (!metadata.Properties.TryGetValue(PropertyOf(branch), out string? text)) return null;
        try
        {
            Dictionary<string, string> entries = JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
            string before = entries.GetValueOrDefault(Base, "");
            return MergeState.Read(entries) is { } state ? new(state, before.Length == 0 ? null : long.Parse(before, CultureInfo.InvariantCulture)) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw IcebergException.Corrupt($"Property {PropertyOf(branch)} of table {metadata.Location} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether something was committed after the announcement.</summary>
    public bool MayHaveLanded(TableMetadata metadata, string branch)
    {
        long? head = metadata.Refs.GetValueOrDefault(branch)?.SnapshotId;
        return head != BaseSnapshotId && (BaseSnapshotId is not { } known || metadata.Snapshot(known) is null || Tables.Ancestry.IsAncestor(metadata, head, known));
    }

    public string ToProperty() =>
        JsonSerializer.Serialize(State.ToSummary().SetItem(Base, BaseSnapshotId?.ToString(CultureInfo.InvariantCulture) ?? ""));
}
