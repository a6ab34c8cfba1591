using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A Parquet file. Its columns have types; they must be those of the table or become them without loss.</summary>
public sealed class ParquetDelta : DeltaSource
{
    private readonly string _path;

    private ParquetDelta(string path) => _path = path;

    public override string Rows => $"SELECT {Items} FROM read_parquet({Sql.Path(_path)})";

    public override string NumberedRows => $"SELECT file_row_number + 1 AS ord, {Items} FROM read_parquet({Sql.Path(_path)}, file_row_number = true)";

    private string Items => string.Join(", ", Columns.Select((c, i) => $"{Sql.Name(c.Name)} AS {Column(i)}"));

    /// <exception cref="IcebergException">DeltaFileInvalid: the file is no Parquet file, or is truncated.</exception>
    public static async Task<ParquetDelta> OpenAsync(DuckSession session, string name, string path, string contentHash, CancellationToken cancel)
    {
        List<object?[]> columns;
        try
        {
            columns = await QueryAsync(session, $"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet({Sql.Path(path)}))", cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (e.Kind is not IcebergErrorKind.AccessDenied)
        {
            throw new IcebergException(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is not a readable Parquet file; it may be truncated: {e.Message}", e);
        }
        return new ParquetDelta(path)
        {
            Name = name,
            ContentHash = contentHash,
            Size = new FileInfo(path).Length,
            Columns = [.. columns.Select(c => new DeltaColumn((string)c[0]!, EngineType.Parse(name, (string)c[0]!, (string)c[1]!)))],
        };
    }

    /// <summary>Only casts that keep every value; the table's rules say which (see <see cref="ExactCast.CanFeed"/>).</summary>
    public override StrictCast Cast(int index, IcebergType type)
    {
        string column = Column(index);
        return Columns[index].Type!.Equals(type) ? new(column, "true") : ExactCast.Of(column, Columns[index].Type!, type);
    }

    public override Task<IReadOnlyList<BadRow>> BrokenRowsAsync(DuckSession session, long limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<BadRow>>([]);

    public override IReadOnlyList<long> LinesOf(IReadOnlyList<long> numbers, IReadOnlySet<long> broken) => numbers;
}
