using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeltaTools.TestServers.Aws;

/// <summary>Checks JSON against the shapes of a service model: members, required ones, types, ranges, patterns, enums.</summary>
internal sealed class ShapeValidator(JsonElement shapes)
{
    private readonly Dictionary<string, Regex> _patterns = [];

    public void Check(string name, JsonElement value, string path, List<string> faults)
    {
        JsonElement shape = shapes.GetProperty(name);
        switch (shape.GetProperty("type").GetString())
        {
            case "structure":
                Structure(name, shape, value, path, faults);
                break;
            case "list":
                if (!Is(value, JsonValueKind.Array, path, faults)) break;
                Range(shape, value.GetArrayLength(), path, faults);
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                    Check(shape.GetProperty("member").GetProperty("shape").GetString()!, item, $"{path}[{index++}]", faults);
                break;
            case "map":
                if (!Is(value, JsonValueKind.Object, path, faults)) break;
                Range(shape, value.EnumerateObject().Count(), path, faults);
                foreach (JsonProperty entry in value.EnumerateObject())
                {
                    Text(shapes.GetProperty(shape.GetProperty("key").GetProperty("shape").GetString()!), entry.Name, path + ".key", faults);
                    Check(shape.GetProperty("value").GetProperty("shape").GetString()!, entry.Value, $"{path}.{entry.Name}", faults);
                }
                break;
            case "string":
                if (Is(value, JsonValueKind.String, path, faults)) Text(shape, value.GetString()!, path, faults);
                break;
            case "integer" or "long":
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number)) faults.Add($"{path}: not an integer");
                else Range(shape, number, path, faults);
                break;
            case "double" or "float" or "timestamp":
                Is(value, JsonValueKind.Number, path, faults);
                break;
            case "boolean":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add($"{path}: not a boolean");
                break;
            case var type:
                faults.Add($"{path}: shapes of type {type} are not known here");
                break;
        }
    }

    private void Structure(string name, JsonElement shape, JsonElement value, string path, List<string> faults)
    {
        if (shape.TryGetProperty("document", out _) || !Is(value, JsonValueKind.Object, path, faults)) return;
        JsonElement members = shape.GetProperty("members");
        foreach (JsonProperty given in value.EnumerateObject())
        {
            if (members.TryGetProperty(given.Name, out JsonElement member))
                Check(member.GetProperty("shape").GetString()!, given.Value, $"{path}.{given.Name}", faults);
            else faults.Add($"{path}.{given.Name}: {name} has no such member");
        }
        if (!shape.TryGetProperty("required", out JsonElement required)) return;
        foreach (string? missing in required.EnumerateArray().Select(r => r.GetString()).Where(r => !value.TryGetProperty(r!, out _)))
            faults.Add($"{path}.{missing}: missing");
    }

    private void Text(JsonElement shape, string text, string path, List<string> faults)
    {
        Range(shape, text.Length, path, faults);
        if (shape.TryGetProperty("enum", out JsonElement values) && values.EnumerateArray().All(v => v.GetString() != text))
            faults.Add($"{path}: '{text}' is none of the allowed values");
        if (shape.TryGetProperty("pattern", out JsonElement pattern) && !Pattern(pattern.GetString()!).IsMatch(text))
            faults.Add($"{path}: '{text}' does not match {pattern.GetString()}");
    }

    private Regex Pattern(string text)
    {
        lock (_patterns)
        {
            if (_patterns.TryGetValue(text, out Regex? known)) return known;
            // The models' expressions are Java's, where surrogate pairs are one character.
            string expression = text.Replace(@"\uD800\uDC00-\uDBFF\uDFFF", @"\uD800-\uDFFF", StringComparison.Ordinal);
            return _patterns[text] = new Regex($"^(?:{expression})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
    }

    private static void Range(JsonElement shape, long value, string path, List<string> faults)
    {
        if (shape.TryGetProperty("min", out JsonElement min) && value < min.GetInt64())
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: {value} is less than {min.GetInt64()}"));
        if (shape.TryGetProperty("max", out JsonElement max) && value > max.GetInt64())
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: {value} is more than {max.GetInt64()}"));
    }

    private static bool Is(JsonElement value, JsonValueKind kind, string path, List<string> faults)
    {
        if (value.ValueKind == kind) return true;
        faults.Add($"{path}: {value.ValueKind} instead of {kind}");
        return false;
    }
}
