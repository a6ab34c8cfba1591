using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Changes of a table's format, columns, partitioning, sort order and properties, in this order and as one commit.</summary>
/// <remarks>
/// Each part sees the results of those before it, so a column can be added and partitioned by at once. Texts are read when the change is
/// applied: another writer's column of the same time cannot give them another meaning.
/// </remarks>
public sealed record ChangeTable : MetadataAction
{
    /// <summary>Null keeps the version.</summary>
    public int? FormatVersion { get; init; }

    public ImmutableArray<SchemaChange> Columns { get; init; } = [];

    /// <summary>Names of partition fields, or what they are made of: <c>bucket(16, id)</c>.</summary>
    public ImmutableArray<string> RemovedPartitions { get; init; } = [];

    /// <summary>As <see cref="PartitionText"/> reads them.</summary>
    public ImmutableArray<string> AddedPartitions { get; init; } = [];

    /// <summary>As <see cref="SortText"/> reads it; empty takes the order away, null keeps it.</summary>
    public ImmutableArray<string>? SortOrder { get; init; }

    public UpdateProperties Properties { get; init; } = new();

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        var steps = new Steps(metadata);
        if (FormatVersion is { } version) steps.Take(new UpgradeFormat(version));
        // What a column is used for must go before the column can.
        bool dropsColumns = Columns.Any(c => c is DropColumn);
        if (dropsColumns && SortOrder is not null) steps.Take(new UpdateSortOrder(Spec.SortOrder.Unsorted));
        if (dropsColumns && !RemovedPartitions.IsEmpty) steps.Take(new UpdatePartitionSpec(Removals));
        if (!Columns.IsEmpty) steps.Take(new UpdateSchema(Columns));
        ImmutableArray<PartitionChange> partitions = [.. dropsColumns ? [] : Removals, .. Additions(steps.Metadata.CurrentSchema)];
        if (!partitions.IsEmpty) steps.Take(new UpdatePartitionSpec(partitions));
        if (SortOrder is { } order) steps.Take(new UpdateSortOrder(SortText.Parse(order, steps.Metadata.CurrentSchema)));
        steps.Take(Properties);
        return steps.Updates;
    }

    private ImmutableArray<PartitionChange> Removals => [.. RemovedPartitions.Select(f => new RemovePartitionField(f))];

    private IEnumerable<PartitionChange> Additions(Schema schema) => AddedPartitions
        .SelectMany(text => PartitionText.ParseTerms(text, schema)).Select(t => new AddPartitionField(t.Column, t.Transform, t.Name));

    /// <summary>Metadata as the steps so far leave them, and the updates that they took.</summary>
    private sealed class Steps(TableMetadata metadata)
    {
        public TableMetadata Metadata { get; private set; } = metadata;

        public ImmutableArray<TableUpdate> Updates { get; private set; } = [];

        public void Take(MetadataAction step)
        {
            ImmutableArray<TableUpdate> updates = step.Apply(Metadata);
            if (updates.IsEmpty) return;
            Updates = Updates.AddRange(updates);
            Metadata = MetadataUpdates.Apply(Metadata, updates, TableClock.Now(Metadata));
        }
    }
}
