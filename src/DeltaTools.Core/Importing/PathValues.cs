using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Importing;

/// <summary>Values that folder names tell: <c>.../country=DE/year=2021/file.parquet</c>.</summary>
internal sealed class PathValues
{
    private const string HiveNull = "__HIVE_DEFAULT_PARTITION__";
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public PathValues(string location)
    {
        foreach (string folder in location.Split('/')[..^1])
        {
            int equals = folder.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) _values[Uri.UnescapeDataString(folder[..equals])] = Uri.UnescapeDataString(folder[(equals + 1)..]);
        }
    }

    /// <param name="names">Names the value may have, the best first.</param>
    /// <param name="value">In physical form; null for Hive's NULL.</param>
    /// <returns>False when no folder has one of the names.</returns>
    /// <exception cref="IcebergException">SchemaMismatch: the text is no value of the type.</exception>
    public bool TryGet(IEnumerable<string> names, IcebergType type, out object? value)
    {
        value = null;
        if (names.FirstOrDefault(_values.ContainsKey) is not { } name) return false;
        string text = _values[name];
        if (text == HiveNull) return true;
        if (LiteralConverter.Convert(text, type) is not { Place: Place.Exact } placed)
            throw new IcebergException(IcebergErrorKind.SchemaMismatch, $"The folder {name}={text} does not tell a value of type {type}.");
        value = placed.Value;
        return true;
    }
}
