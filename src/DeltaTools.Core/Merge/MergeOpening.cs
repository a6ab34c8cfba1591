using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>What is known of a merge from the two tables' metadata alone, whatever the engine.</summary>
/// <param name="Options">What was asked for, with the mode settled.</param>
/// <param name="Head">The snapshot of the report table that it goes out from.</param>
/// <param name="SourceHead">The snapshot of the raw table that it reads.</param>
/// <param name="Since">How far the table has been merged from this source; null: the whole source is played.</param>
/// <param name="Next">Where the table stands afterwards.</param>
/// <param name="Plan">The plan without counts.</param>
/// <param name="NothingToDo">Why there is nothing to do; null when rows have to be looked at.</param>
internal sealed record MergeOpening(
    MergeOptions Options, Snapshot? Head, Snapshot? SourceHead, MergeColumns Columns, MergeState? Since, MergeState Next, MergePlan Plan, string? NothingToDo)
{
    /// <summary>The report table with the columns that the merge gives it; see <see cref="TargetEvolution"/>.</summary>
    public required IcebergTable Target { get; init; }

    /// <summary>How far the branch is merged, whatever the source; null: not at all.</summary>
    public MergeState? State { get; init; }

    public bool ChangesSchema => !Plan.SchemaChanges.IsEmpty;

    /// <summary>Whether rows of the report table are made from the raw table alone, although it was merged before.</summary>
    public bool Replays { get; init; }

    /// <summary>Whether a replay takes the place of every row: the versions that Scd2 left are no rows of another mode.</summary>
    public bool Renews => Options.Rebuild && State?.Mode == MergeMode.Scd2 && Options.Mode != MergeMode.Scd2;

    /// <summary>The column that told the current versions of a table which is renewed; null when it is not there any more.</summary>
    public NestedField? WasCurrent => !Renews ? null
        : Target.Metadata.CurrentSchema.FindFieldIgnoreCase(MergeRecipe.Apply(Options, State!.Recipe).IsCurrentColumn ?? HistoryColumns.DefaultIsCurrent) is { Type.Id: TypeId.Boolean } flag
            ? flag : null;

    /// <exception cref="IcebergException">ReportDateRefused, MergeRefused (the mode, a raw table that was set back), SchemaMismatch, InvalidArgument, RefNotFound; Unsupported: a raw table of format version 1.</exception>
    public static MergeOpening Of(IcebergTable target, IcebergTable source, MergeOptions options)
    {
        CheckFormat(source);
        Snapshot? head = SnapshotSelection.ByRef(target.Metadata, options.Branch).Snapshot;
        MergeState? state = MergeState.Of(target.Metadata, options.Branch);
        CheckReportDate(target.Name, state, options);
        MergeMode mode = ModeOf(target.Name, state, options);
        options = options with { Mode = mode };
        MergeColumns columns = MergeColumns.Match(source.Metadata.CurrentSchema, target.Metadata.CurrentSchema, options, state?.Key ?? []);
        ImmutableArray<SchemaChange> changes = TargetEvolution.Changes(source, target, columns, state, options);
        if (!changes.IsEmpty)
        {
            target = TargetEvolution.Apply(target, changes);
            columns = MergeColumns.Match(source.Metadata.CurrentSchema, target.Metadata.CurrentSchema, options, state?.Key ?? []);
        }

        Snapshot? sourceHead = source.Metadata.CurrentSnapshot;
        MergeState next = new(
            options.ReportDate, source.Name, sourceHead?.SnapshotId, source.Metadata.LastSequenceNumber, source.Metadata.CurrentSchemaId,
            [.. columns.Keys.Select(k => k.Target.Name)])
        {
            Mode = mode,
            Recipe = MergeRecipe.Write(options),
            TargetSchemaId = target.Metadata.CurrentSchemaId,
        };
        MergePlan plan = new()
        {
            Table = target.Name,
            Source = source.Name,
            ReportDate = options.ReportDate,
            Branch = options.Branch,
            Mode = mode,
            BaseSnapshotId = head?.SnapshotId,
            SourceSnapshotId = sourceHead?.SnapshotId,
            Watermark = state?.Floor,
            OtherSource = state is null || state.Source == source.Name || options.Rebuild ? null : state.Source,
            SchemaChanges = [.. changes.Select(TargetEvolution.Describe)],
        };
        PlanGuard.CheckBase(options.Approved, plan);
        MergeState? since = state is not null && state.Source == source.Name && !options.Rebuild ? state : null;
        CheckLineage(target.Name, source, since);
        bool replays = since is not null && TargetEvolution.NeedsHistory(source, target, columns, since);
        bool seen = since is not null && !replays && since.Unsettled is null && since.SourceSequenceNumber == next.SourceSequenceNumber && since.Watermark == options.ReportDate;
        return new(
            options, head, sourceHead, columns, replays ? null : since, next, plan,
            seen ? $"The table stands at {Text(since!.Watermark)} and nothing was imported since." : null)
        {
            Target = target,
            State = state,
            Replays = replays,
        };
    }

    public static string NothingReceived(MergeOptions options) => $"Nothing was received up to {Text(options.ReportDate)} that the table has not seen.";

    /// <summary>A report for an earlier date would be a state that never existed: rows that came later cannot be taken back one by one.</summary>
    private static void CheckReportDate(string table, MergeState? state, MergeOptions options)
    {
        if (state is null || options.ReportDate >= state.Floor || options.Rebuild) return;
        throw new IcebergException(IcebergErrorKind.ReportDateRefused,
            $"Report date {Text(options.ReportDate)} lies before {Text(state.Floor)}, the date that table {table} stands at. "
            + "Read the earlier state with Get-IcebergData -ReportDate, or make the table anew as of that date with -Rebuild.");
    }

    /// <summary>What another mode has left in the table, or taken out of it, only a replay can mend.</summary>
    private static MergeMode ModeOf(string table, MergeState? state, MergeOptions options)
    {
        MergeMode mode = options.Mode ?? state?.Mode ?? MergeMode.Upsert;
        if (state is null || options.Rebuild || mode == state.Mode) return mode;
        throw new IcebergException(IcebergErrorKind.MergeRefused,
            $"Table {table} was merged with -Mode {state.Mode} and cannot go on with -Mode {mode}. Leave -Mode out, or make the table anew with -Mode {mode} -Rebuild.");
    }

    /// <summary>Format version 1 does not number commits, so what came after a merge cannot be told from what it saw.</summary>
    private static void CheckFormat(IcebergTable source)
    {
        if (source.Metadata.FormatVersion == 1)
            throw IcebergException.Unsupported($"The raw table {source.Name} is of format version 1, which does not number its commits. Upgrade it first: Set-IcebergTable {source.Name} -FormatVersion 2.");
    }

    /// <summary>Rows of the raw table that were merged and then withdrawn cannot be taken back one by one.</summary>
    private static void CheckLineage(string table, IcebergTable source, MergeState? since)
    {
        TableMetadata metadata = source.Metadata;
        if (since?.SourceSnapshotId is not { } seen || metadata.Snapshot(seen) is null) return;
        HashSet<long> past = [.. Ancestry.Of(metadata, seen).Select(s => s.SnapshotId)];
        Snapshot[] lineage = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId)];
        // A lineage that ends before it meets the other was expired, and tells nothing.
        bool isSetBack = lineage.Length == 0 || lineage[^1].ParentSnapshotId is null || lineage.Any(s => past.Contains(s.SnapshotId));
        if (!isSetBack || lineage.Any(s => s.SnapshotId == seen)) return;
        throw new IcebergException(IcebergErrorKind.MergeRefused,
            $"The raw table {source.Name} was set back behind snapshot {seen.ToString(CultureInfo.InvariantCulture)}, which table {table} has merged. "
            + "Make the table anew with -Rebuild, or undo the merge with Undo-IcebergMerge first.");
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
