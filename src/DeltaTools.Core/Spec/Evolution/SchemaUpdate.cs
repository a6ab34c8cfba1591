using System.Collections.Immutable;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>Evolves the schema of a table, with the rules and refusals of Java's <c>SchemaUpdate</c>.</summary>
public static class SchemaUpdate
{
    /// <summary>Properties that name a column at their end.</summary>
    private static readonly string[] ColumnProperties =
        ["write.metadata.metrics.column.", "write.parquet.bloom-filter-enabled.column.", "write.parquet.stats-enabled.column."];

    /// <summary>The schema after the changes, which see each other's results in their order.</summary>
    /// <exception cref="IcebergException">InvalidArgument: a change is not possible; the message names the column.</exception>
    public static Schema Apply(TableMetadata metadata, IEnumerable<SchemaChange> changes)
    {
        var editor = new SchemaEditor(metadata);
        foreach (SchemaChange change in changes) editor.Apply(change);
        Schema schema = editor.Schema;
        return Problem(metadata, schema) is { } problem ? throw IcebergException.Invalid($"The columns cannot be changed so: {problem}") : schema;
    }

    /// <summary>The updates that make the changes: schema, name mapping, and the properties that name columns. None when nothing changes.</summary>
    /// <inheritdoc cref="Apply"/>
    public static ImmutableArray<TableUpdate> Updates(TableMetadata metadata, IEnumerable<SchemaChange> changes)
    {
        Schema before = metadata.CurrentSchema, after = Apply(metadata, changes);
        if (after.SameAs(before)) return [];
        var updates = ImmutableArray.CreateBuilder<TableUpdate>();
        if (metadata.Schemas.FirstOrDefault(s => s.SameAs(after)) is { } same) updates.Add(new SetCurrentSchema(same.SchemaId));
        else updates.AddRange(new AddSchema(after), new SetCurrentSchema(TableUpdate.LastAdded));
        ImmutableSortedDictionary<string, string> properties = Properties(metadata, before, after);
        KeyValuePair<string, string>[] set = [.. properties.Where(p => !metadata.Properties.Contains(p))];
        if (set.Length > 0) updates.Add(new SetProperties(StringMap.Of(set)));
        ImmutableArray<string> removed = [.. metadata.Properties.Keys.Where(k => !properties.ContainsKey(k))];
        if (!removed.IsEmpty) updates.Add(new RemoveProperties(removed));
        return updates.ToImmutable();
    }

    private static string? Problem(TableMetadata metadata, Schema schema)
    {
        if ((SchemaRules.Problem(schema) ?? SchemaRules.VersionProblem(schema, metadata.FormatVersion)) is { } problem) return $"the schema {problem}";
        foreach (PartitionSpec spec in metadata.PartitionSpecs)
        {
            if (PartitionRules.NameProblem(spec, schema) is { } clash) return $"partition spec {spec.SpecId} {clash}";
        }
        if (PartitionRules.SourceProblem(metadata.DefaultSpec, schema) is { } lost) return $"the partitioning {lost} Change the partitioning first.";
        return PartitionRules.SourceProblem(metadata.DefaultSortOrder, schema) is { } unsorted ? $"the sort order {unsorted} Change the sort order first." : null;
    }

    private static ImmutableSortedDictionary<string, string> Properties(TableMetadata metadata, Schema before, Schema after)
    {
        ImmutableSortedDictionary<string, string> properties = metadata.Properties;
        foreach ((NestedField field, string name) in before.NamedFields)
        {
            string? newName = after.NameOf(field.Id);
            if (newName == name) continue;
            foreach (string prefix in ColumnProperties)
            {
                if (!metadata.Properties.TryGetValue(prefix + name, out string? value)) continue;
                properties = properties.Remove(prefix + name);
                if (newName is not null) properties = properties.SetItem(prefix + newName, value);
            }
        }
        return Mapping(metadata) is { } mapping
            ? properties.SetItem(TableProperties.NameMapping, NameMappingJson.ToText(mapping.Follow(before, after))) : properties;
    }

    /// <summary>A mapping that cannot be read is left as it is; it must not stand in the way of the change (as in Java).</summary>
    private static NameMapping? Mapping(TableMetadata metadata)
    {
        try
        {
            return NameMappingJson.Of(metadata);
        }
        catch (IcebergException)
        {
            return null;
        }
    }
}
