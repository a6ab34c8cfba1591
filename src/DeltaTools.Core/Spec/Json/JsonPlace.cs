using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Where in which document a value stands, for messages: <c>Table metadata s3://…/v3.metadata.json: snapshots[3].timestamp-ms</c>.</summary>
/// <param name="Document">What is read and from where.</param>
/// <param name="Path">The field, from the document's root; empty for the root.</param>
public readonly record struct JsonPlace(string Document, string Path = "")
{
    public static implicit operator JsonPlace(string document) => new(document);

    public JsonPlace Field(string name) => this with { Path = Path.Length == 0 ? name : $"{Path}.{name}" };

    public JsonPlace Item(int index) => this with { Path = $"{Path}[{index}]" };

    /// <summary>The error for a value that breaks the specification.</summary>
    public IcebergException Corrupt(string message, Exception? inner = null) =>
        IcebergException.Corrupt($"{Document}: {(Path.Length == 0 ? "" : Path + " ")}{message}", inner);

    /// <summary>The error for a value of the wrong kind; quotes the value.</summary>
    public IcebergException MustBe(string wanted, JsonElement actual)
    {
        string text = actual.GetRawText();
        return Corrupt($"must be {wanted}, but is {(text.Length > 80 ? text[..80] + "…" : text)}.");
    }
}
