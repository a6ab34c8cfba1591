using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Aws.Athena;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>A query that ended well.</summary>
public sealed class AthenaExecution
{
    private readonly AthenaClient _client;
    private readonly int _pageSize;
    private readonly bool _hasHeader;

    internal AthenaExecution(AthenaClient client, string queryId, int pageSize, QueryExecution execution, AthenaStatistics statistics)
    {
        _client = client;
        _pageSize = pageSize;
        // The first row of a SELECT repeats the names; results of SHOW and its like have no such row.
        _hasHeader = execution.StatementType is null or "DML";
        QueryId = queryId;
        Statistics = statistics;
    }

    public string QueryId { get; }

    public AthenaStatistics Statistics { get; }

    /// <summary>Rows that the statement changed; null when it does not count.</summary>
    public async Task<long?> UpdateCountAsync(CancellationToken cancel) => (await PageAsync(null, 1, cancel).ConfigureAwait(false)).UpdateCount;

    /// <summary>Streams the rows, a page at a time.</summary>
    /// <param name="known">What the columns are, in order; empty: as the service says. Nested ones come as JSON.</param>
    public async IAsyncEnumerable<AthenaPage> ReadAsync(ImmutableArray<NestedField> known, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? token = null;
        ImmutableArray<NestedField> columns = known;
        bool isFirst = true;
        do
        {
            GetQueryResultsResponse page = await PageAsync(token, _pageSize, cancel).ConfigureAwait(false);
            ImmutableArray<ColumnInfo> infos = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
            if (isFirst && known.IsEmpty) columns = [.. infos.Select(Field)];
            IcebergType?[] types = known.IsEmpty
                ? [.. infos.Select(c => AthenaTypes.Result(c.Type, c.Precision, c.Scale))] : [.. known.Select(c => c.Type)];
            ImmutableArray<Row> rows = page.ResultSet?.Rows ?? [];
            if (isFirst && _hasHeader && !rows.IsEmpty && IsHeader(rows[0], infos)) rows = rows.RemoveAt(0);
            isFirst = false;
            yield return new(columns, [.. rows.Select(r => Values(r, types))]);
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
    }

    /// <summary>Streams the rows as those of the embedded engine come.</summary>
    public async IAsyncEnumerable<RowBatch> BatchesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (AthenaPage page in ReadAsync([], cancel).ConfigureAwait(false)) yield return page.ToBatch();
    }

    /// <summary>All rows at once; for small results.</summary>
    internal async Task<List<object?[]>> RowsAsync(CancellationToken cancel)
    {
        List<object?[]> rows = [];
        await foreach (AthenaPage page in ReadAsync([], cancel).ConfigureAwait(false)) rows.AddRange(page.Rows);
        return rows;
    }

    /// <summary>The numbers of the only row.</summary>
    internal async Task<long[]> NumbersAsync(CancellationToken cancel) =>
        [.. (await RowsAsync(cancel).ConfigureAwait(false))[0].Select(v => Convert.ToInt64(v ?? 0L, CultureInfo.InvariantCulture))];

    private Task<GetQueryResultsResponse> PageAsync(string? token, int size, CancellationToken cancel) =>
        _client.GetQueryResultsAsync(new GetQueryResultsRequest { QueryExecutionId = QueryId, NextToken = token, MaxResults = size }, cancel);

    private static bool IsHeader(Row row, ImmutableArray<ColumnInfo> infos) =>
        row.Data is { } data && data.Length == infos.Length && data.Zip(infos).All(p => p.First.VarCharValue == p.Second.Name);

    private static NestedField Field(ColumnInfo column, int index) =>
        new(index + 1, column.Name, AthenaTypes.Result(column.Type, column.Precision, column.Scale) ?? IcebergType.String);

    private static object?[] Values(Row row, IcebergType?[] types) =>
        [.. types.Select((type, i) => AthenaValues.Parse(row.Data is { } data && i < data.Length ? data[i].VarCharValue : null, type))];
}

/// <summary>Some rows of a result.</summary>
/// <param name="Columns">Names and types; of those that come as text, string.</param>
/// <param name="Rows">Values in the form <see cref="ValueForm.User"/>.</param>
public sealed record AthenaPage(ImmutableArray<NestedField> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <summary>The same as rows of the embedded engine come.</summary>
    public RowBatch ToBatch() => new(
        [.. Columns.Select(c => new ResultColumn(c.Name, c.Type))], [.. Columns.Select((_, i) => Rows.Select(r => r[i]).ToArray())], Rows.Count);
}
