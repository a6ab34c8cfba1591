using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The name of a table in a catalog: namespace levels and table name, written <c>hr.employee</c>.</summary>
public sealed record TableIdentifier(ImmutableArray<string> Namespace, string Name)
{
    public string NamespaceText => string.Join('.', Namespace);

    /// <summary>Reads <c>hr.employee</c> and <c>a.b.employee</c>.</summary>
    /// <exception cref="IcebergException">InvalidArgument: no namespace, or an empty part.</exception>
    public static TableIdentifier Parse(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length < 2 || parts.Any(string.IsNullOrWhiteSpace))
        {
            throw IcebergException.Invalid($"'{text}' is not a table name. Write namespace.table, such as hr.employee.");
        }
        return new([.. parts[..^1]], parts[^1]);
    }

    public bool Equals(TableIdentifier? other) =>
        other is not null && Name == other.Name && Namespace.SequenceEqual(other.Namespace);

    public override int GetHashCode() => HashCode.Combine(Name, NamespaceText);

    public override string ToString() => $"{NamespaceText}.{Name}";
}
