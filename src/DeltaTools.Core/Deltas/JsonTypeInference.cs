using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Types of JSON columns: objects and arrays by their structure, scalars by their JSON type, strings by what they hold.</summary>
internal static class JsonTypeInference
{
    public static async Task<ImmutableArray<IcebergType>> InferAsync(
        DuckSession session, string rows, string lines, ImmutableArray<DeltaColumn> columns, TextCulture culture, CancellationToken cancel)
    {
        List<object?[]> answer = await RowReader.ReadAllAsync(
            session, $"SELECT json_group_structure(j) FROM ({lines})", [], ValueForm.Physical, cancel).ConfigureAwait(false);
        using JsonDocument structure = JsonDocument.Parse((string)answer[0][0]!);
        ImmutableArray<DeltaColumn> known =
        [
            .. columns.Select(c => c.Type is not null ? c
                : structure.RootElement.TryGetProperty(c.Name, out JsonElement shape) && TypeOf(shape, out bool settled) is { } type && settled ? c with { Type = type } : c),
        ];
        return await TypeInference.InferAsync(session, rows, known, culture, cancel).ConfigureAwait(false);
    }

    /// <param name="settled">False for strings, NULLs and numbers beyond long, whose values have the last word.</param>
    private static IcebergType TypeOf(JsonElement shape, out bool settled)
    {
        settled = true;
        switch (shape.ValueKind)
        {
            case JsonValueKind.Object:
                return new StructType([.. shape.EnumerateObject().Select(p => new NestedField(0, p.Name, TypeOf(p.Value, out _)))]);
            case JsonValueKind.Array:
                return ListType.Of(0, shape.GetArrayLength() == 0 ? IcebergType.String : TypeOf(shape[0], out _));
            default:
                string name = shape.GetString()!;
                settled = name is "BOOLEAN" or "BIGINT" or "DOUBLE";
                return name switch
                {
                    "BOOLEAN" => IcebergType.Boolean,
                    "BIGINT" or "UBIGINT" => IcebergType.Long,
                    "DOUBLE" or "HUGEINT" or "UHUGEINT" => IcebergType.Double,
                    _ => IcebergType.String,
                };
        }
    }
}
