using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>Metadata in the making: the state between the updates of one commit.</summary>
internal sealed class MetadataBuilder
{
    private readonly TableMetadata? _base;
    private readonly DateTimeOffset _now;
    private readonly SnapshotBuilder _snapshots;
    private TableMetadata _metadata;
    private int? _lastAddedSchema;
    private int? _lastAddedSpec;
    private int? _lastAddedOrder;

    public MetadataBuilder(TableMetadata? current, int newFormatVersion, DateTimeOffset now)
    {
        _base = current;
        _now = Timestamps.CutToMillis(now);
        _snapshots = new SnapshotBuilder(_now);
        _metadata = current ?? new TableMetadata
        {
            FormatVersion = CheckVersion(newFormatVersion),
            TableUuid = Guid.NewGuid(),
            Location = "",
            LastUpdated = _now,
            LastColumnId = 0,
            Schemas = [],
            CurrentSchemaId = 0,
            PartitionSpecs = [],
            DefaultSpecId = 0,
            LastPartitionId = PartitionSpec.FirstFieldId - 1,
            SortOrders = [],
        };
    }

    public void Apply(TableUpdate update) => _metadata = update switch
    {
        AssignUuid u => u.Uuid == _metadata.TableUuid ? _metadata : _metadata with { TableUuid = u.Uuid },
        UpgradeFormatVersion u => Upgrade(u.FormatVersion),
        AddSchema u => Add(u.Schema),
        SetCurrentSchema u => SetSchema(u.SchemaId),
        RemoveSchemas u => Remove(u),
        AddPartitionSpec u => Add(u.Spec),
        SetDefaultSpec u => SetSpec(u.SpecId),
        RemovePartitionSpecs u => Remove(u),
        AddSortOrder u => Add(u.SortOrder),
        SetDefaultSortOrder u => SetOrder(u.SortOrderId),
        AddSnapshot u => _snapshots.Add(_metadata, u.Snapshot),
        SetSnapshotRef u => _snapshots.SetRef(_metadata, u.RefName, u.Ref),
        RemoveSnapshotRef u => SnapshotBuilder.RemoveRef(_metadata, u.RefName),
        RemoveSnapshots u => _snapshots.Remove(_metadata, u.SnapshotIds),
        SetLocation u => Move(TableMetadataRules.StripTrailingSlashes(u.Location)),
        SetProperties u => u.Properties.IsEmpty ? _metadata : _metadata with { Properties = _metadata.Properties.SetItems(u.Properties) },
        RemoveProperties u => u.Names.IsEmpty ? _metadata : _metadata with { Properties = _metadata.Properties.RemoveRange(u.Names) },
        SetStatistics u => _metadata with { Statistics = Put(_metadata.Statistics, u.Statistics, s => s.SnapshotId) },
        RemoveStatistics u => SnapshotBuilder.RemoveStatistics(_metadata, u.SnapshotId),
        SetPartitionStatistics u => _metadata with { PartitionStatistics = Put(_metadata.PartitionStatistics, u.Statistics, s => s.SnapshotId) },
        RemovePartitionStatistics u => SnapshotBuilder.RemovePartitionStatistics(_metadata, u.SnapshotId),
        AddEncryptionKey u => _metadata.EncryptionKeys.Any(k => k.KeyId == u.Key.KeyId)
            ? _metadata : _metadata with { EncryptionKeys = _metadata.EncryptionKeys.Add(u.Key) },
        RemoveEncryptionKey u => _metadata.EncryptionKeys.Any(k => k.KeyId == u.KeyId)
            ? _metadata with { EncryptionKeys = _metadata.EncryptionKeys.RemoveAll(k => k.KeyId == u.KeyId) } : _metadata,
        _ => throw IcebergException.Unsupported($"The table update {update.GetType().Name} is not known."),
    };

    public TableMetadata Build()
    {
        if (ReferenceEquals(_metadata, _base)) return _base;
        TableMetadata built = _snapshots.WithLog(_metadata) with { LastUpdated = _now };
        string? problem = built.Location.Length == 0 ? "has no location." : built.Schemas.IsEmpty ? "has no schema." : TableMetadataRules.Problem(built);
        return problem is null ? built : throw IcebergException.Invalid($"The commit to table {built.Location} was refused: the result {problem}");
    }

    private TableMetadata Upgrade(int version)
    {
        if (CheckVersion(version) < _metadata.FormatVersion)
        {
            throw IcebergException.Invalid($"The table has format version {_metadata.FormatVersion}; it cannot go back to {version}.");
        }
        return version == _metadata.FormatVersion ? _metadata : _metadata with
        {
            FormatVersion = version,
            // Optional in v1, required from v2 on.
            TableUuid = _metadata.TableUuid ?? Guid.NewGuid(),
        };
    }

    private TableMetadata Move(string location) => location == _metadata.Location ? _metadata : _metadata with { Location = location };

    private TableMetadata Add(Schema schema)
    {
        if (SchemaRules.Problem(schema) is { } problem) throw IcebergException.Invalid($"The new schema {problem}");
        if (SchemaRules.VersionProblem(schema, _metadata.FormatVersion) is { } wrong) throw IcebergException.Invalid($"The new schema {wrong}");
        int lastColumnId = Math.Max(_metadata.LastColumnId, schema.HighestFieldId);
        TableMetadata next = lastColumnId == _metadata.LastColumnId ? _metadata : _metadata with { LastColumnId = lastColumnId };
        if (_metadata.Schemas.FirstOrDefault(s => s.SameAs(schema)) is { } same)
        {
            _lastAddedSchema = same.SchemaId;
            return next;
        }
        int id = _metadata.Schemas.Select(s => s.SchemaId).DefaultIfEmpty(-1).Max() + 1;
        _lastAddedSchema = id;
        return next with { Schemas = _metadata.Schemas.Add(schema with { SchemaId = id }) };
    }

