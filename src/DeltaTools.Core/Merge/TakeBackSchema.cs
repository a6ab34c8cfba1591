using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Takes back the columns that a merge gave to a table when the merge is not published; not when somebody changed columns since.</summary>
internal sealed record TakeBackSchema(int Adopted, int Before) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => metadata.CurrentSchemaId == Adopted ? [new SetCurrentSchema(Before)] : [];
}
