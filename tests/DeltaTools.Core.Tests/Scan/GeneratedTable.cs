using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Scan;

/// <summary>Table metadata with one snapshot whose manifests were written to a temporary folder; its data files do not exist.</summary>
internal sealed class GeneratedTable : IDisposable
{
    private const long SnapshotId = 7;

    private readonly TemporaryFolder _folder = new();
    private readonly List<ManifestFile> _manifests = [];

    public GeneratedTable(Schema schema, params PartitionSpec[] specs) => Metadata = new TableMetadata
    {
        FormatVersion = 2,
        TableUuid = Guid.NewGuid(),
        Location = "file://" + _folder.Path,
        LastSequenceNumber = 9,
        LastUpdated = DateTimeOffset.UnixEpoch,
        LastColumnId = schema.HighestFieldId,
        Schemas = [schema],
        CurrentSchemaId = schema.SchemaId,
        PartitionSpecs = [.. specs],
        DefaultSpecId = specs[0].SpecId,
        LastPartitionId = 1000 + specs.Length,
    };

    public TableMetadata Metadata { get; private set; }

    public Snapshot Snapshot => Metadata.CurrentSnapshot!;

    public IObjectStore Store { get; } = LocalObjectStore.Instance;

    public void Dispose() => _folder.Dispose();

    /// <summary>Adds a manifest of live files, each with its data sequence number.</summary>
    public ManifestFile Add(int specId, ManifestContent content, IEnumerable<(DataFile File, long Sequence)> files)
    {
        IEnumerable<ManifestEntry> entries = files.Select(f => new ManifestEntry(ManifestEntryStatus.Existing, 1, f.Sequence, f.Sequence, f.File));
        (byte[] bytes, ManifestFile manifest) = ManifestWriter.Write(Metadata, Metadata.Spec(specId), content, SnapshotId, entries);
        manifest = manifest with { ManifestPath = $"{Metadata.Location}/m{_manifests.Count}.avro", SequenceNumber = 9 };
        File.WriteAllBytes(Path.Combine(_folder.Path, $"m{_manifests.Count}.avro"), bytes);
        _manifests.Add(manifest);
        return manifest;
    }

    /// <summary>Writes the manifest list; nothing can be added after.</summary>
    public GeneratedTable Commit()
    {
        var snapshot = new Snapshot(SnapshotId, null, 9, DateTimeOffset.UnixEpoch, $"{Metadata.Location}/list.avro", [], ImmutableSortedDictionary<string, string>.Empty);
        File.WriteAllBytes(Path.Combine(_folder.Path, "list.avro"), ManifestListWriter.Write(2, snapshot, _manifests).Content);
        Metadata = Metadata with { Snapshots = [snapshot], CurrentSnapshotId = SnapshotId };
        return this;
    }
}