    private TableMetadata SetSchema(int schemaId)
    {
        int id = Resolve(schemaId, _lastAddedSchema, "schema");
        if (_metadata.Schemas.All(s => s.SchemaId != id)) throw Unknown("schema", id);
        return id == _metadata.CurrentSchemaId ? _metadata : _metadata with { CurrentSchemaId = id };
    }

    private TableMetadata Remove(RemoveSchemas update)
    {
        if (update.SchemaIds.Contains(_metadata.CurrentSchemaId)) throw IcebergException.Invalid("The current schema cannot be removed.");
        ImmutableArray<Schema> rest = _metadata.Schemas.RemoveAll(s => update.SchemaIds.Contains(s.SchemaId));
        return rest.Length == _metadata.Schemas.Length ? _metadata : _metadata with { Schemas = rest };
    }

    private TableMetadata Add(PartitionSpec spec)
    {
        if (_metadata.PartitionSpecs.FirstOrDefault(s => s.SameAs(spec)) is { } same)
        {
            _lastAddedSpec = same.SpecId;
            return _metadata;
        }
        Schema schema = _metadata.CurrentSchema;
        PartitionSpec numbered = PartitionFieldIds.Assign(spec, _metadata);
        if ((PartitionRules.NameProblem(numbered, schema) ?? PartitionRules.SourceProblem(numbered, schema)) is { } problem)
        {
            throw IcebergException.Invalid($"The new partition spec {problem}");
        }
        if (_metadata.FormatVersion == 1 && numbered.Fields.Where((f, i) => f.FieldId != PartitionSpec.FirstFieldId + i).Any())
        {
            throw IcebergException.Invalid("The new partition spec does not number its fields 1000, 1001, ..., as format version 1 requires.");
        }
        int id = _metadata.PartitionSpecs.Select(s => s.SpecId).DefaultIfEmpty(-1).Max() + 1;
        _lastAddedSpec = id;
        return _metadata with
        {
            PartitionSpecs = _metadata.PartitionSpecs.Add(numbered with { SpecId = id }),
            LastPartitionId = Math.Max(_metadata.LastPartitionId, numbered.HighestFieldId),
        };
    }

    private TableMetadata SetSpec(int specId)
    {
        int id = Resolve(specId, _lastAddedSpec, "partition spec");
        if (_metadata.PartitionSpecs.All(s => s.SpecId != id)) throw Unknown("partition spec", id);
        return id == _metadata.DefaultSpecId ? _metadata : _metadata with { DefaultSpecId = id };
    }

    private TableMetadata Remove(RemovePartitionSpecs update)
    {
        if (update.SpecIds.Contains(_metadata.DefaultSpecId)) throw IcebergException.Invalid("The default partition spec cannot be removed.");
        ImmutableArray<PartitionSpec> rest = _metadata.PartitionSpecs.RemoveAll(s => update.SpecIds.Contains(s.SpecId));
        return rest.Length == _metadata.PartitionSpecs.Length ? _metadata : _metadata with { PartitionSpecs = rest };
    }

    private TableMetadata Add(SortOrder order)
    {
        if (_metadata.SortOrders.FirstOrDefault(o => o.SameAs(order)) is { } same)
        {
            _lastAddedOrder = same.OrderId;
            return _metadata;
        }
        if (PartitionRules.SourceProblem(order, _metadata.CurrentSchema) is { } problem) throw IcebergException.Invalid($"The new sort order {problem}");
        int id = order.IsUnsorted ? 0 : _metadata.SortOrders.Select(o => o.OrderId).DefaultIfEmpty(0).Max() + 1;
        _lastAddedOrder = id;
        return _metadata with { SortOrders = _metadata.SortOrders.Add(order with { OrderId = id }) };
    }

    private TableMetadata SetOrder(int orderId)
    {
        int id = Resolve(orderId, _lastAddedOrder, "sort order");
        if (_metadata.SortOrders.All(o => o.OrderId != id)) throw Unknown("sort order", id);
        return id == _metadata.DefaultSortOrderId ? _metadata : _metadata with { DefaultSortOrderId = id };
    }

    private static int CheckVersion(int version) => version is >= 1 and <= TableMetadataRules.MaxFormatVersion
        ? version
        : throw IcebergException.Unsupported($"Format version {version} cannot be written; 1 to {TableMetadataRules.MaxFormatVersion} can.");

    private static int Resolve(int id, int? lastAdded, string what) => id != TableUpdate.LastAdded ? id
        : lastAdded ?? throw IcebergException.Invalid($"The commit sets the {what} added last, but adds none.");

    private static IcebergException Unknown(string what, int id) => IcebergException.Invalid($"The table has no {what} with id {id}.");

    /// <summary>Each snapshot has one file of each kind: a new one takes the place of the old.</summary>
    private static ImmutableArray<T> Put<T>(ImmutableArray<T> files, T file, Func<T, long> snapshotId)
    {
        int index = files.Select(snapshotId).ToList().IndexOf(snapshotId(file));
        return index < 0 ? files.Add(file) : files.SetItem(index, file);
    }
}
