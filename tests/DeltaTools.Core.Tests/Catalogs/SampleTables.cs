using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Catalogs;

/// <summary>Metadata of small tables.</summary>
internal static class SampleTables
{
    public static readonly Schema Schema = Schema.Of(
        new NestedField(1, "id", IcebergType.Long, Required: true), new NestedField(2, "name", IcebergType.String));

    public static TableMetadata New(string location, int formatVersion = 2, params (string Name, string Value)[] properties) => new()
    {
        FormatVersion = formatVersion,
        TableUuid = Guid.NewGuid(),
        Location = location,
        LastUpdated = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
        LastColumnId = 2,
        Schemas = [Schema],
        CurrentSchemaId = 0,
        PartitionSpecs = [PartitionSpec.Unpartitioned],
        DefaultSpecId = 0,
        LastPartitionId = PartitionSpec.FirstFieldId - 1,
        Properties = StringMap.Of(properties.Select(p => KeyValuePair.Create(p.Name, p.Value))),
    };

    public static ImmutableSortedDictionary<string, string> Properties(params (string Name, string Value)[] properties) =>
        StringMap.Of(properties.Select(p => KeyValuePair.Create(p.Name, p.Value)));
}
