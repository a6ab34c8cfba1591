using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Reads table metadata from its JSON object, with what v1 left out filled in.</summary>
internal sealed class TableMetadataReader(JsonFields json)
{
    private static readonly FrozenSet<string> Known =
    [
        "format-version", "table-uuid", "location", "last-sequence-number", "last-updated-ms", "last-column-id", "schema", "schemas",
        "current-schema-id", "partition-spec", "partition-specs", "default-spec-id", "last-partition-id", "properties",
        "current-snapshot-id", "snapshots", "snapshot-log", "metadata-log", "sort-orders", "default-sort-order-id", "refs", "statistics",
        "partition-statistics", "next-row-id", "encryption-keys",
    ];

    private static readonly FrozenSet<string> KnownOfSnapshotLog = ["timestamp-ms", "snapshot-id"];

    private static readonly FrozenSet<string> KnownOfMetadataLog = ["timestamp-ms", "metadata-file"];

    private readonly int _version = json.Int("format-version");

    public TableMetadata Read()
    {
        if (_version > TableMetadataRules.MaxFormatVersion)
        {
            throw IcebergException.Unsupported(
                $"{json.Place.Document}: format-version is {_version}; versions 1 to {TableMetadataRules.MaxFormatVersion} can be read.");
        }
        if (_version < 1) throw json.Place.Field("format-version").MustBe("1, 2 or 3", json.Get("format-version"));
        (ImmutableArray<Schema> schemas, int currentSchemaId) = ReadSchemas();
        (ImmutableArray<PartitionSpec> specs, int defaultSpecId) = ReadSpecs();
        (ImmutableArray<SortOrder> orders, int defaultOrderId) = ReadOrders();
        // Java wrote -1 for "none" up to v2; the specification lets the field out, or null.
        long? current = json.LongOrNull("current-snapshot-id") is { } id and not -1 ? id : null;
        var metadata = new TableMetadata
        {
            FormatVersion = _version,
            TableUuid = ReadUuid(),
            Location = TableMetadataRules.StripTrailingSlashes(json.Text("location")),
            LastSequenceNumber = _version > 1 ? json.Long("last-sequence-number") : 0,
            LastUpdated = json.Timestamp("last-updated-ms"),
            LastColumnId = json.Int("last-column-id"),
            Schemas = schemas,
            CurrentSchemaId = currentSchemaId,
            PartitionSpecs = specs,
            DefaultSpecId = defaultSpecId,
            LastPartitionId = json.IntOrNull("last-partition-id")
                ?? (_version == 1 ? specs.Select(s => s.HighestFieldId).Max() : throw Lacks("last-partition-id")),
            SortOrders = orders,
            DefaultSortOrderId = defaultOrderId,
            Properties = json.TextMap("properties"),
            CurrentSnapshotId = current,
            Snapshots = json.ArrayOrEmpty("snapshots", SnapshotJson.Read),
            SnapshotLog = json.ArrayOrEmpty("snapshot-log", ReadSnapshotLog),
            MetadataLog = json.ArrayOrEmpty("metadata-log", ReadMetadataLog),
            Refs = json.Find("refs") is { } refs ? SnapshotRefJson.ReadAll(refs, json.Place.Field("refs")) : SnapshotRef.None,
            Statistics = json.ArrayOrEmpty("statistics", StatisticsJson.Read),
            PartitionStatistics = json.ArrayOrEmpty("partition-statistics", StatisticsJson.ReadPartition),
            EncryptionKeys = json.ArrayOrEmpty("encryption-keys", EncryptionKeyJson.Read),
            UnknownFields = json.Unknown(Known),
        };
        // Required in v3, but its first writers left it out: then no row id beyond those of the snapshots is taken.
        if (_version >= 3)
        {
            long taken = metadata.Snapshots.Select(s => (s.FirstRowId ?? 0) + (s.AddedRows ?? 0)).DefaultIfEmpty(0).Max();
            metadata = metadata with { NextRowId = json.LongOrNull("next-row-id") ?? taken };
        }
        if (current is { } head && !metadata.Refs.ContainsKey(SnapshotRef.Main))
        {
            // "There is always a main branch reference pointing to the current-snapshot-id even if the refs map is null."
            metadata = metadata with { Refs = metadata.Refs.Add(SnapshotRef.Main, SnapshotRef.Branch(head)) };
        }
        return TableMetadataRules.Problem(metadata) is { } problem ? throw json.Place.Corrupt(problem) : metadata;
    }

    private (ImmutableArray<Schema>, int) ReadSchemas()
    {
        if (json.Find("schemas") is not null)
        {
            int id = json.Int("current-schema-id");
            ImmutableArray<Schema> schemas = json.Array("schemas", SchemaJson.Read);
            return schemas.Any(s => s.SchemaId == id)
                ? (schemas, id)
                : throw json.Place.Corrupt($"current-schema-id {id} is not among the schemas.");
        }
        if (_version > 1) throw Lacks("schemas");
        Schema only = SchemaJson.Read(json.Get("schema"), json.Place.Field("schema"));
        return ([only], only.SchemaId);
    }

    private (ImmutableArray<PartitionSpec>, int) ReadSpecs()
    {
        if (json.Find("partition-specs") is null)
        {
            if (_version > 1) throw Lacks("partition-specs");
            return ([new PartitionSpec(0, PartitionSpecJson.ReadFields(json.Get("partition-spec"), json.Place.Field("partition-spec")))], 0);
        }
        ImmutableArray<PartitionSpec> specs = json.Array("partition-specs", PartitionSpecJson.Read);
        if (specs.IsEmpty) throw json.Place.Field("partition-specs").Corrupt("is empty.");
        // Optional in v1. Java requires it beside partition-specs; others take the newest spec, which is what its writer meant.
        return (specs, json.IntOrNull("default-spec-id") ?? (_version == 1 ? specs.Max(s => s.SpecId) : throw Lacks("default-spec-id")));
    }

    private (ImmutableArray<SortOrder>, int) ReadOrders()
    {
        if (json.Find("sort-orders") is not null) return (json.Array("sort-orders", SortOrderJson.Read), json.Int("default-sort-order-id"));
        return _version == 1 ? ([SortOrder.Unsorted], 0) : throw Lacks("sort-orders");
    }

    private Guid? ReadUuid() => json.TextOrNull("table-uuid") switch
    {
        null => null,
        { } text => Guid.TryParseExact(text, "D", out Guid uuid) ? uuid : throw json.Place.Field("table-uuid").MustBe("a UUID", json.Get("table-uuid")),
    };

    private IcebergException Lacks(string field) => json.Place.Corrupt($"lacks {field}, which format version {_version} requires.");

    private static SnapshotLogEntry ReadSnapshotLog(JsonElement element, JsonPlace place)
    {
        var entry = new JsonFields(element, place);
        return new(entry.Timestamp("timestamp-ms"), entry.Long("snapshot-id")) { UnknownFields = entry.Unknown(KnownOfSnapshotLog) };
    }

    private static MetadataLogEntry ReadMetadataLog(JsonElement element, JsonPlace place)
    {
        var entry = new JsonFields(element, place);
        return new(entry.Timestamp("timestamp-ms"), entry.Text("metadata-file")) { UnknownFields = entry.Unknown(KnownOfMetadataLog) };
    }
}
