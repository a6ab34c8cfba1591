using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A delta that the embedded engine can read, in one of the formats.</summary>
public abstract class DeltaSource
{
    /// <summary>How results and errors call it: the path as given, or <c>pipeline</c>.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the content, in hex: what makes the same delta the same wherever it lies.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Bytes of the content.</summary>
    public required long Size { get; init; }

    public required ImmutableArray<DeltaColumn> Columns { get; init; }

    /// <summary>When the file was last written; null for objects from the pipeline.</summary>
    public DateTimeOffset? LastWritten { get; internal set; }

    /// <summary>Name inside SQL of the column with the index.</summary>
    public static string Column(int index) => "c" + index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>SQL of the rows in file order, with columns called <see cref="Column"/>. It fails on a row whose structure is broken.</summary>
    public abstract string Rows { get; }

    /// <summary>SQL that is true when a row lacks the column, for formats that can tell row by row; null when all rows have it.</summary>
    public virtual string? IsAbsent(int index) => null;

    /// <summary>The cast of a column to a type of the table.</summary>
    public abstract StrictCast Cast(int index, IcebergType type);

    /// <summary>SQL of the rows as <see cref="Rows"/>, but without the broken ones, and with their number as <c>ord</c>, from 1.</summary>
    public abstract string NumberedRows { get; }

    /// <summary>SQL over <see cref="NumberedRows"/> of a row as the text of a JSON object, for rows that are kept apart.</summary>
    public virtual string RowJson => $"json_object({string.Join(", ", Columns.Select((c, i) => $"{Sql.Text(c.Name)}, {Column(i)}"))})";

    /// <summary>Whether it has rows, broken ones aside.</summary>
    public async Task<bool> HasRowsAsync(DuckSession session, CancellationToken cancel) =>
        (await QueryAsync(session, $"SELECT 1 FROM ({NumberedRows}) LIMIT 1", cancel).ConfigureAwait(false)).Count > 0;

    /// <summary>The rows whose structure is broken.</summary>
    /// <param name="limit">How many are wanted at most.</param>
    public abstract Task<IReadOnlyList<BadRow>> BrokenRowsAsync(DuckSession session, long limit, CancellationToken cancel);

    /// <summary>The lines of rows by their numbers in <see cref="NumberedRows"/>, both ascending.</summary>
    /// <param name="broken">Lines that <see cref="NumberedRows"/> leaves out.</param>
    public abstract IReadOnlyList<long> LinesOf(IReadOnlyList<long> numbers, IReadOnlySet<long> broken);

    /// <summary>Rows of the file, broken ones too, counted without the engine; null when it leaves none out unasked.</summary>
    public virtual long? CountRows() => null;

    /// <summary>What an error of the engine means when it refuses the delta as a whole; null when the error says enough.</summary>
    public virtual IcebergException? Explain(IcebergException error) => null;

    /// <summary>The types of text columns that hold for all of their values.</summary>
    public virtual Task<ImmutableArray<IcebergType>> InferTypesAsync(DuckSession session, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<IcebergType>>([.. Columns.Select(c => c.Type!)]);

    /// <summary>Every value of one row of a small query.</summary>
    protected static async Task<List<object?[]>> QueryAsync(DuckSession session, string sql, CancellationToken cancel) =>
        await RowReader.ReadAllAsync(session, sql, [], ValueForm.Physical, cancel).ConfigureAwait(false);
}
