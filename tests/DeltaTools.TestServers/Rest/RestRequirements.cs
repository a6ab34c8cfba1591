using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Rest;

/// <summary>Checks what a commit requires of the current metadata.</summary>
internal static class RestRequirements
{
    /// <exception cref="ServiceErrorException">409 CommitFailedException.</exception>
    public static void Check(JsonObject metadata, JsonArray requirements)
    {
        foreach (JsonNode? requirement in requirements)
        {
            string type = requirement!["type"]!.ToString();
            switch (type)
            {
                case "assert-create":
                    throw Failed("table already exists");
                case "assert-table-uuid":
                    Same("uuid", requirement["uuid"], metadata["table-uuid"]);
                    break;
                case "assert-ref-snapshot-id":
                    string name = requirement["ref"]!.ToString();
                    Same($"branch or tag {name}", requirement["snapshot-id"], (metadata["refs"] as JsonObject)?[name]?["snapshot-id"]);
                    break;
                case "assert-last-assigned-field-id":
                    Same("last assigned field id", requirement["last-assigned-field-id"], metadata["last-column-id"]);
                    break;
                case "assert-current-schema-id":
                    Same("current schema", requirement["current-schema-id"], metadata["current-schema-id"]);
                    break;
                case "assert-last-assigned-partition-id":
                    Same("last assigned partition id", requirement["last-assigned-partition-id"], metadata["last-partition-id"]);
                    break;
                case "assert-default-spec-id":
                    Same("default partition spec", requirement["default-spec-id"], metadata["default-spec-id"]);
                    break;
                case "assert-default-sort-order-id":
                    Same("default sort order", requirement["default-sort-order-id"], metadata["default-sort-order-id"]);
                    break;
                default:
                    throw new ServiceErrorException(400, "BadRequestException", $"Unknown requirement {type}");
            }
        }
    }

    private static void Same(string what, JsonNode? expected, JsonNode? actual)
    {
        if (expected?.ToString() != actual?.ToString()) throw Failed($"{what} has changed: expected {expected}, found {actual}");
    }

    private static ServiceErrorException Failed(string reason) => new(409, "CommitFailedException", $"Requirement failed: {reason}");
}
