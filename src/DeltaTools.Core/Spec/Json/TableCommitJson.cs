using System.Text.Json;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Commits as JSON (REST specification, <c>CommitTableRequest</c>).</summary>
public static class TableCommitJson
{
    /// <param name="table">Named in the request too.</param>
    /// <param name="formatVersion">Of the table, which decides what snapshots are written with.</param>
    public static void Write(Utf8JsonWriter writer, TableIdentifier table, TableCommit commit, int formatVersion)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("identifier");
        writer.Array("namespace", table.Namespace, (w, level) => w.WriteStringValue(level));
        writer.WriteString("name", table.Name);
        writer.WriteEndObject();
        writer.Array("requirements", commit.Requirements, WriteRequirement);
        int version = commit.Updates.OfType<UpgradeFormatVersion>().Select(u => u.FormatVersion).Append(formatVersion).Max();
        writer.Array("updates", commit.Updates, (w, update) => WriteUpdate(w, update, version));
        writer.WriteEndObject();
    }

    private static void WriteRequirement(Utf8JsonWriter writer, TableRequirement requirement)
    {
        writer.WriteStartObject();
        switch (requirement)
        {
            case AssertCreate:
                writer.WriteString("type", "assert-create");
                break;
            case AssertTableUuid r:
                writer.WriteString("type", "assert-table-uuid");
                writer.WriteString("uuid", r.Uuid);
                break;
            case AssertRefSnapshotId r:
                writer.WriteString("type", "assert-ref-snapshot-id");
                writer.WriteString("ref", r.Ref);
                if (r.SnapshotId is { } id) writer.WriteNumber("snapshot-id", id);
                else writer.WriteNull("snapshot-id");
                break;
            case AssertLastAssignedFieldId r:
                Number("assert-last-assigned-field-id", "last-assigned-field-id", r.Id);
                break;
            case AssertCurrentSchemaId r:
                Number("assert-current-schema-id", "current-schema-id", r.Id);
                break;
            case AssertLastAssignedPartitionId r:
                Number("assert-last-assigned-partition-id", "last-assigned-partition-id", r.Id);
                break;
            case AssertDefaultSpecId r:
                Number("assert-default-spec-id", "default-spec-id", r.Id);
                break;
            case AssertDefaultSortOrderId r:
                Number("assert-default-sort-order-id", "default-sort-order-id", r.Id);
                break;
            default:
                throw IcebergException.Unsupported($"The requirement {requirement.GetType().Name} is not known.");
        }
        writer.WriteEndObject();

        void Number(string type, string name, int value)
        {
            writer.WriteString("type", type);
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteUpdate(Utf8JsonWriter writer, TableUpdate update, int formatVersion)
    {
        writer.WriteStartObject();
        (string action, Action body) = update switch
        {
            AssignUuid u => ("assign-uuid", () => writer.WriteString("uuid", u.Uuid)),
            UpgradeFormatVersion u => ("upgrade-format-version", () => writer.WriteNumber("format-version", u.FormatVersion)),
            AddSchema u => ("add-schema", () =>
            {
                Named("schema", () => SchemaJson.Write(writer, u.Schema));
                // Deprecated, but servers of older versions require it.
                writer.WriteNumber("last-column-id", u.Schema.HighestFieldId);
            }
            ),
            SetCurrentSchema u => ("set-current-schema", () => writer.WriteNumber("schema-id", u.SchemaId)),
            RemoveSchemas u => ("remove-schemas", () => writer.Ints("schema-ids", u.SchemaIds)),
            AddPartitionSpec u => ("add-spec", () => Named("spec", () => PartitionSpecJson.Write(writer, u.Spec))),
            SetDefaultSpec u => ("set-default-spec", () => writer.WriteNumber("spec-id", u.SpecId)),
            RemovePartitionSpecs u => ("remove-partition-specs", () => writer.Ints("spec-ids", u.SpecIds)),
            AddSortOrder u => ("add-sort-order", () => Named("sort-order", () => SortOrderJson.Write(writer, u.SortOrder))),
            SetDefaultSortOrder u => ("set-default-sort-order", () => writer.WriteNumber("sort-order-id", u.SortOrderId)),
            AddSnapshot u => ("add-snapshot", () => Named("snapshot", () => SnapshotJson.Write(writer, u.Snapshot, formatVersion))),
            SetSnapshotRef u => ("set-snapshot-ref", () =>
            {
                writer.WriteString("ref-name", u.RefName);
                SnapshotRefJson.WriteFields(writer, u.Ref);
            }
            ),
            RemoveSnapshotRef u => ("remove-snapshot-ref", () => writer.WriteString("ref-name", u.RefName)),
            RemoveSnapshots u => ("remove-snapshots", () => writer.Array("snapshot-ids", u.SnapshotIds, (w, id) => w.WriteNumberValue(id))),
            SetLocation u => ("set-location", () => writer.WriteString("location", u.Location)),
            SetProperties u => ("set-properties", () => writer.TextMap("updates", u.Properties)),
            RemoveProperties u => ("remove-properties", () => writer.Array("removals", u.Names, (w, name) => w.WriteStringValue(name))),
            SetStatistics u => ("set-statistics", () =>
            {
                writer.WriteNumber("snapshot-id", u.Statistics.SnapshotId);
                Named("statistics", () => StatisticsJson.Write(writer, u.Statistics));
            }
            ),
            RemoveStatistics u => ("remove-statistics", () => writer.WriteNumber("snapshot-id", u.SnapshotId)),
            SetPartitionStatistics u => ("set-partition-statistics", () => Named("partition-statistics", () => StatisticsJson.Write(writer, u.Statistics))),
            RemovePartitionStatistics u => ("remove-partition-statistics", () => writer.WriteNumber("snapshot-id", u.SnapshotId)),
            AddEncryptionKey u => ("add-encryption-key", () => Named("encryption-key", () => EncryptionKeyJson.Write(writer, u.Key))),
            RemoveEncryptionKey u => ("remove-encryption-key", (Action)(() => writer.WriteString("key-id", u.KeyId))),
            _ => throw IcebergException.Unsupported($"The table update {update.GetType().Name} is not known."),
        };
        writer.WriteString("action", action);
        body();
        writer.WriteEndObject();

        void Named(string name, Action write)
        {
            writer.WritePropertyName(name);
            write();
        }
    }
}
