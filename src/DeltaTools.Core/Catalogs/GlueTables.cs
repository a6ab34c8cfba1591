using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Aws.Glue;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs;

/// <summary>How an Iceberg table stands in Glue: as Athena, Spark and PyIceberg write it.</summary>
internal static class GlueTables
{
    public const string TableType = "table_type";
    public const string Iceberg = "ICEBERG";
    public const string MetadataLocation = "metadata_location";
    public const string PreviousMetadataLocation = "previous_metadata_location";

    private const string FieldId = "iceberg.field.id", FieldOptional = "iceberg.field.optional", FieldCurrent = "iceberg.field.current";
    private const int LongestName = 255, LongestType = 131_072, LongestComment = 255, LongestDescription = 2048;

    public static bool IsIceberg(Table table) =>
        string.Equals(table.Parameters?.GetValueOrDefault(TableType), Iceberg, StringComparison.OrdinalIgnoreCase);

    public static TableInput New(LoadedTable table) => new()
    {
        Name = table.Identifier.Name,
        Description = Description(table.Metadata),
        TableType = "EXTERNAL_TABLE",
        Parameters = StringMap.Empty.Add(TableType, Iceberg).Add(MetadataLocation, table.MetadataLocation),
        StorageDescriptor = new StorageDescriptor { Location = table.Metadata.Location, Columns = Columns(table.Metadata) },
    };

    /// <summary>The next state; what others have noted about the table stays.</summary>
    public static TableInput Next(Table current, LoadedTable next, string expected) => new()
    {
        Name = current.Name,
        Description = Description(next.Metadata) ?? current.Description,
        Owner = current.Owner,
        Retention = current.Retention,
        PartitionKeys = current.PartitionKeys,
        TableType = current.TableType ?? "EXTERNAL_TABLE",
        Parameters = (current.Parameters ?? StringMap.Empty)
            .SetItem(TableType, Iceberg).SetItem(MetadataLocation, next.MetadataLocation).SetItem(PreviousMetadataLocation, expected),
        StorageDescriptor = (current.StorageDescriptor ?? new StorageDescriptor()) with
        {
            Location = next.Metadata.Location,
            Columns = Columns(next.Metadata),
        },
    };

    /// <summary>The current columns, and after them those of earlier schemas whose names are free, marked as not current.</summary>
    private static ImmutableArray<Column> Columns(TableMetadata metadata)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        IEnumerable<(NestedField Field, bool Current)> fields = metadata.CurrentSchema.Fields.Select(f => (f, true))
            .Concat(metadata.Schemas.Where(s => s.SchemaId != metadata.CurrentSchemaId).SelectMany(s => s.Fields).Select(f => (f, false)));
        // What Glue cannot hold is left out there; the table's metadata has it all.
        return [.. fields
            .Where(f => f.Field.Name.Length is > 0 and <= LongestName && !f.Field.Name.Any(char.IsControl) && names.Add(f.Field.Name))
            .Select(f => ColumnOf(f.Field, f.Current)).Where(c => c.Type!.Length <= LongestType && !c.Type.Any(char.IsControl))];
    }

    private static Column ColumnOf(NestedField field, bool current) => new(field.Name, GlueTypes.Of(field.Type))
    {
        Comment = Shortened(field.Doc, LongestComment, keepLines: false),
        Parameters = StringMap.Empty
            .Add(FieldId, field.Id.ToString(CultureInfo.InvariantCulture))
            .Add(FieldOptional, field.Required ? "false" : "true")
            .Add(FieldCurrent, current ? "true" : "false"),
    };

    private static string? Description(TableMetadata metadata) => Shortened(metadata.Properties.GetValueOrDefault("comment"), LongestDescription, keepLines: true);

    private static string? Shortened(string? text, int length, bool keepLines)
    {
        if (text is null) return null;
        string clean = string.Concat(text.Select(c => char.IsControl(c) && c != '\t' && !(keepLines && c is '\r' or '\n') ? ' ' : c));
        if (clean.Length <= length) return clean;
        return clean[..(char.IsHighSurrogate(clean[length - 1]) ? length - 1 : length)];
    }
}
