using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Tells tables of deltas from others.</summary>
/// <remarks>
/// In a table of deltas the rows arrived in the order of data sequence number, file location and position in the file; merges go by it when
/// nothing else says which of two rows is newer. Whoever rewrites its files must keep that order.
/// </remarks>
public static class RawTables
{
    /// <summary>Made by an import, or imported into: then it has a ledger.</summary>
    public static bool IsRaw(TableMetadata metadata) =>
        metadata.Properties.GetValueOrDefault(DeltaImporter.TableKind) == DeltaImporter.RawKind
        || metadata.Properties.Keys.Any(k => k.StartsWith(Ledger.PropertyPrefix, StringComparison.Ordinal));
}
