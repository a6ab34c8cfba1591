using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DeltaTools.TestServers.Rest;

/// <summary>Checks requests and answers against the schemas of the official OpenAPI document.</summary>
internal static class OpenApi
{
    private static readonly JsonObject s_schemas = Load();

    /// <returns>What is wrong, with its place; empty when all is right.</returns>
    public static List<string> Problems(string schema, JsonNode? value)
    {
        List<string> problems = [];
        Check(s_schemas[schema]!.AsObject(), value, schema, problems, dispatch: true);
        return problems;
    }

    private static JsonObject Load()
    {
        using Stream stream = typeof(OpenApi).Assembly.GetManifestResourceStream("rest-catalog.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <param name="dispatch">Whether a discriminator chooses the schema; within <c>allOf</c> it was chosen already.</param>
    private static void Check(JsonObject schema, JsonNode? value, string place, List<string> problems, bool dispatch)
    {
        if (schema["$ref"] is { } reference)
        {
            Check(s_schemas[Name(reference)]!.AsObject(), value, place, problems, dispatch);
            return;
        }
        if (value is null)
        {
            if (schema["nullable"]?.GetValue<bool>() != true) problems.Add($"{place} is null");
            return;
        }
        foreach (JsonNode? part in schema["allOf"] as JsonArray ?? []) Check(part!.AsObject(), value, place, problems, dispatch: false);
        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray choices && Closest(choices, value, place) is { Count: > 0 } closest) problems.AddRange(closest);
        if (dispatch && schema["discriminator"] is JsonObject { } discriminator && discriminator["mapping"] is JsonObject mapping)
        {
            string? chosen = (value as JsonObject)?[discriminator["propertyName"]!.GetValue<string>()]?.ToString();
            if (chosen is null || mapping[chosen] is null) problems.Add($"{place} is of the unknown kind '{chosen}'");
            else Check(s_schemas[Name(mapping[chosen]!)]!.AsObject(), value, place, problems, dispatch: false);
        }
        CheckValue(schema, value, place, problems);
        if (value is JsonObject item) CheckFields(schema, item, place, problems);
        if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            for (int i = 0; i < list.Count; i++) Check(items, list[i], $"{place}[{i}]", problems, dispatch: true);
        }
    }

    private static void CheckValue(JsonObject schema, JsonNode value, string place, List<string> problems)
    {
        JsonValueKind kind = value.GetValueKind();
        bool fits = schema["type"]?.ToString() switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _),
            "number" => kind == JsonValueKind.Number,
            "array" => kind == JsonValueKind.Array,
            "object" => kind == JsonValueKind.Object,
            _ => true,
        };
        if (!fits) problems.Add($"{place} is not of type {schema["type"]}");
        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value)) problems.Add($"{place} is not {constant}");
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value))) problems.Add($"{place} = {value} is not allowed");
        if (schema["pattern"] is { } pattern && kind == JsonValueKind.String && !Regex.IsMatch(value.ToString(), pattern.ToString())) problems.Add($"{place} = {value} does not match {pattern}");
    }

    private static void CheckFields(JsonObject schema, JsonObject value, string place, List<string> problems)
    {
        foreach (JsonNode? required in schema["required"] as JsonArray ?? [])
        {
            if (!value.ContainsKey(required!.ToString())) problems.Add($"{place} lacks {required}");
        }
        JsonObject? properties = schema["properties"] as JsonObject;
        foreach ((string name, JsonNode? field) in value)
        {
            if (properties?[name] is JsonObject known) Check(known, field, $"{place}.{name}", problems, dispatch: true);
            else if (schema["additionalProperties"] is JsonObject others) Check(others, field, $"{place}.{name}", problems, dispatch: true);
            else if (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False) problems.Add($"{place}.{name} is not known");
        }
    }

    /// <summary>The problems of the choice that has the fewest.</summary>
    private static List<string> Closest(JsonArray choices, JsonNode value, string place)
    {
        List<string>? best = null;
        foreach (JsonNode? choice in choices)
        {
            List<string> problems = [];
            Check(choice!.AsObject(), value, place, problems, dispatch: true);
            if (problems.Count == 0) return problems;
            if (best is null || problems.Count < best.Count) best = problems;
        }
        return best ?? [];
    }

    private static string Name(JsonNode reference) => reference.ToString()[(reference.ToString().LastIndexOf('/') + 1)..];
}
