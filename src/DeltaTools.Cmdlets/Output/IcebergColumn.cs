using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools;

/// <summary>A column of a table.</summary>
public sealed class IcebergColumn
{
    private IcebergColumn(NestedField field, bool isIdentifier)
    {
        Id = field.Id;
        Name = field.Name;
        Type = SchemaText.Print(field.Type);
        Required = field.Required;
        IsIdentifier = isIdentifier;
        Doc = field.Doc;
    }

    /// <summary>Field id: stays when the column is renamed.</summary>
    public int Id { get; }

    public string Name { get; }

    /// <summary>Type as -Schema takes it: <c>decimal(9, 2)</c>.</summary>
    public string Type { get; }

    /// <summary>Whether NULL is forbidden.</summary>
    public bool Required { get; }

    /// <summary>Whether it is part of what identifies a row.</summary>
    public bool IsIdentifier { get; }

    /// <summary>Comment for people.</summary>
    public string? Doc { get; }

    public override string ToString() => $"{Name} {Type}{(Required ? " not null" : "")}";

    internal static IcebergColumn[] Of(Schema schema) =>
        [.. schema.Fields.Select(f => new IcebergColumn(f, schema.IdentifierFieldIds.Contains(f.Id)))];
}
