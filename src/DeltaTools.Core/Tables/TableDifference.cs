using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables;

/// <summary>What a change of metadata does to a table, in sentences for people.</summary>
/// <param name="Changes">Such as <c>add column city string</c>, in the order format, columns, partitioning, sort order, properties; none when nothing changes.</param>
/// <param name="Warnings">What other engines will no longer do with the table.</param>
public sealed record TableDifference(ImmutableArray<string> Changes, ImmutableArray<string> Warnings)
{
    private const int LongestValue = 60;

    /// <summary>What the action would change now.</summary>
    /// <inheritdoc cref="MetadataAction.Apply"/>
    public static TableDifference Of(TableMetadata before, MetadataAction action) =>
        Of(before, MetadataUpdates.Apply(before, action.Apply(before), TableClock.Now(before)));

    public static TableDifference Of(TableMetadata before, TableMetadata after) =>
        new([.. Format(before, after), .. SchemaDifference.Of(before.CurrentSchema, after.CurrentSchema), .. Partitioning(before, after), .. Sorting(before, after), .. Properties(before, after)],
            [.. FormatWarnings(before, after), .. SchemaDifference.Warnings(before.CurrentSchema, after.CurrentSchema)]);

    private static IEnumerable<string> Format(TableMetadata before, TableMetadata after) => before.FormatVersion == after.FormatVersion ? []
        : [$"upgrade format version {before.FormatVersion} to {after.FormatVersion}"];

    private static IEnumerable<string> FormatWarnings(TableMetadata before, TableMetadata after) => before.FormatVersion >= 3 || after.FormatVersion < 3 ? []
        : ["Amazon Athena works with format version 2 only, and there is no way back from 3."];

    private static IEnumerable<string> Partitioning(TableMetadata before, TableMetadata after)
    {
        if (before.DefaultSpec.SameAs(after.DefaultSpec)) return [];
        string[] old = Fields(before), now = Fields(after);
        return [.. old.Except(now).Select(f => $"stop partitioning by {f}"), .. now.Except(old).Select(f => $"partition by {f}")];
    }

    /// <summary>Fields that v1 keeps as void partition nothing.</summary>
    private static string[] Fields(TableMetadata metadata) => [.. PartitionText.Print(
        metadata.DefaultSpec with { Fields = [.. metadata.DefaultSpec.Fields.Where(f => f.Transform is not VoidTransform)] }, metadata.CurrentSchema)];

    private static IEnumerable<string> Sorting(TableMetadata before, TableMetadata after)
    {
        if (before.DefaultSortOrder.SameAs(after.DefaultSortOrder)) return [];
        return [after.DefaultSortOrder.IsUnsorted ? "stop sorting" : $"sort by {string.Join(", ", SortText.Print(after.DefaultSortOrder, after.CurrentSchema))}"];
    }

    private static IEnumerable<string> Properties(TableMetadata before, TableMetadata after)
    {
        foreach ((string name, string value) in after.Properties)
        {
            if (before.Properties.GetValueOrDefault(name) == value) continue;
            yield return name == TableProperties.NameMapping && before.Properties.ContainsKey(name) && !before.CurrentSchema.SameAs(after.CurrentSchema)
                ? "follow the columns in the name mapping" : $"set property {name} = {(value.Length > LongestValue ? value[..LongestValue] + "…" : value)}";
        }
        foreach (string name in before.Properties.Keys.Where(n => !after.Properties.ContainsKey(n))) yield return $"remove property {name}";
    }
}
