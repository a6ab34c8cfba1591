using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Sets and removes table properties.</summary>
public sealed record UpdateProperties : MetadataAction
{
    public ImmutableSortedDictionary<string, string> Set { get; init; } = StringMap.Empty;

    /// <summary>Names to remove; those the table does not have are ignored.</summary>
    public ImmutableArray<string> Remove { get; init; } = [];

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (Remove.FirstOrDefault(Set.ContainsKey) is { } both) throw IcebergException.Invalid($"Property '{both}' cannot be set and removed at once.");
        if (Set.Keys.FirstOrDefault(TableProperties.Reserved.Contains) is { } reserved)
        {
            throw IcebergException.Invalid($"'{reserved}' is a part of the metadata and no property.{(reserved == "format-version" ? " Upgrade with Set-IcebergTable -FormatVersion." : "")}");
        }
        ImmutableSortedDictionary<string, string> changed =
            StringMap.Of(Set.Where(p => metadata.Properties.GetValueOrDefault(p.Key) != p.Value));
        ImmutableArray<string> gone = [.. Remove.Where(metadata.Properties.ContainsKey).Distinct()];
        List<TableUpdate> updates = [];
        if (!changed.IsEmpty) updates.Add(new SetProperties(changed));
        if (!gone.IsEmpty) updates.Add(new RemoveProperties(gone));
        return [.. updates];
    }
}
