using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Which source column feeds which target column, and the roles of the rest.</summary>
/// <param name="Keys">Key columns.</param>
/// <param name="Values">Other columns that both tables have.</param>
/// <param name="TargetOnly">Target columns that no source column feeds; updates keep them, inserts set NULL.</param>
/// <param name="Created">Takes the date of insertion; null when the target has none.</param>
/// <param name="Updated">Takes the date of the last change; null when the target has none.</param>
/// <param name="Deleted">Flag of tombstones; null when the source has none.</param>
/// <param name="Date">Date a row was received.</param>
/// <param name="OrderBy">Decide between rows of one key and date.</param>
/// <param name="Absent">Names of the columns a row's delta did not carry; null when the source has no such column.</param>
/// <param name="SourceOnly">Source columns without role that the target lacks.</param>
public sealed record MergeColumns(
    ImmutableArray<ColumnPair> Keys,
    ImmutableArray<ColumnPair> Values,
    ImmutableArray<NestedField> TargetOnly,
    NestedField? Created,
    NestedField? Updated,
    NestedField? Deleted,
    NestedField Date,
    ImmutableArray<NestedField> OrderBy,
    NestedField? Absent,
    ImmutableArray<NestedField> SourceOnly)
{
    /// <summary>Target columns that the mode fills.</summary>
    public HistoryColumns History { get; init; } = HistoryColumns.None;

    public const string DefaultCreated = "record_created";
    public const string DefaultUpdated = "record_last_updated";

    /// <exception cref="IcebergException">SchemaMismatch: a column is missing or its types do not fit; InvalidArgument: no key, or values of a flag that is not there.</exception>
    public static MergeColumns Match(Schema source, Schema target, MergeOptions options, ImmutableArray<string> lastKey)
    {
        NestedField? created = Role(target, options.CreatedColumn, DefaultCreated, "The report table", "-CreatedColumn");
        NestedField? updated = Role(target, options.UpdatedColumn, DefaultUpdated, "The report table", "-UpdatedColumn");
        NestedField? deleted = Role(source, options.DeletedColumn, RawColumns.Deleted, "The raw table", "-DeletedColumn");
        if (deleted is null && options.DeletedValue.Length > 0)
        {
            throw IcebergException.Invalid(
                $"-DeletedValue needs a column with the flag: the raw table has no column {RawColumns.Deleted}; name it with -DeletedColumn.");
        }
        HistoryColumns history = HistoryColumns.Match(target, options);
        NestedField date = Role(source, options.DateColumn, null, "The raw table", "the date a row was received")!;
        if (date.Type.Id is not (TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz))
        {
            throw Mismatch($"Column '{date.Name}' of the raw table must be a date, but is {date.Type}.");
        }
        NestedField? absent = source.FindField(RawColumns.Absent);
        ImmutableArray<NestedField> order = [.. options.OrderBy.Select(c => Role(source, c, null, "The raw table", "-OrderBy")!)];

        ImmutableArray<NestedField> keys = [.. KeyNames(target, options, lastKey).Select(k => Role(target, k, null, "The report table", "-Key")!)];
        ImmutableArray<ColumnPair> keyPairs = [.. keys.Select(k => Pair(source, k) ?? throw Mismatch(
            $"The raw table has no column '{k.Name}', which is a key of the report table. Its columns are {Names(source)}."))];
        if (keyPairs.FirstOrDefault(p => !p.Target.Type.IsPrimitive) is { } nested)
        {
            throw Mismatch($"Key column '{nested.Target.Name}' is a {nested.Target.Type}; keys must be of primitive types.");
        }

        NestedField[] rest = [.. target.Fields.Where(f => f != created && f != updated && !history.Has(f) && !keys.Contains(f))];
        ImmutableArray<ColumnPair> values = [.. rest.Select(f => Pair(source, f)).OfType<ColumnPair>()];
        values = Narrow(values, options.UpdateColumn, target);
        ImmutableArray<NestedField> targetOnly = [.. rest.Where(f => values.All(v => v.Target != f))];
        if (targetOnly.FirstOrDefault(f => f.Required && f.WriteDefault is null) is { } impossible)
        {
            throw Mismatch($"Column '{impossible.Name}' of the report table is required, but the raw table has no such column to fill it from.");
        }
        NestedField?[] roles = [deleted, date, absent, .. order];
        ImmutableArray<NestedField> sourceOnly = [.. source.Fields.Where(f =>
            !roles.Contains(f) && !RowNumbers.Is(f) && keyPairs.All(p => p.Source != f) && values.All(p => p.Source != f)
            && !Same(f, created) && !Same(f, updated) && !target.Fields.Any(t => history.Has(t) && Same(f, t)))];
        if (keys.FirstOrDefault(k => history.Has(k) || k == created || k == updated) is { } both)
        {
            throw Mismatch($"Column '{both.Name}' of the report table cannot be a key: merges write dates into it.");
        }
        return new(keyPairs, values, targetOnly, created, updated, deleted, date, order, absent, sourceOnly) { History = history };
    }

    /// <summary>The columns with <see cref="Absent"/> also where the raw table has no such column, when it may be needed: files from before a column was
    /// added to the table do not hold it, and their rows did not carry it.</summary>
    public MergeColumns WithAbsent(TableMetadata source) => Absent is not null || source.Schemas.Length == 1
        ? this : this with { Absent = new NestedField(0, RawColumns.Absent, ListType.Of(0, IcebergType.String)) };

    private static IEnumerable<string> KeyNames(Schema target, MergeOptions options, ImmutableArray<string> lastKey)
    {
        if (options.Key.Length > 0) return options.Key;
        if (target.IdentifierFieldIds.Length > 0) return target.IdentifierFieldIds.Select(id => target.NameOf(id)!);
        return lastKey.Length > 0 ? lastKey : throw IcebergException.Invalid(
            "The report table has no identifier fields and was not merged before. Name its key columns with -Key.");
    }

    private static ImmutableArray<ColumnPair> Narrow(ImmutableArray<ColumnPair> values, ImmutableArray<string> update, Schema target)
    {
        if (update.Length == 0) return values;
        NestedField[] wanted = [.. update.Select(c => Role(target, c, null, "The report table", "-UpdateColumn")!)];
        if (wanted.FirstOrDefault(w => values.All(v => v.Target != w)) is { } stray)
        {
            throw Mismatch($"Column '{stray.Name}' of -UpdateColumn is a key or audit column, or the raw table does not have it.");
        }
        return [.. values.Select(v => v with { Updates = wanted.Contains(v.Target) })];
    }

    /// <summary>The pair of a target column with the source column of its name, or null when there is none.</summary>
    private static ColumnPair? Pair(Schema source, NestedField target)
    {
        if (Top(source, target.Name) is not { } from || RowNumbers.Is(from)) return null;
        return ExactCast.CanFeed(from.Type, target.Type) ? new ColumnPair(from, target) : throw Mismatch(
            $"Column '{target.Name}' is {from.Type} in the raw table and {target.Type} in the report table, and the one cannot become the other.");
    }

    private static NestedField? Role(Schema schema, string? name, string? fallback, string owner, string what)
    {
        if (name is null) return fallback is null ? null : Top(schema, fallback);
        return Top(schema, name) ?? throw Mismatch($"{owner} has no column '{name}' ({what}). Its columns are {Names(schema)}.");
    }

    private static NestedField? Top(Schema schema, string name) =>
        schema.FindFieldIgnoreCase(name) is { } field && schema.Fields.Contains(field) ? field : null;

    private static bool Same(NestedField field, NestedField? other) => other is not null && field.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    private static string Names(Schema schema) => string.Join(", ", schema.Fields.Select(f => f.Name));

    private static IcebergException Mismatch(string message) => new(IcebergErrorKind.SchemaMismatch, message);
}
