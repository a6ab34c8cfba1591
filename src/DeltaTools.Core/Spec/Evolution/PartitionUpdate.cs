using System.Collections.Immutable;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>Evolves the partitioning of a table, with the rules and refusals of Java's <c>UpdatePartitionSpec</c>.</summary>
/// <remarks>Files that are there keep their partitions; only new files follow the new spec.</remarks>
public static class PartitionUpdate
{
    /// <summary>The spec after the changes; its fields are numbered, its own id is not settled.</summary>
    /// <exception cref="IcebergException">InvalidArgument: a change is not possible; the message names the field.</exception>
    public static PartitionSpec Apply(TableMetadata metadata, IEnumerable<PartitionChange> changes)
    {
        var editor = new PartitionEditor(metadata);
        foreach (PartitionChange change in changes) editor.Apply(change);
        PartitionSpec spec = editor.Build();
        Schema schema = metadata.CurrentSchema;
        return (PartitionRules.NameProblem(spec, schema) ?? PartitionRules.SourceProblem(spec, schema)) is { } problem
            ? throw IcebergException.Invalid($"The partitioning cannot be changed so: it {problem}") : spec;
    }

    /// <summary>The updates that make the changes; none when nothing changes.</summary>
    /// <inheritdoc cref="Apply"/>
    public static ImmutableArray<TableUpdate> Updates(TableMetadata metadata, IEnumerable<PartitionChange> changes)
    {
        PartitionSpec spec = Apply(metadata, changes);
        if (spec.SameAs(metadata.DefaultSpec)) return [];
        return metadata.PartitionSpecs.FirstOrDefault(s => s.SameAs(spec)) is { } same
            ? [new SetDefaultSpec(same.SpecId)] : [new AddPartitionSpec(spec), new SetDefaultSpec(TableUpdate.LastAdded)];
    }
}
