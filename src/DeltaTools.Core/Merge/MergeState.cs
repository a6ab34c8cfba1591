using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>How far a report table has been merged.</summary>
/// <param name="Watermark">The newest report date it was merged to.</param>
/// <param name="Source">Identifier of the raw table.</param>
/// <param name="SourceSequenceNumber">Every row of the raw table that was committed up to this sequence number has been seen.</param>
/// <param name="SourceSchemaId">Schema of the raw table at that time.</param>
/// <param name="Key">Key columns.</param>
/// <remarks>
/// <para>A merge that changes rows writes it into the summary of its snapshot. So a table that is rolled back, or read on a branch, stands
/// at the report date of the state it shows.</para>
/// <para>A merge that finds nothing to change makes no snapshot; it writes the state into a table property together with the snapshot it
/// is about. The property counts only while that snapshot is the head or in the history of the head. It is also written by every merge,
/// so that the state survives the expiry of the merge's snapshot.</para>
/// </remarks>
public sealed record MergeState(
    DateOnly Watermark, string Source, long? SourceSnapshotId, long SourceSequenceNumber, int SourceSchemaId, ImmutableArray<string> Key)
{
    /// <summary>Schema of the report table at that time; null when it was not noted.</summary>
    public int? TargetSchemaId { get; init; }

    /// <summary>What becomes of rows that change or are deleted; a table is merged in one mode.</summary>
    public MergeMode Mode { get; init; }

    /// <summary>The other options of the merge (see <see cref="MergeRecipe"/>); null: the default ones, or a merge before they were noted.</summary>
    public string? Recipe { get; init; }

    private const string PropertyPrefix = "deltatools.merge-state.";
    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Report date of a merge of which only the beginning is known; null when there is none. See <see cref="PendingMerge"/>.</summary>
    public DateOnly? Unsettled { get; init; }

    /// <summary>The latest report date that the table may stand at: earlier ones are refused.</summary>
    public DateOnly Floor => Unsettled is { } date && date > Watermark ? date : Watermark;

    /// <summary>Property that holds the state of a branch.</summary>
    public static string PropertyOf(string branch) => PropertyPrefix + branch;

    /// <summary>The state of a branch, or null when it was never merged to.</summary>
    public static MergeState? Of(TableMetadata metadata, string branch)
    {
        MergeState? settled = Settled(metadata, branch);
        return PendingMerge.Of(metadata, branch) is { } pending && pending.MayHaveLanded(metadata, branch)
            ? (settled ?? pending.State with { Watermark = DateOnly.MinValue, SourceSnapshotId = null, SourceSequenceNumber = 0 }) with { Unsettled = pending.State.Watermark }
            : settled;
    }

    private static MergeState? Settled(TableMetadata metadata, string branch)
    {
        long? head = metadata.Refs.GetValueOrDefault(branch)?.SnapshotId;
        (MergeState State, long? Snapshot, long Sequence)? noted = ReadProperty(metadata, branch);
        long oldest = long.MaxValue;
        foreach (Snapshot snapshot in Ancestry.Of(metadata, head))
        {
            if (noted?.Snapshot == snapshot.SnapshotId) return noted.Value.State;
            if (Read(snapshot.Summary) is { } state) return state;
            // The first merge was taken back: what came before it had no state.
            if (snapshot.Summary.ContainsKey(MergeSummaryKeys.UndoOf)) return null;
            oldest = snapshot.SequenceNumber;
        }
        // The history ends here; what the property tells about may have expired, unless it is newer than what is left of the history.
        return noted is { } kept && (kept.Snapshot is null ? head is null : head is not null && kept.Sequence < oldest) ? kept.State : null;
    }

    /// <summary>The state as entries of a snapshot's summary.</summary>
    public ImmutableSortedDictionary<string, string> ToSummary() => Entries
        .SetItems(TargetSchemaId is { } id ? [KeyValuePair.Create(MergeSummaryKeys.TargetSchemaId, id.ToString(CultureInfo.InvariantCulture))] : [])
        .SetItems(Recipe is { } recipe ? [KeyValuePair.Create(MergeSummaryKeys.Options, recipe)] : []);

    private ImmutableSortedDictionary<string, string> Entries => ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
        .Add(MergeSummaryKeys.ReportDate, Watermark.ToString(DateFormat, CultureInfo.InvariantCulture))
        .Add(MergeSummaryKeys.Source, Source)
        .Add(MergeSummaryKeys.SourceSnapshotId, SourceSnapshotId?.ToString(CultureInfo.InvariantCulture) ?? "")
        .Add(MergeSummaryKeys.SourceSequenceNumber, SourceSequenceNumber.ToString(CultureInfo.InvariantCulture))
        .Add(MergeSummaryKeys.SourceSchemaId, SourceSchemaId.ToString(CultureInfo.InvariantCulture))
        .Add(MergeSummaryKeys.Key, JsonSerializer.Serialize(Key))
        .Add(MergeSummaryKeys.Mode, Mode.ToString());

    /// <summary>The state as a table property, said of a snapshot.</summary>
    public string ToProperty(Snapshot? snapshot) => JsonSerializer.Serialize(
        ToSummary()
            .SetItem("snapshot-id", snapshot?.SnapshotId.ToString(CultureInfo.InvariantCulture) ?? "")
            .SetItem("sequence-number", (snapshot?.SequenceNumber ?? 0).ToString(CultureInfo.InvariantCulture)));

    internal static MergeState? Read(IReadOnlyDictionary<string, string> entries)
    {
        if (!entries.TryGetValue(MergeSummaryKeys.ReportDate, out string? date)) return null;
        return new MergeState(
            DateOnly.ParseExact(date, DateFormat, CultureInfo.InvariantCulture),
            entries.GetValueOrDefault(MergeSummaryKeys.Source, ""),
            Number(entries, MergeSummaryKeys.SourceSnapshotId),
            Number(entries, MergeSummaryKeys.SourceSequenceNumber) ?? 0,
            (int)(Number(entries, MergeSummaryKeys.SourceSchemaId) ?? 0),
            [.. JsonSerializer.Deserialize<string[]>(entries.GetValueOrDefault(MergeSummaryKeys.Key, "[]")) ?? []])
        {
            TargetSchemaId = (int?)Number(entries, MergeSummaryKeys.TargetSchemaId),
            Recipe = entries.GetValueOrDefault(MergeSummaryKeys.Options),
            Mode = Enum.TryParse(entries.GetValueOrDefault(MergeSummaryKeys.Mode), out MergeMode mode) ? mode : MergeMode.Upsert,
        };
    }

    private static (MergeState State, long? Snapshot, long Sequence)? ReadProperty(TableMetadata metadata, string branch)
    {
        if (!metadata.Properties.TryGetValue(PropertyOf(branch), out string? text)) return null;
        try
        {
            Dictionary<string, string> entries = JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
            return Read(entries) is { } state ? (state, Number(entries, "snapshot-id"), Number(entries, "sequence-number") ?? 0) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw IcebergException.Corrupt($"Property {PropertyOf(branch)} of table {metadata.Location} cannot be read: {e.Message}", e);
        }
    }

    private static long? Number(IReadOnlyDictionary<string, string> entries, string key) =>
        long.TryParse(entries.GetValueOrDefault(key), CultureInfo.InvariantCulture, out long value) ? value : null;
}
