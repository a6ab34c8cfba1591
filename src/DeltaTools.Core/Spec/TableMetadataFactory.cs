using System.Collections.Immutable;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec;

/// <summary>The first metadata of a new table.</summary>
public static class TableMetadataFactory
{
    /// <summary>Field ids are assigned anew, in Java's order; partition and sort fields follow their columns.</summary>
    /// <param name="schema">Columns with provisional ids that differ from each other.</param>
    /// <param name="spec">Refers to the provisional ids; its own field ids do not matter.</param>
    /// <param name="sortOrder">Refers to the provisional ids.</param>
    /// <param name="location">Absolute URI of the table's folder.</param>
    /// <param name="properties">Reserved ones (<see cref="TableProperties.Reserved"/>) are left out.</param>
    /// <exception cref="IcebergException">InvalidArgument: the parts do not fit each other or the format version.</exception>
    public static TableMetadata Create(
        Schema schema, PartitionSpec spec, SortOrder sortOrder, string location, IEnumerable<KeyValuePair<string, string>> properties,
        int formatVersion, Guid uuid, DateTimeOffset now) =>
        MetadataUpdates.Apply(null, Updates(schema, spec, sortOrder, location, properties, formatVersion, uuid), now);

    /// <summary>What makes a new table, as a REST catalog wants to be told.</summary>
    /// <inheritdoc cref="Create"/>
    public static ImmutableArray<TableUpdate> Updates(
        Schema schema, PartitionSpec spec, SortOrder sortOrder, string location, IEnumerable<KeyValuePair<string, string>> properties,
        int formatVersion, Guid uuid)
    {
        if (SchemaRules.Problem(schema) is { } problem) throw IcebergException.Invalid($"The schema {problem}");
        foreach ((NestedField field, string name) in schema.NamedFields) DefaultRules.Check(field, name, formatVersion);
        var ids = new FreshIds(0);
        var fresh = (StructType)ids.Assign(schema.Struct);
        ImmutableSortedDictionary<string, string> kept = StringMap.Of(properties.Where(p => !TableProperties.Reserved.Contains(p.Key)));
        // As Java, so that a later change of the default does not change the table.
        if (!kept.ContainsKey(TableProperties.ParquetCompression)) kept = kept.Add(TableProperties.ParquetCompression, "zstd");
        ImmutableArray<int> NewIds(ImmutableArray<int> sources, string what) => [.. sources.Select(id => ids.NewId(id)
            ?? throw IcebergException.Invalid($"The {what} refers to field {id}, which the schema does not have."))];
        return
        [
            new AssignUuid(uuid),
            new UpgradeFormatVersion(formatVersion),
            new AddSchema(new Schema(0, fresh, [.. schema.IdentifierFieldIds.Select(id => ids.NewId(id)!.Value)])),
            new SetCurrentSchema(TableUpdate.LastAdded),
            new AddPartitionSpec(new PartitionSpec(0, [.. spec.Fields.Select((f, i) => f with
            {
                SourceIds = NewIds(f.SourceIds, "partitioning"),
                FieldId = PartitionSpec.FirstFieldId + i,
            })])),
            new SetDefaultSpec(TableUpdate.LastAdded),
            new AddSortOrder(new SortOrder(
                sortOrder.IsUnsorted ? 0 : 1, [.. sortOrder.Fields.Select(f => f with { SourceIds = NewIds(f.SourceIds, "sort order") })])),
            new SetDefaultSortOrder(TableUpdate.LastAdded),
            new SetLocation(location),
            new SetProperties(kept),
        ];
    }
}
