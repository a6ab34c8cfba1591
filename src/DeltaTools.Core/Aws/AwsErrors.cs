using System.Net;
using System.Text.Json;

namespace DeltaTools.Core.Aws;

/// <summary>Reads the errors of services, and tells them to people.</summary>
internal static class AwsErrors
{
    private const int LongestMessage = 1000;

    /// <param name="secrets">Texts that must not be shown, whatever the service quotes.</param>
    public static AwsServiceException Read(HttpResponseMessage response, ReadOnlySpan<byte> body, IEnumerable<string?> secrets)
    {
        (string? type, string? message, string? reason) = Parse(body);
        type ??= response.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? header) ? header.First() : null;
        string code = type is null ? $"Http{(int)response.StatusCode}" : type[(type.IndexOf('#') + 1)..].Split(':')[0];
        // What was signed holds the session token.
        string text = AwsErrorCodes.Signature.Contains(code) || string.IsNullOrWhiteSpace(message) ? $"status {(int)response.StatusCode}" : message;
        text = Clean(text, secrets);
        if (text.Length > LongestMessage) text = text[..LongestMessage] + "...";
        string? requestId = response.Headers.TryGetValues("x-amzn-RequestId", out IEnumerable<string>? ids) ? ids.First() : null;
        return new(code, text.Trim(), response.StatusCode, requestId) { Reason = reason };
    }

    /// <summary>The text with stars in the place of secrets.</summary>
    public static string Clean(string text, IEnumerable<string?> secrets) =>
        secrets.Where(s => !string.IsNullOrEmpty(s)).Aggregate(text, (clean, secret) => clean.Replace(secret!, "***", StringComparison.Ordinal));

    /// <param name="about">What the call is about, such as <c>table hr.employee</c>; null when there is nothing to name.</param>
    public static IcebergException ToIceberg(AwsServiceException error, AwsService service, string operation, string? about)
    {
        string call = $"{service.Title} {operation}{(about is null ? "" : $" of {about}")}";
        (IcebergErrorKind kind, string message) = error switch
        {
            { IsThrottling: true } => (IcebergErrorKind.Throttled, $"{call} was throttled again and again: {error.Message}"),
            _ when AwsErrorCodes.Expired.Contains(error.Code) => (IcebergErrorKind.AccessDenied,
                $"{call} was refused: the credentials have expired. Sign in again (aws sso login), or connect with new ones."),
            _ when AwsErrorCodes.Signature.Contains(error.Code) => (IcebergErrorKind.AccessDenied,
                $"{call} was refused: the signature does not match. Check the secret key, the region and this machine's clock."),
            _ when AwsErrorCodes.Unknown.Contains(error.Code) => (IcebergErrorKind.AccessDenied,
                $"{call} was refused: the access key or session token is not known there. Check the credentials and the region."),
            _ when AwsErrorCodes.Denied.Contains(error.Code) || error.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
                (IcebergErrorKind.AccessDenied, $"{call} was refused: {error.Message}{Permission(error.Message, service, operation)}"),
            { Code: AwsErrorCodes.NotFound } => (IcebergErrorKind.TableNotFound, $"{call}: {error.Message}"),
            { Code: AwsErrorCodes.Exists } => (IcebergErrorKind.TableExists, $"{call}: {error.Message}"),
            { Code: AwsErrorCodes.ConcurrentModification } => (IcebergErrorKind.CommitConflict, $"{call}: {error.Message}"),
            _ when AwsErrorCodes.Invalid.Contains(error.Code) => (IcebergErrorKind.InvalidArgument, $"{call}: {error.Message}"),
            { InnerException: TimeoutException } or { Code: "OperationTimeoutException" or "RequestTimeout" or "RequestTimeoutException" } =>
                (IcebergErrorKind.Timeout, $"{call} took too long: {error.Message}"),
            _ => (IcebergErrorKind.StorageFailed, $"{call} failed: {error.Message}"),
        };
        Dictionary<string, string> context = new() { ["operation"] = operation };
        if (error.Code.Length > 0) context["code"] = error.Code;
        if (error.RequestId is not null) context["request"] = error.RequestId;
        string suffix = error.RequestId is null || kind == IcebergErrorKind.TableNotFound ? "" : $" (request {error.RequestId})";
        return new IcebergException(kind, message + suffix, error) { Retryable = error.IsTransient, Context = context };
    }

    /// <summary>Names the permission where the service does not.</summary>
    private static string Permission(string message, AwsService service, string operation) =>
        message.Contains("Lake Formation", StringComparison.OrdinalIgnoreCase) ? " Ask the data lake's administrator to grant it in Lake Formation."
        : message.Contains($"{service.Name}:", StringComparison.Ordinal) ? "" : $" It needs the permission {service.Name}:{operation}.";

    private static (string? Type, string? Message, string? Reason) Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? default
                : (Text(root, "__type") ?? Text(root, "code"), Text(root, "message") ?? Text(root, "Message"), Text(root, "Reason"));
        }
        catch (JsonException)
        {
            // A load balancer's page, or nothing.
            return default;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
