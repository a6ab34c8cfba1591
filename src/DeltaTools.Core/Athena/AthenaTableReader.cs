using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Athena;

/// <summary>Reads the rows of a table through Athena; the counterpart of <see cref="TableReader"/>.</summary>
public static class AthenaTableReader
{
    /// <exception cref="IcebergException">As <see cref="AthenaSession.RunAsync"/>.</exception>
    public static async IAsyncEnumerable<RowBatch> ReadAsync(
        AthenaSession session, IcebergTable table, TableRead read, TimeSpan? reuseWithin, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (read.Snapshot is null) yield break;
        ImmutableArray<NestedField> columns = TableReader.ColumnsOf(read);
        AthenaExecution done = await session.RunAsync(new AthenaStatement(Select(table.Identifier!, read, columns)) { ReuseWithin = reuseWithin, Purpose = $"read of {table.Name}" }, cancel)
            .ConfigureAwait(false);
        await foreach (AthenaPage page in done.ReadAsync(columns, cancel).ConfigureAwait(false)) yield return page.ToBatch();
    }

    internal static string Select(TableIdentifier table, TableRead read, ImmutableArray<NestedField> columns)
    {
        // Nested values come as JSON: Athena's own text of them cannot be told apart.
        IEnumerable<string> items = columns.Select(c => c.Type.IsNested
            ? $"json_format(CAST({AthenaSql.Name(c.Name)} AS JSON)) AS {AthenaSql.Name(c.Name)}" : AthenaSql.Name(c.Name));
        string sql = string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", items)} FROM {AthenaSql.Table(table)} FOR VERSION AS OF {read.Snapshot!.SnapshotId}");
        Predicate filter = Binder.Bind(read.Filter, read.Schema);
        if (filter != Predicate.True) sql += $" WHERE {AthenaFilter.Render(filter, read.Schema)}";
        return read.Limit is { } most ? string.Create(CultureInfo.InvariantCulture, $"{sql} LIMIT {most}") : sql;
    }
}
