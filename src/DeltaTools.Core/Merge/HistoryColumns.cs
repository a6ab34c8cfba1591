using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>The report table's columns that a mode keeps history in; null where the mode has none.</summary>
/// <param name="DeletedAt">SoftDelete: the date a row was deleted; NULL while it is there.</param>
/// <param name="ValidFrom">Scd2: the first day of a version.</param>
/// <param name="ValidTo">Scd2: the day on which it was no longer so; NULL for the current version.</param>
/// <param name="IsCurrent">Scd2: whether it is the current version.</param>
public sealed record HistoryColumns(NestedField? DeletedAt, NestedField? ValidFrom, NestedField? ValidTo, NestedField? IsCurrent)
{
    public const string DefaultDeletedAt = "deleted_at";
    public const string DefaultValidFrom = "valid_from";
    public const string DefaultValidTo = "valid_to";
    public const string DefaultIsCurrent = "is_current";

    public static HistoryColumns None { get; } = new(null, null, null, null);

    /// <exception cref="IcebergException">SchemaMismatch: the report table lacks a column that the mode needs, or its type cannot hold it.</exception>
    public static HistoryColumns Match(Schema target, MergeOptions options) => options.Mode switch
    {
        MergeMode.SoftDelete => None with { DeletedAt = DateColumn(target, options, options.DeletedAtColumn, DefaultDeletedAt, "-DeletedAtColumn", optional: true) },
        MergeMode.Scd2 => new(
            null,
            DateColumn(target, options, options.ValidFromColumn, DefaultValidFrom, "-ValidFromColumn", optional: false),
            DateColumn(target, options, options.ValidToColumn, DefaultValidTo, "-ValidToColumn", optional: true),
            Flag(target, options)),
        _ => None,
    };

    /// <summary>Whether the mode fills the column, so that no source column does.</summary>
    public bool Has(NestedField field) => field == DeletedAt || field == ValidFrom || field == ValidTo || field == IsCurrent;

    private static NestedField DateColumn(Schema target, MergeOptions options, string? name, string fallback, string parameter, bool optional)
    {
        NestedField field = Find(target, options, name ?? fallback, parameter, "date");
        if (field.Type.Id is not (TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs))
        {
            throw Mismatch($"Column '{field.Name}' of the report table ({parameter}) must be a date or a timestamp, but is {field.Type}.");
        }
        if (optional && field.Required)
        {
            throw Mismatch($"Column '{field.Name}' of the report table ({parameter}) must be optional: it is NULL in rows that are there now.");
        }
        return field;
    }

    private static NestedField Flag(Schema target, MergeOptions options)
    {
        NestedField field = Find(target, options, options.IsCurrentColumn ?? DefaultIsCurrent, "-IsCurrentColumn", "boolean");
        return field.Type.Id == TypeId.Boolean ? field : throw Mismatch($"Column '{field.Name}' of the report table (-IsCurrentColumn) must be boolean, but is {field.Type}.");
    }

    private static NestedField Find(Schema target, MergeOptions options, string name, string parameter, string type) =>
        target.FindFieldIgnoreCase(name) is { } field && target.Fields.Contains(field) ? field : throw Mismatch(
            $"-Mode {options.Mode} needs column '{name}' in the report table, which has {string.Join(", ", target.Fields.Select(f => f.Name))}. "
            + $"Add it with Set-IcebergTable -AddColumn '{name} {type}', or name another with {parameter}.");

    private static IcebergException Mismatch(string message) => new(IcebergErrorKind.SchemaMismatch, message);
}
