using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Manifests;

/// <summary>Reads which manifests a snapshot has.</summary>
public static class ManifestListReader
{
    /// <returns>The manifests in file order; those of a v1 snapshot without a manifest list have unknown counts.</returns>
    /// <exception cref="IcebergException">Corrupt: a file is missing or broken; Unsupported: the list is encrypted, or its compression.</exception>
    public static async Task<IReadOnlyList<ManifestFile>> ReadAsync(
        IObjectStore store, Snapshot snapshot, TableMetadata metadata, CancellationToken cancel)
    {
        if (snapshot.KeyId is not null)
        {
            throw IcebergException.Unsupported($"The manifest list {snapshot.ManifestList} of snapshot {snapshot.SnapshotId} is encrypted.");
        }
        if (snapshot.ManifestList is { } location)
        {
            byte[] content = await store.ReadAllAsync(location, cancel).ConfigureAwait(false);
            return FileGuard.Read("Manifest list", location, () => Read(content, snapshot.SnapshotId));
        }
        var manifests = new List<ManifestFile>();
        foreach (string path in snapshot.Manifests) manifests.Add(await EmbeddedAsync(store, path, snapshot, metadata, cancel).ConfigureAwait(false));
        return manifests;
    }

    internal static List<ManifestFile> Read(ReadOnlyMemory<byte> content, long snapshotId)
    {
        AvroFile file = AvroFile.Open(content);
        AvroRecordReader<Builder> reader = AvroRecordReader<Builder>.Compile(file.Schema, Fields);
        var manifests = new List<ManifestFile>();
        while (file.NextBlock(out long count, out ReadOnlySpan<byte> block))
        {
            var decoder = new AvroDecoder(block);
            for (; count > 0; count--)
            {
                var builder = new Builder();
                reader.Read(ref decoder, builder);
                manifests.Add(builder.ToManifest(snapshotId));
            }
        }
        return manifests;
    }

    /// <summary>A manifest of an old v1 snapshot: what a list would tell is in the file's header or unknown.</summary>
    private static async Task<ManifestFile> EmbeddedAsync(
        IObjectStore store, string path, Snapshot snapshot, TableMetadata metadata, CancellationToken cancel)
    {
        byte[] content = await store.ReadAllAsync(path, cancel).ConfigureAwait(false);
        AvroFile file = FileGuard.Read("Manifest", path, () => AvroFile.Open(content));
        int specId = file.Metadata.TryGetValue("partition-spec-id", out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int id) ? id : metadata.DefaultSpecId;
        return new ManifestFile(path, content.Length, specId, ManifestContent.Data, 0, 0, snapshot.SnapshotId, Partitions: []);
    }

    private static readonly IReadOnlyList<AvroBinding<SummaryBuilder>> SummaryFields = [
        AvroBinding<SummaryBuilder>.Boolean(509, "contains_null", (s, v) => s.ContainsNull = v),
        AvroBinding<SummaryBuilder>.Boolean(518, "contains_nan", (s, v) => s.ContainsNan = v),
        AvroBinding<SummaryBuilder>.Bytes(510, "lower_bound", (s, v) => s.LowerBound = v),
        AvroBinding<SummaryBuilder>.Bytes(511, "upper_bound", (s, v) => s.UpperBound = v),
    ];

