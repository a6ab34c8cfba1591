using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Reads the columns of a new table from what -Schema takes, tables excepted.</summary>
internal static class SchemaArgument
{
    /// <summary>Whether the value means a table whose columns are to be taken over.</summary>
    public static TableArgument? Table(object schema) => schema switch
    {
        TableOutput output => output.Origin,
        // A definition has a blank between name and type; a table's name or path is one word.
        string text when new TableArgument(text.Trim()) is var table && (table.IsLocation || !text.Trim().Any(char.IsWhiteSpace)) => table,
        _ => null,
    };

    /// <exception cref="IcebergException">InvalidArgument.</exception>
    public static Schema Parse(object schema) => schema switch
    {
        string text => SchemaText.Parse(text),
        IDictionary columns => SchemaText.Parse(string.Join(", ", Columns(columns))),
        object[] columns => SchemaText.Parse(string.Join(", ", columns.Select(Column))),
        _ => throw IcebergException.Invalid(
            "-Schema takes a text such as 'id int not null, name string', an ordered dictionary [ordered]@{ id = 'int' }, a table, or the Schema of a table."),
    };

    /// <summary>The schema with these columns as identifier fields, which must not be NULL.</summary>
    public static Schema Identify(Schema schema, IReadOnlyList<string> columns)
    {
        int[] ids = [.. columns.Select(name => schema.FindFieldIgnoreCase(name)?.Id
            ?? throw IcebergException.Invalid($"The schema has no column {name} to identify rows by. It has: {string.Join(", ", schema.Fields.Select(f => f.Name))}."))];
        return new(schema.SchemaId, new StructType([.. schema.Fields.Select(f => ids.Contains(f.Id) ? f with { Required = true } : f)]), [.. ids]);
    }

    private static IEnumerable<string> Columns(IDictionary columns)
    {
        if (columns is Hashtable { Count: > 1 })
        {
            throw IcebergException.Invalid("A hashtable has no order, so the columns would come in any. Write [ordered]@{ ... }.");
        }
        foreach (DictionaryEntry column in columns) yield return Column(Text(column.Key), Text(column.Value));
    }

    /// <summary>Objects with Name and Type, such as the Schema of a table.</summary>
    private static string Column(object column)
    {
        PSObject shape = PSObject.AsPSObject(column);
        if (shape.Properties["Name"]?.Value is not { } name || shape.Properties["Type"]?.Value is not { } type)
        {
            throw IcebergException.Invalid($"'{column}' is no column: it has no Name or no Type.");
        }
        bool required = LanguagePrimitives.IsTrue(shape.Properties["Required"]?.Value);
        return Column(Text(name), Text(type) + (required ? " not null" : ""));
    }

    private static string Column(string name, string type) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {type}";

    private static string Text(object? value) => Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture) ?? "";
}
