using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets;

/// <summary>Which engine works for a cmdlet, and Athena's progress.</summary>
internal static class AthenaWork
{
    /// <summary>Why Athena cannot work on a table; null when it can.</summary>
    public static string? Obstacle(CoreTable table) => table switch
    {
        { Catalog: not GlueCatalog } => "the table is not in a Glue catalog",
        { Metadata.FormatVersion: > GlueCatalog.AthenaFormatVersion } => "Athena works with format version 2 only",
        _ => null,
    };

    /// <summary>Bytes of a table's files, by its summary.</summary>
    public static long SizeOf(TableMetadata metadata, Snapshot? snapshot) =>
        snapshot is null ? 0 : TableProperties.Long(snapshot.Summary, SnapshotSummary.TotalFilesSize, 0);

    /// <summary>Chooses, and says what was chosen and why.</summary>
    public static bool IsAthena(QueryEngine asked, string? obstacle, long bytes, IcebergCatalog? connection, Action<string> log)
    {
        EngineChoice choice = EngineChoice.Of(asked, obstacle, bytes, connection?.AthenaThreshold ?? EngineChoice.DefaultThreshold);
        log($"Engine: {choice.Engine} ({choice.Reason}).");
        return choice.Engine == QueryEngine.Athena;
    }

    /// <summary>A query's state in a progress bar.</summary>
    public static Action<AthenaProgress> Reporter(ProgressMeter progress) => p =>
        progress.Report($"{p.State}, {ViewFormat.Bytes(p.BytesScanned)} scanned, {p.Elapsed.TotalSeconds:0} s (query {p.QueryId})");
}
