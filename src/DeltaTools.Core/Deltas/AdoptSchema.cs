using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Gives a table the schema that data files were written with, in the commit that adds them; only onto the schema it was made from.</summary>
internal sealed record AdoptSchema(int FromSchemaId, Schema Schema) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => metadata.CurrentSchemaId == FromSchemaId
        ? [new AddSchema(Schema), new SetCurrentSchema(TableUpdate.LastAdded)]
        : throw new IcebergException(IcebergErrorKind.CommitConflict, "Another writer changed the table's schema meanwhile.");
}
