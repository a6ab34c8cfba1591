using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class TableReaderTests
{
    private static readonly FixtureTable Table = FixtureTable.Open("spark-v2-branch-tag");

    private static readonly TableRead Current = new(Table.Metadata.CurrentSnapshot, Table.Metadata.CurrentSchema);

    [Fact]
    public async Task Read_AppliesFilterColumnsAndLimit()
    {
        TableRead read = Current with { Columns = ["B"], Filter = FilterParser.Parse("a between 10 and 12") };

        Assert.Equal([20L, 22L, 24L], (await RowsAsync(read)).Select(Assert.Single).Order());
        Assert.Equal(2, (await RowsAsync(read with { Limit = 2 })).Count);
        Assert.Equal(10_001, (await RowsAsync(Current)).Count);
    }

    [Fact]
    public async Task Read_OfAnEarlierSnapshotSeesItsRows() => Assert.Equal(
        10_000, (await RowsAsync(new(SnapshotSelection.ById(Table.Metadata, 5231658854638766100).Snapshot, Table.Metadata.CurrentSchema))).Count);

    [Fact]
    public async Task Read_OfNoSnapshotHasNoRows() => Assert.Empty(await RowsAsync(Current with { Snapshot = null }));

    [Fact]
    public async Task Read_OfAColumnThatIsNotThereNamesTheNearest()
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => RowsAsync(Current with { Columns = ["aa"] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("Did you mean a?", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<object?[]>> RowsAsync(TableRead read)
    {
        List<object?[]> rows = [];
        await foreach (RowBatch batch in TableReader.ReadAsync(Table.Store, Table.Metadata, read, DuckOptions.Default, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(batch.Row(i));
        }
        return rows;
    }
}
