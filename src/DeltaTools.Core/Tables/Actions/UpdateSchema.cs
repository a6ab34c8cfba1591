using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Changes columns. The files that are there stay as they are and are read under the new schema.</summary>
/// <param name="Changes">Each sees the results of those before it.</param>
public sealed record UpdateSchema(ImmutableArray<SchemaChange> Changes) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => SchemaUpdate.Updates(metadata, Changes);
}
