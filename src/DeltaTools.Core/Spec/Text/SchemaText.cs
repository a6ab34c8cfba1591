using System.Collections.Immutable;
using System.Text;
using DeltaTools.Core.Spec.Evolution;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Schemas as people write them: <c>employee_id int not null, tags list&lt;string&gt;, price decimal(10,2) comment 'net'</c>.</summary>
/// <remarks>
/// Types have the names of the specification, or the usual ones of SQL. Names that are not plain words stand between double quotes or
/// backticks. After the type may follow <c>not null</c>, <c>default</c> with a literal, and <c>comment</c> with a text.
/// </remarks>
public static class SchemaText
{
    /// <returns>A schema with field ids from 1, as a new table gets them. A default becomes the write default.</returns>
    /// <exception cref="IcebergException">InvalidArgument: the message names position and column.</exception>
    public static Schema Parse(string text)
    {
        var reader = new SchemaReader(new Scanner(text, "Schema"));
        ImmutableArray<NestedField> columns = reader.Columns();
        var schema = new Schema(0, (StructType)new FreshIds(0).Assign(new StructType(columns)), []);
        return SchemaRules.Problem(schema) is { } problem ? throw IcebergException.Invalid($"The schema {problem}") : schema;
    }

    /// <summary>Reads one column, as for adding it to a table; its ids are provisional.</summary>
    /// <inheritdoc cref="Parse"/>
    public static NestedField ParseColumn(string text)
    {
        var scanner = new Scanner(text, "Column");
        NestedField column = new SchemaReader(scanner).Column();
        return scanner.AtEnd ? column : throw scanner.Unexpected("the end of the column");
    }

    /// <summary>Reads a column to add, anywhere: <c>address.street string after city</c>, <c>bonus decimal(9,2) default 0 first</c>.</summary>
    /// <inheritdoc cref="Parse"/>
    public static AddColumn ParseAddition(string text)
    {
        var scanner = new Scanner(text, "Column");
        List<string> path = [];
        do path.Add(scanner.Name("a column name"));
        while (scanner.Take('.'));
        scanner.Column = string.Join('.', path);
        NestedField column = new SchemaReader(scanner).Field(path[^1]);
        ColumnPosition? position = Position(scanner);
        if (!scanner.AtEnd) throw scanner.Unexpected("first, before, after or the end of the column");
        return new AddColumn(path.Count == 1 ? null : string.Join('.', path[..^1]), column, position);
    }

    /// <summary>Reads a place among the columns: <c>first</c>, <c>before city</c>, <c>after city</c>.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ColumnPosition ParsePosition(string text)
    {
        var scanner = new Scanner(text, "Position");
        return Position(scanner) is { } position && scanner.AtEnd ? position : throw scanner.Unexpected("first, before or after a column");
    }

    /// <summary>Reads a type alone; ids inside it are provisional.</summary>
    /// <inheritdoc cref="Parse"/>
    public static IcebergType ParseType(string text)
    {
        var scanner = new Scanner(text, "Type");
        IcebergType type = new SchemaReader(scanner).Type();
        return scanner.AtEnd ? type : throw scanner.Unexpected("the end of the type");
    }

    /// <summary>The text that gives the same columns, without their ids.</summary>
    public static string Print(Schema schema) => string.Join(", ", schema.Fields.Select(f => Print(f, " ")));

    public static string Print(IcebergType type) => type switch
    {
        StructType s => $"struct<{string.Join(", ", s.Fields.Select(f => Print(f, ": ")))}>",
        ListType list => $"list<{Print(list.Element.Type)}{Rest(list.Element)}>",
        MapType map => $"map<{Print(map.Key.Type)}, {Print(map.Value.Type)}{Rest(map.Value)}>",
        _ => type.ToString()!,
    };

    private static ColumnPosition? Position(Scanner scanner) =>
        scanner.TakeWords("first") ? ColumnPosition.First
        : scanner.TakeWords("before") ? ColumnPosition.Before(scanner.Name("a column"))
        : scanner.TakeWords("after") ? ColumnPosition.After(scanner.Name("a column"))
        : null;

    private static string Print(NestedField field, string separator) =>
        $"{Scanner.QuoteName(field.Name)}{separator}{Print(field.Type)}{Rest(field)}";

    private static string Rest(NestedField field)
    {
        var rest = new StringBuilder();
        if (field.Required) rest.Append(" not null");
        if (field.WriteDefault is { } value and not object?[]) rest.Append(" default ").Append(LiteralText.Print(field.Type, value));
        if (field.Doc is { } doc) rest.Append(" comment '").Append(doc.Replace("'", "''")).Append('\'');
        return rest.ToString();
    }
}
