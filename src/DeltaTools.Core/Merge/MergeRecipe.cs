using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeltaTools.Core.Merge;

/// <summary>The options of a merge that decide what the rows become, as text that is kept with the merge: by it the merge can be replayed.</summary>
internal static class MergeRecipe
{
    private static readonly JsonSerializerOptions Form = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <returns>Null when all options are the default ones.</returns>
    public static string? Write(MergeOptions options)
    {
        string text = JsonSerializer.Serialize(
            new Recipe(
                List(options.OrderBy), List(options.UpdateColumn), options.DeletedColumn, List(options.DeletedValue),
                options.DateColumn == Deltas.RawColumns.Date ? null : options.DateColumn, options.CreatedColumn, options.UpdatedColumn,
                options.AuditDate == AuditDate.ReportDate ? null : options.AuditDate, options.NullKey == NullKeyRule.Error ? null : options.NullKey,
                options.DeletedAtColumn, options.ValidFromColumn, options.ValidToColumn, options.IsCurrentColumn), Form);
        return text == "{}" ? null : text;
    }

    /// <summary>The options with what the text says.</summary>
    /// <exception cref="IcebergException">Corrupt: it is no such text.</exception>
    public static MergeOptions Apply(MergeOptions options, string? text)
    {
        if (text is null) return options;
        try
        {
            Recipe recipe = JsonSerializer.Deserialize<Recipe>(text, Form) ?? throw new JsonException("it is null");
            return options with
            {
                OrderBy = [.. recipe.OrderBy ?? []],
                UpdateColumn = [.. recipe.UpdateColumn ?? []],
                DeletedColumn = recipe.DeletedColumn,
                DeletedValue = [.. recipe.DeletedValue ?? []],
                DateColumn = recipe.DateColumn ?? Deltas.RawColumns.Date,
                CreatedColumn = recipe.CreatedColumn,
                UpdatedColumn = recipe.UpdatedColumn,
                AuditDate = recipe.AuditDate ?? AuditDate.ReportDate,
                NullKey = recipe.NullKey ?? NullKeyRule.Error,
                DeletedAtColumn = recipe.DeletedAtColumn,
                ValidFromColumn = recipe.ValidFromColumn,
                ValidToColumn = recipe.ValidToColumn,
                IsCurrentColumn = recipe.IsCurrentColumn,
            };
        }
        catch (JsonException e)
        {
            throw IcebergException.Corrupt($"The options of the last merge, {MergeSummaryKeys.Options}, cannot be read: {e.Message}", e);
        }
    }

    private static string[]? List(ImmutableArray<string> names) => names.IsEmpty ? null : [.. names];

    private sealed record Recipe(
        string[]? OrderBy, string[]? UpdateColumn, string? DeletedColumn, string[]? DeletedValue, string? DateColumn, string? CreatedColumn, string? UpdatedColumn,
        AuditDate? AuditDate, NullKeyRule? NullKey, string? DeletedAtColumn, string? ValidFromColumn, string? ValidToColumn, string? IsCurrentColumn);
}
