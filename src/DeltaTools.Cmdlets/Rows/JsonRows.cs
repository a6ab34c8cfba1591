using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using DeltaTools.Core;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Rows kept as the text of JSON objects, as objects that scripts can change.</summary>
internal static class JsonRows
{
    /// <exception cref="IcebergException">Corrupt: the text is no JSON object.</exception>
    public static PSObject Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Object(document.RootElement)
                : throw IcebergException.Corrupt($"A quarantined row is no JSON object: {json}");
        }
        catch (JsonException e)
        {
            throw IcebergException.Corrupt($"A quarantined row is not valid JSON: {json}", e);
        }
    }

    private static PSObject Object(JsonElement element)
    {
        PSObject result = new();
        // A later key of the same name wins, as in most readers.
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (result.Properties[property.Name] is { } known) known.Value = Value(property.Value);
            else result.Properties.Add(new PSNoteProperty(property.Name, Value(property.Value)));
        }
        return result;
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? whole
            : decimal.TryParse(element.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : element.GetDouble(),
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        _ => null,
    };
}
