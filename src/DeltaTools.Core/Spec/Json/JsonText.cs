using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>JSON text in and out: one set of options, and errors that name the document and the line.</summary>
public static class JsonText
{
    // As deep as Jackson reads, so that what Java wrote can be read.
    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 1000 };

    private static readonly JsonWriterOptions WriteOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses the text and hands its root to <paramref name="read"/>, which must not keep it.</summary>
    /// <exception cref="IcebergException">Corrupt: not JSON, or a string in it is not Unicode.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> utf8, JsonPlace place, Func<JsonElement, JsonPlace, T> read)
    {
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, ReadOptions);
            return read(document.RootElement, place);
        }
        catch (JsonException e)
        {
            throw place.Corrupt(
                utf8.IsEmpty ? "The file is empty." : $"This is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", e);
        }
        catch (InvalidOperationException e) when (e.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            throw place.Corrupt("A string is not valid Unicode.", e);
        }
    }

    /// <inheritdoc cref="Parse{T}(ReadOnlyMemory{byte}, JsonPlace, Func{JsonElement, JsonPlace, T})"/>
    public static T Parse<T>(string json, JsonPlace place, Func<JsonElement, JsonPlace, T> read)
    {
        try
        {
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(json), place, read);
        }
        catch (EncoderFallbackException e)
        {
            throw place.Corrupt("A string is not valid Unicode.", e);
        }
    }

    /// <summary>UTF-8 JSON without indentation, as <paramref name="write"/> writes it.</summary>
    /// <exception cref="IcebergException">InvalidArgument: a string is half a surrogate pair somewhere.</exception>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        try
        {
            using var writer = new Utf8JsonWriter(buffer, WriteOptions);
            write(writer);
        }
        catch (ArgumentException e)
        {
            throw IcebergException.Invalid("A name or text is not valid Unicode and cannot be stored in table metadata.", e);
        }
        return buffer.ToArray();
    }

    public static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write));
}
