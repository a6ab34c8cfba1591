using System.Collections.Immutable;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Deltas;

/// <summary>Gives a raw table the column that tells which columns a row's delta did not carry, before its files are packed.</summary>
/// <remarks>As long as a file lacks a column, that says it; whoever added the column need not have known.</remarks>
internal sealed record NoteAbsence : MetadataAction
{
    /// <summary>Whether rows came before one of the columns, and nothing but their files tells so.</summary>
    public static bool IsDue(TableMetadata raw) => raw.CurrentSchema.FindField(RawColumns.Absent) is null && LaterColumns.First(raw) is not null;

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) =>
        IsDue(metadata) ? new UpdateSchema([DeltaDrift.NoteAbsent]).Apply(metadata) : [];
}
