using System.Collections.Immutable;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Some rows of a result, column by column.</summary>
public sealed class RowBatch
{
    private readonly object?[][] _columns;

    internal RowBatch(ImmutableArray<ResultColumn> columns, object?[][] values, int count)
    {
        Columns = columns;
        _columns = values;
        Count = count;
    }

    public ImmutableArray<ResultColumn> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    public object? this[int row, int column] => _columns[column][row];

    /// <summary>The values of one column; may be longer than <see cref="Count"/>.</summary>
    public IReadOnlyList<object?> Column(int index) => _columns[index];

    /// <summary>A batch of one row of this one.</summary>
    public RowBatch Single(int row) => new(Columns, [.. _columns.Select(c => new[] { c[row] })], 1);

    public object?[] Row(int row) => [.. _columns.Select(c => c[row])];
}
