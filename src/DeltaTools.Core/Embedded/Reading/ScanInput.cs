using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>What to read.</summary>
public sealed record ScanInput
{
    public required ImmutableArray<FileScanTask> Tasks { get; init; }

    /// <summary>Columns to read, in their order: fields of the schema that is read with (structs may hold fewer fields), and metadata columns
    /// (<c>_file</c>, <c>_pos</c>, <c>_spec_id</c>, <c>_row_id</c>, <c>_last_updated_sequence_number</c>).</summary>
    public required ImmutableArray<NestedField> Columns { get; init; }

    /// <summary>All schemas of the table: equality deletes may compare columns that were dropped since.</summary>
    public ImmutableArray<Schema> Schemas { get; init; } = [];

    /// <summary>Names of files without field ids; the property <c>schema.name-mapping.default</c>.</summary>
    public NameMapping? NameMapping { get; init; }

    /// <summary>A condition in the engine's SQL over <see cref="Columns"/>, named as <see cref="Sql.Column(NestedField)"/> names them.</summary>
    public string? FilterSql { get; init; }

    /// <summary>One of <see cref="Columns"/>, a list of texts, that also names those which a row's file does not hold and that have no default: the column
    /// was added later. Null: nobody asks.</summary>
    public NestedField? AbsentInto { get; init; }

    /// <summary>Adds the column <see cref="Sql.RowKey"/> at the end.</summary>
    public bool WithRowKey { get; init; }

    /// <summary>A column that numbers the rows of each commit as they arrived, or NULL. Adds <see cref="Sql.Arrival"/> to the row key: it goes by these numbers
    /// where the files of a commit lie in several partitions, else by the row key. The tasks must be in the order of their commits. Null: nobody asks.</summary>
    public NestedField? NumberedBy { get; init; }

    /// <summary>The column that puts the rows in the order of arrival; the tasks must be in theirs.</summary>
    internal string ArrivalColumn => NumberedBy is null ? Sql.RowKey : Sql.Arrival;
}
