using System.Text.Json;

namespace DeltaTools.TestServers.Aws;

/// <summary>An official service model: its operations, and the shapes that requests and answers must have.</summary>
public sealed class ServiceModel
{
    private readonly JsonElement _operations;
    private readonly ShapeValidator _shapes;

    private ServiceModel(JsonElement root)
    {
        _operations = root.GetProperty("operations");
        _shapes = new ShapeValidator(root.GetProperty("shapes"));
        TargetPrefix = root.GetProperty("metadata").GetProperty("targetPrefix").GetString()!;
        SigningName = root.GetProperty("metadata").GetProperty("endpointPrefix").GetString()!;
    }

    public string TargetPrefix { get; }

    public string SigningName { get; }

    /// <param name="file">File name among the fixtures, such as <c>glue-2017-03-31.json</c>.</param>
    public static ServiceModel Load(string file)
    {
        using Stream stream = typeof(ServiceModel).Assembly.GetManifestResourceStream(file) ?? throw new FileNotFoundException(file);
        return new(JsonDocument.Parse(stream).RootElement);
    }

    public bool Knows(string operation) => _operations.TryGetProperty(operation, out _);

    /// <summary>What is wrong with a request; nothing when it is as the model wants it.</summary>
    public IReadOnlyList<string> CheckInput(string operation, JsonElement input) => Check(operation, "input", input);

    public IReadOnlyList<string> CheckOutput(string operation, JsonElement output) => Check(operation, "output", output);

    /// <summary>Whether the model lists the error for the operation.</summary>
    public bool MayFailWith(string operation, string code) =>
        _operations.GetProperty(operation).TryGetProperty("errors", out JsonElement errors)
        && errors.EnumerateArray().Any(e => e.GetProperty("shape").GetString() == code);

    private List<string> Check(string operation, string side, JsonElement value)
    {
        if (!_operations.GetProperty(operation).TryGetProperty(side, out JsonElement shape)) return [];
        List<string> faults = [];
        _shapes.Check(shape.GetProperty("shape").GetString()!, value, "", faults);
        return faults;
    }
}
