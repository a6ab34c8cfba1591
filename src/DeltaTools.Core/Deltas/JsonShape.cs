using System.Text.Json;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>The shape of a nested type as DuckDB's <c>from_json_strict</c> wants it: <c>{"a":"BIGINT","b":["VARCHAR"]}</c>.</summary>
internal static class JsonShape
{
    public static string Of(IcebergType type) => type switch
    {
        StructType s => $"{{{string.Join(",", s.Fields.Select(f => $"{JsonSerializer.Serialize(Sql.FieldName(s, f))}:{Of(f.Type)}"))}}}",
        ListType l => $"[{Of(l.Element.Type)}]",
        _ => JsonSerializer.Serialize(DuckTypes.Of(type)),
    };
}
