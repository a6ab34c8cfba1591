using System.Text.Json;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Reads nodes of the engine's tree of a query.</summary>
internal static class QueryNode
{
    /// <summary>The type of a recursion's node.</summary>
    public const string Recursion = "RECURSIVE_CTE_NODE";

    /// <summary>The engine's schema of recursions.</summary>
    public const string Recurring = "recurring";

    public static string Type(JsonElement node) => Text(node, "type");

    /// <summary>The text of a member, or none.</summary>
    public static string Text(JsonElement node, string member) =>
        node.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