    private static readonly IReadOnlyList<AvroBinding<Builder>> Fields = [
        AvroBinding<Builder>.Text(500, "manifest_path", (m, v) => m.Path = v),
        AvroBinding<Builder>.Long(501, "manifest_length", (m, v) => m.Length = v),
        AvroBinding<Builder>.Int(502, "partition_spec_id", (m, v) => m.SpecId = v),
        AvroBinding<Builder>.Int(517, "content", (m, v) => m.Content = v),
        AvroBinding<Builder>.Long(515, "sequence_number", (m, v) => m.SequenceNumber = v),
        AvroBinding<Builder>.Long(516, "min_sequence_number", (m, v) => m.MinSequenceNumber = v),
        AvroBinding<Builder>.Long(503, "added_snapshot_id", (m, v) => m.AddedSnapshotId = v),
        AvroBinding<Builder>.Int(504, "added_files_count", (m, v) => m.AddedFiles = v, "added_data_files_count"),
        AvroBinding<Builder>.Int(505, "existing_files_count", (m, v) => m.ExistingFiles = v, "existing_data_files_count"),
        AvroBinding<Builder>.Int(506, "deleted_files_count", (m, v) => m.DeletedFiles = v, "deleted_data_files_count"),
        AvroBinding<Builder>.Long(512, "added_rows_count", (m, v) => m.AddedRows = v),
        AvroBinding<Builder>.Long(513, "existing_rows_count", (m, v) => m.ExistingRows = v),
        AvroBinding<Builder>.Long(514, "deleted_rows_count", (m, v) => m.DeletedRows = v),
        new(507, "partitions", Summaries),
        AvroBinding<Builder>.Bytes(519, "key_metadata", (m, v) => m.KeyMetadata = v),
        AvroBinding<Builder>.Long(520, "first_row_id", (m, v) => m.FirstRowId = v),
    ];

    private static AvroFieldReader<Builder> Summaries(AvroType type)
    {
        AvroOptional item = AvroOptional.Of(type is AvroArray array ? array.Items : throw new InvalidDataException("Field partitions is not an array."));
        AvroRecordReader<SummaryBuilder> reader = AvroRecordReader<SummaryBuilder>.Compile(item.Type, SummaryFields);
        bool empty = ((AvroArray)type).Items.IsEmpty;
        return (ref decoder, manifest) =>
        {
            ImmutableArray<FieldSummary>.Builder summaries = ImmutableArray.CreateBuilder<FieldSummary>();
            for (int count = decoder.ReadItemCount(empty); count != 0; count = decoder.ReadItemCount(empty))
            {
                for (; count > 0; count--)
                {
                    var summary = new SummaryBuilder();
                    if (item.ReadIsPresent(ref decoder)) reader.Read(ref decoder, summary);
                    summaries.Add(new FieldSummary(summary.ContainsNull, summary.ContainsNan, summary.LowerBound, summary.UpperBound));
                }
            }
            manifest.Partitions = summaries.ToImmutable();
        };
    }

    private sealed class SummaryBuilder
    {
        /// <summary>True when the writer says nothing: then there may be nulls.</summary>
        public bool ContainsNull { get; set; } = true;
        public bool? ContainsNan { get; set; }
        public byte[]? LowerBound { get; set; }
        public byte[]? UpperBound { get; set; }
    }

    private sealed class Builder
    {
        public string? Path { get; set; }
        public long? Length { get; set; }
        public int SpecId { get; set; }
        public int Content { get; set; }
        public long SequenceNumber { get; set; }
        public long MinSequenceNumber { get; set; }
        public long? AddedSnapshotId { get; set; }
        public int? AddedFiles { get; set; }
        public int? ExistingFiles { get; set; }
        public int? DeletedFiles { get; set; }
        public long? AddedRows { get; set; }
        public long? ExistingRows { get; set; }
        public long? DeletedRows { get; set; }
        public ImmutableArray<FieldSummary> Partitions { get; set; } = [];
        public byte[]? KeyMetadata { get; set; }
        public long? FirstRowId { get; set; }

        public ManifestFile ToManifest(long snapshotId) => new(
            Path ?? throw new InvalidDataException("A manifest has no manifest_path."),
            Length ?? throw new InvalidDataException($"Manifest {Path} has no manifest_length."),
            SpecId,
            Content is 0 or 1 ? (ManifestContent)Content : throw new InvalidDataException($"Manifest {Path} has content {Content}."),
            SequenceNumber, MinSequenceNumber,
            // Optional in v1.
            AddedSnapshotId ?? snapshotId,
            AddedFiles, ExistingFiles, DeletedFiles, AddedRows, ExistingRows, DeletedRows,
            Partitions, KeyMetadata, FirstRowId);
    }
}
