using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A metadata table of a table, such as <c>employee$history</c>, with the columns that Athena gives it.</summary>
/// <param name="Columns">Names and types of the engine.</param>
/// <param name="Rows">SQL constants.</param>
internal sealed record MetadataTable(ImmutableArray<(string Name, string Type)> Columns, IReadOnlyList<string[]> Rows)
{
    private static readonly string[] s_kinds = ["history", "snapshots", "files", "partitions", "manifests", "refs", "properties"];

    /// <summary>The table and the kind, when the name is that of a metadata table.</summary>
    public static (string Table, string Kind)? Split(string name)
    {
        int at = name.LastIndexOf('$');
        return at > 0 && s_kinds.Contains(name[(at + 1)..].ToLowerInvariant()) ? (name[..at], name[(at + 1)..].ToLowerInvariant()) : null;
    }

    /// <summary>Whether the kind tells of one snapshot, not of all.</summary>
    public static bool HasVersions(string kind) => kind is "files" or "partitions" or "manifests";

    /// <param name="snapshot">The one that <see cref="HasVersions"/> means.</param>
    public static async Task<MetadataTable> OfAsync(IcebergTable table, Snapshot? snapshot, string kind, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        HashSet<long> ancestors = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId).Select(s => s.SnapshotId)];
        return kind switch
        {
            "history" => new(
                [("made_current_at", "TIMESTAMPTZ"), ("snapshot_id", "BIGINT"), ("parent_id", "BIGINT"), ("is_current_ancestor", "BOOLEAN")],
                [.. metadata.SnapshotLog.Select(e => Row(e.Timestamp, e.SnapshotId, metadata.Snapshot(e.SnapshotId)?.ParentSnapshotId, ancestors.Contains(e.SnapshotId)))]),
            "snapshots" => new(
                [("committed_at", "TIMESTAMPTZ"), ("snapshot_id", "BIGINT"), ("parent_id", "BIGINT"), ("operation", "VARCHAR"), ("manifest_list", "VARCHAR"), ("summary", "MAP(VARCHAR, VARCHAR)")],
                [.. metadata.Snapshots.Select(s => Row(s.Timestamp, s.SnapshotId, s.ParentSnapshotId, s.Operation, s.ManifestList, s.Summary))]),
            "refs" => new(
                [("name", "VARCHAR"), ("type", "VARCHAR"), ("snapshot_id", "BIGINT"), ("max_reference_age_in_ms", "BIGINT"), ("min_snapshots_to_keep", "INTEGER"), ("max_snapshot_age_in_ms", "BIGINT")],
                [.. metadata.Refs.Select(r => Row(
                    r.Key, r.Value.Type.ToString().ToUpperInvariant(), r.Value.SnapshotId, (long?)r.Value.MaxRefAge?.TotalMilliseconds, r.Value.MinSnapshotsToKeep, (long?)r.Value.MaxSnapshotAge?.TotalMilliseconds))]),
            "properties" => new([("key", "VARCHAR"), ("value", "VARCHAR")], [.. metadata.Properties.Select(p => Row(p.Key, p.Value))]),
            "files" => new(
                [("content", "INTEGER"), ("file_path", "VARCHAR"), ("file_format", "VARCHAR"), ("spec_id", "INTEGER"), ("partition", "VARCHAR"), ("record_count", "BIGINT"), ("file_size_in_bytes", "BIGINT"), ("sort_order_id", "INTEGER")],
                snapshot is null ? [] : [.. (await SnapshotFiles.LiveAsync(table.Store, metadata, snapshot, true, cancel).ConfigureAwait(false)).Select(e => e.Entry.DataFile).Select(f => Row(
                    (int)f.Content, f.FilePath, f.Format.ToString().ToUpperInvariant(), f.SpecId, Partition(metadata, f.SpecId, f.Partition), f.RecordCount, f.FileSizeInBytes, f.SortOrderId))]),
            "partitions" => new(
                [("partition", "VARCHAR"), ("spec_id", "INTEGER"), ("record_count", "BIGINT"), ("file_count", "INTEGER"), ("total_size", "BIGINT")],
                snapshot is null ? [] : [.. (await SnapshotFiles.PartitionsAsync(table.Store, metadata, snapshot, cancel).ConfigureAwait(false)).Select(p => Row(
                    Partition(metadata, p.Spec.SpecId, p.Partition), p.Spec.SpecId, p.RecordCount, p.FileCount, p.DataFileSize))]),
            _ => new(
                [("path", "VARCHAR"), ("length", "BIGINT"), ("partition_spec_id", "INTEGER"), ("added_snapshot_id", "BIGINT"), ("added_data_files_count", "INTEGER"), ("added_rows_count", "BIGINT"), ("existing_data_files_count", "INTEGER"), ("existing_rows_count", "BIGINT"), ("deleted_data_files_count", "INTEGER"), ("deleted_rows_count", "BIGINT")],
                snapshot is null ? [] : [.. (await Manifests.ManifestListReader.ReadAsync(table.Store, snapshot, metadata, cancel).ConfigureAwait(false)).Select(m => Row(
                    m.ManifestPath, m.ManifestLength, m.PartitionSpecId, m.AddedSnapshotId, m.AddedFilesCount, m.AddedRowsCount, m.ExistingFilesCount, m.ExistingRowsCount, m.DeletedFilesCount, m.DeletedRowsCount))]),
        };
    }

    /// <summary>Makes it a table of the engine.</summary>
    public async Task CreateAsync(DuckSession session, string name, CancellationToken cancel)
    {
        const int Chunk = 500;
        await session.ExecuteAsync($"CREATE TABLE {name} ({string.Join(", ", Columns.Select(c => $"{Sql.Name(c.Name)} {c.Type}"))})", cancel).ConfigureAwait(false);
        foreach (string[][] rows in Rows.Chunk(Chunk))
            await session.ExecuteAsync($"INSERT INTO {name} VALUES {string.Join(", ", rows.Select(r => $"({string.Join(", ", r)})"))}", cancel).ConfigureAwait(false);
    }

    /// <summary>The values as people read them, <c>ts_day=2021-01-01/region=EU</c>; null when unpartitioned.</summary>
    private static string? Partition(TableMetadata metadata, int specId, PartitionTuple tuple)
    {
        PartitionSpec spec = metadata.Spec(specId);
        return spec.Fields.IsEmpty || tuple.Values.Length < spec.Fields.Length ? null : PartitionPath.Display(spec, metadata.PartitionType(spec), tuple);
    }

    private static string[] Row(params object?[] values) => Array.ConvertAll(values, v => v switch
    {
        null => "NULL",
        bool flag => flag ? "true" : "false",
        string text => Sql.Text(text),
        DateTimeOffset time => Sql.Literal(time.ToUnixTimeMilliseconds() * 1000, IcebergType.TimestampTz),
        IReadOnlyDictionary<string, string> map =>
            $"MAP([{string.Join(", ", map.Keys.Select(Sql.Text))}]::VARCHAR[], [{string.Join(", ", map.Values.Select(Sql.Text))}]::VARCHAR[])",
        _ => Convert.ToString(v, System.Globalization.CultureInfo.InvariantCulture)!,
    });
}
