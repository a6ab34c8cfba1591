using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Writes the SELECT of one group of files.</summary>
internal static class GroupSql
{
    /// <param name="extra">More columns, as SQL with alias.</param>
    /// <param name="joins">Joins that take deleted rows away; they may use the columns' SQL through <see cref="Expression"/>.</param>
    /// <param name="input">Tells about <see cref="ScanInput.AbsentInto"/>; null for nothing.</param>
    public static string Select(
        FileGroup group, ImmutableArray<NestedField> columns, IEnumerable<string> extra, IEnumerable<string> joins, ScanInput? input = null)
    {
        NestedField? absentInto = input?.AbsentInto;
        string list = string.Join(", ", columns.Select(c => $"{(c == absentInto ? AbsentList(group, c, columns.Where(x => x != input!.NumberedBy)) : Expression(group, c))} AS {Sql.Name(Sql.Column(c))}").Concat(extra));
        string joined = string.Join(' ', joins);
        return $"SELECT {(list.Length == 0 ? "1" : list)} FROM {Source(group)} {group.PerFileJoin} {joined}".TrimEnd();
    }

    /// <summary>SQL of a column's value in the files of the group.</summary>
    public static string Expression(FileGroup group, NestedField column)
    {
        if (column.Id > NestedField.MaxUserId && Metadata(group, column) is { } metadata) return metadata;
        if (column.Type.Id == TypeId.Unknown) return Sql.Literal(null, column.Type);
        int index = IndexOf(group.Schema, column.Id);
        if (index < 0) return Absent(group, column);
        var expression = new FieldExpression(group.Files[0].Task.File.FilePath, field => Absent(group, field));
        return expression.Of(column.Type, group.Schema.Columns[index], ColumnName(index));
    }

    /// <summary>A list of names with those of the columns that the files do not hold.</summary>
    private static string AbsentList(FileGroup group, NestedField list, IEnumerable<NestedField> columns)
    {
        string none = Sql.Literal(null, list.Type);
        string[] names =
        [
            .. columns.Where(c => c != list && c.Id <= NestedField.MaxUserId && c.Type.Id != TypeId.Unknown && IndexOf(group.Schema, c.Id) < 0
                && Absent(group, c) == Sql.Literal(null, c.Type)).Select(c => Sql.Text(c.Name)),
        ];
        string own = Expression(group, list);
        return names.Length == 0 ? own : own == none ? $"[{string.Join(", ", names)}]" : $"list_concat(coalesce({own}, []), [{string.Join(", ", names)}])";
    }

    /// <summary>The files as a table whose columns are called by their place, because their names may clash.</summary>
    private static string Source(FileGroup group)
    {
        string aliases = string.Join(',', Enumerable.Range(0, group.Schema.Columns.Length).Select(ColumnName));
        return $"read_parquet({Sql.Paths(group.Files.Select(f => f.Path))}, hive_partitioning = false, union_by_name = false) AS d({aliases})";
    }

    private static string ColumnName(int index) => "c" + index.ToString(CultureInfo.InvariantCulture);

    private static int IndexOf(PhysicalSchema schema, int id)
    {
        for (int i = 0; i < schema.Columns.Length; i++)
        {
            if (schema.Columns[i].Id == id) return i;
        }
        return -1;
    }

    /// <summary>A field that the files do not hold: the value of an identity partition, else its initial default, else NULL.</summary>
    private static string Absent(FileGroup group, NestedField field) => group.PerFile(file =>
    {
        ImmutableArray<PartitionField> parts = file.Task.Spec.Fields;
        for (int i = 0; i < parts.Length && i < file.Task.File.Partition.Values.Length; i++)
        {
            if (parts[i].Transform is IdentityTransform && parts[i].SourceId == field.Id)
                return Sql.Literal(PartitionValue(file, i, field), field.Type);
        }
        return Sql.Literal(field.InitialDefault, field.Type);
    });

    /// <summary>Partition values of old files were written before the column was widened.</summary>
    private static object? PartitionValue(ScanFile file, int index, NestedField field) => (file.Task.File.Partition[index], field.Type.Id) switch
    {
        (int v, TypeId.Long) => (long)v,
        (float v, TypeId.Double) => (double)v,
        (int days, TypeId.Timestamp) => days * 86_400_000_000L,
        (int days, TypeId.TimestampNs) => days * 86_400_000_000_000L,
        var (value, _) => value,
    };

    private static string? Metadata(FileGroup group, NestedField column)
    {
        if (column.Id == MetadataColumns.File.Id) return group.PerFile(f => Sql.Text(f.Task.File.FilePath));
        if (column.Id == MetadataColumns.Pos.Id) return "file_row_number";
        if (column.Id == MetadataColumns.SpecId.Id) return group.PerFile(f => Sql.Literal(f.Task.File.SpecId, IcebergType.Int));
        if (column.Id == MetadataColumns.Deleted.Id) return "false";
        if (column.Id == MetadataColumns.RowId.Id) return Lineage(group, column, f => f.Task.File.FirstRowId, first => $"({first} + file_row_number)");
        if (column.Id == MetadataColumns.LastUpdatedSequenceNumber.Id)
            return Lineage(group, column, f => f.Task.File.FirstRowId is null ? null : f.Task.SequenceNumber, first => first);
        return null;
    }

    /// <summary>What the file stores, else what it inherits; NULL in files from before row lineage ("Row Lineage").</summary>
    private static string Lineage(FileGroup group, NestedField column, Func<ScanFile, long?> first, Func<string, string> inherited)
    {
        string start = group.PerFile(f => Sql.Literal(first(f), IcebergType.Long));
        string value = inherited(start);
        int index = IndexOf(group.Schema, column.Id);
        return index < 0 ? value : $"CASE WHEN {start} IS NULL THEN NULL ELSE coalesce({ColumnName(index)}::BIGINT, {value}) END";
    }
}
