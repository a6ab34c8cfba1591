using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Notices columns that the raw table got since the last merge and the report table lacks.</summary>
internal static class SourceDrift
{
    /// <summary>Columns that the report table never had are left out on purpose; a new one is a question to the user.</summary>
    /// <exception cref="IcebergException">SchemaMismatch.</exception>
    public static void Check(IcebergTable source, string target, MergeColumns columns, MergeState? state, MergeOptions options)
    {
        if (options.SchemaEvolution != SchemaEvolution.None || state is null || state.Source != source.Name || !options.UpdateColumn.IsEmpty) return;
        Schema? known = source.Metadata.Schemas.FirstOrDefault(s => s.SchemaId == state.SourceSchemaId);
        NestedField[] fresh = [.. columns.SourceOnly.Where(f => known?.FindField(f.Id) is null)];
        if (known is null || fresh.Length == 0) return;
        throw new IcebergException(IcebergErrorKind.SchemaMismatch,
            $"The raw table {source.Name} has new columns that {target} lacks: {string.Join(", ", fresh.Select(f => $"{f.Name} {f.Type}"))}. "
            + "Add them with -SchemaEvolution AddColumn or Set-IcebergTable -AddColumn, or name the columns to merge with -UpdateColumn.");
    }
}
