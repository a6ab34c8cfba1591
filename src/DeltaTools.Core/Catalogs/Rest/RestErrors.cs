using System.Text.Json;
using DeltaTools.Core.Aws;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Reads the errors of REST catalogs and of OAuth2 servers, and tells them in our words.</summary>
internal static class RestErrors
{
    private const int LongestMessage = 1000;

    /// <param name="secrets">Texts that must not be shown, whatever the catalog quotes.</param>
    public static RestException Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, IEnumerable<string> secrets)
    {
        (string type, string message) = Parse(body);
        // What was signed holds the session token.
        if (AwsErrorCodes.Signature.Contains(type)) message = type;
        foreach (string secret in secrets) message = message.Replace(secret, "***", StringComparison.Ordinal);
        if (message.Length > LongestMessage) message = message[..LongestMessage] + "...";
        int status = (int)response.StatusCode;
        TimeSpan? wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;
        return new(status, type, message.Length > 0 ? message : $"status {status}") { RetryAfter = wait, Date = response.Headers.Date };
    }

    /// <param name="about">What the call is about, such as <c>load table hr.employee</c>.</param>
    public static IcebergException ToIceberg(RestException error, string uri, string about)
    {
        string call = $"The catalog {uri} could not {about}";
        (IcebergErrorKind kind, string message) = (error.Status, error.Type) switch
        {
            (0, _) when error.IsTimeout => (IcebergErrorKind.Timeout, $"{call}: {error.Message}."),
            (0, _) => (IcebergErrorKind.StorageFailed, $"{call}: it cannot be reached ({error.Message})."),
            (400, _) or (422, _) => (IcebergErrorKind.InvalidArgument, $"{call}: {error.Message}"),
            (401, _) => (IcebergErrorKind.AccessDenied, $"{call}: the token or the credentials are not valid, or have expired ({error.Message}). Connect again."),
            (419, _) => (IcebergErrorKind.AccessDenied, $"{call}: the login has expired ({error.Message}). Connect again."),
            (403, _) => (IcebergErrorKind.AccessDenied, $"{call}: access is denied ({error.Message})."),
            (404, "NoSuchNamespaceException") => (IcebergErrorKind.NamespaceNotFound, $"{call}: {error.Message}"),
            (404, "NoSuchTableException") => (IcebergErrorKind.TableNotFound, $"{call}: {error.Message}"),
            (404, _) => (IcebergErrorKind.InvalidArgument, $"{call}: not found ({error.Message}). Check -Uri and -Warehouse."),
            (406 or 501, _) => (IcebergErrorKind.Unsupported, $"{call}: it does not support this ({error.Message})."),
            (409, _) => (IcebergErrorKind.CommitConflict, $"{call}: {error.Message}"),
            (429, _) => (IcebergErrorKind.Throttled, $"{call}: it asks for fewer requests, and still did after all attempts."),
            (503, _) => (IcebergErrorKind.Throttled, $"{call}: it is not available, and still was not after all attempts ({error.Message})."),
            _ when error.IsTimeout => (IcebergErrorKind.Timeout, $"{call}: {error.Message}"),
            ( >= 300 and < 400, _) => (IcebergErrorKind.InvalidArgument, $"{call}: it sends on to another address. Give that one as -Uri."),
            _ => (IcebergErrorKind.StorageFailed, $"{call}: {error.Message}"),
        };
        return new(kind, message)
        {
            Retryable = error.IsTransient || error.Status == 409,
            Context = new Dictionary<string, string> { ["status"] = $"{error.Status}", ["type"] = error.Type, ["uri"] = uri },
        };
    }

    private static (string Type, string Message) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return ("", "");
            if (root.TryGetProperty("error", out JsonElement error))
            {
                // OAuth2 has a text where the catalog has an object.
                return error.ValueKind == JsonValueKind.String
                    ? (error.GetString()!, string.Join(": ", (string?[])[error.GetString(), Text(root, "error_description")]).TrimEnd(' ', ':'))
                    : (Text(error, "type") ?? "", Text(error, "message") ?? "");
            }
            return (Text(root, "__type") ?? "", Text(root, "message") ?? Text(root, "Message") ?? "");
        }
        catch (JsonException)
        {
            // A page of a gateway, or nothing.
            return ("", "");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
