using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>What becomes of columns of the raw table that the report table lacks, or has in a narrower type.</summary>
/// <remarks>A column that the report table lacked when it was merged last was left out on purpose; one that the raw table got since is a
/// question to the user, which <see cref="SchemaEvolution"/> answers. In a first merge all columns are new.</remarks>
internal static class TargetEvolution
{
    /// <summary>The changes of the report table's columns that the options allow and the raw table asks for.</summary>
    /// <exception cref="IcebergException">SchemaMismatch: the raw table has new columns, and nothing is said about them.</exception>
    public static ImmutableArray<SchemaChange> Changes(IcebergTable source, IcebergTable target, MergeColumns columns, MergeState? state, MergeOptions options)
    {
        if (!options.UpdateColumn.IsEmpty) return [];
        Schema? known = state?.Source == source.Name ? source.Metadata.Schemas.FirstOrDefault(s => s.SchemaId == state.SourceSchemaId) : null;
        if (known is not null && options.SchemaEvolution == SchemaEvolution.None) CheckNoneIsLost(source, target, known, columns, state!);
        NestedField[] fresh = [.. columns.SourceOnly.Where(f => known?.FindField(f.Id) is null)];
        if (options.SchemaEvolution == SchemaEvolution.None)
        {
            if (known is null || fresh.Length == 0) return [];
            throw new IcebergException(IcebergErrorKind.SchemaMismatch,
                $"The raw table {source.Name} has new columns that {target.Name} lacks: {string.Join(", ", fresh.Select(f => $"{f.Name} {f.Type}"))}. "
                + "Add them with -SchemaEvolution AddColumn or Set-IcebergTable -AddColumn, or name the columns to merge with -UpdateColumn.");
        }
        IEnumerable<SchemaChange> changes = fresh.Select(f => new AddColumn(null, f with { Required = false, InitialDefault = null, WriteDefault = null }));
        if (options.SchemaEvolution == SchemaEvolution.Widen)
        {
            changes = changes.Concat(columns.Keys.Concat(columns.Values).Where(p => IsWider(p, target.Metadata.FormatVersion)).Select(p => new WidenColumn(p.Target.Name, p.Source.Type)));
        }
        return [.. changes];
    }

    /// <summary>A column that took part in the last merge, and was renamed in one of the two tables since, must not drop out without a word.</summary>
    private static void CheckNoneIsLost(IcebergTable source, IcebergTable target, Schema known, MergeColumns columns, MergeState state)
    {
        if (target.Metadata.Schemas.FirstOrDefault(s => s.SchemaId == state.TargetSchemaId) is not { } had) return;
        foreach (NestedField field in columns.SourceOnly)
        {
            if (known.FindField(field.Id) is not { } then || had.FindFieldIgnoreCase(then.Name) is not { } partner) continue;
            string now = target.Metadata.CurrentSchema.FindField(partner.Id) is { } left ? $"is '{left.Name}' there" : "is no longer there";
            throw new IcebergException(IcebergErrorKind.SchemaMismatch,
                $"Column '{then.Name}' took part in the last merge and would drop out: it is '{field.Name}' in {source.Name}, and what it was merged to in {target.Name} {now}. "
                + "Give both the same name with Set-IcebergTable -RenameColumn, or name the columns to merge with -UpdateColumn.");
        }
    }

    /// <summary>The table as it would be with the changes.</summary>
    public static IcebergTable Apply(IcebergTable target, ImmutableArray<SchemaChange> changes) => changes.IsEmpty ? target : target.With(
        MetadataUpdates.Apply(target.Metadata, SchemaUpdate.Updates(target.Metadata, changes), TableClock.Now(target.Metadata)));

    /// <summary>A change in words.</summary>
    public static string Describe(SchemaChange change) => change switch
    {
        AddColumn add => $"add column {add.Column.Name} {add.Column.Type}",
        WidenColumn widen => $"widen column {widen.Name} to {widen.Type}",
        _ => change.ToString(),
    };

    /// <summary>Columns that the report table got since its last merge although the raw table had them then: rows merged before lack their values,
    /// so that the whole raw table has to be played.</summary>
    public static bool NeedsHistory(IcebergTable source, IcebergTable target, MergeColumns columns, MergeState state)
    {
        Schema? known = source.Metadata.Schemas.FirstOrDefault(s => s.SchemaId == state.SourceSchemaId);
        Schema? had = target.Metadata.Schemas.FirstOrDefault(s => s.SchemaId == state.TargetSchemaId);
        return known is not null && had is not null
            && columns.Values.Any(p => had.FindField(p.Target.Id) is null && known.FindField(p.Source.Id) is not null);
    }

    private static bool IsWider(ColumnPair pair, int formatVersion) =>
        !pair.Source.Type.Equals(pair.Target.Type) && Promotion.IsAllowed(pair.Target.Type, pair.Source.Type, formatVersion);
}
