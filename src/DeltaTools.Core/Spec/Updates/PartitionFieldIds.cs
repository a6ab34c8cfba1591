using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>Numbers the fields of new partition specs.</summary>
public static class PartitionFieldIds
{
    /// <summary>What <see cref="PartitionField.FieldId"/> is before the field is numbered.</summary>
    public const int Unassigned = 0;

    /// <summary>Gives fields without an id one: from v2 on that of an equal field (same sources and transform) of any spec of the table,
    /// else the next after all that were ever used; in v1 they are counted from 1000 in each spec.</summary>
    public static PartitionSpec Assign(PartitionSpec spec, TableMetadata metadata)
    {
        if (spec.Fields.All(f => f.FieldId != Unassigned)) return spec;
        int last = Math.Max(metadata.LastPartitionId, spec.HighestFieldId);
        var taken = spec.Fields.Select(f => f.FieldId).ToHashSet();
        ImmutableArray<PartitionField>.Builder fields = ImmutableArray.CreateBuilder<PartitionField>(spec.Fields.Length);
        foreach (PartitionField field in spec.Fields)
        {
            int id = field.FieldId != Unassigned ? field.FieldId
                : metadata.FormatVersion == 1 ? PartitionSpec.FirstFieldId + fields.Count
                : Reusable(metadata, field, taken) ?? ++last;
            taken.Add(id);
            fields.Add(field with { FieldId = id });
        }
        return spec with { Fields = fields.MoveToImmutable() };
    }

    private static int? Reusable(TableMetadata metadata, PartitionField field, HashSet<int> taken) => metadata.PartitionSpecs
        .SelectMany(s => s.Fields)
        .Where(f => f.Transform == field.Transform && f.SourceIds.SequenceEqual(field.SourceIds) && !taken.Contains(f.FieldId))
        .Select(f => (int?)f.FieldId)
        .Max();
}
