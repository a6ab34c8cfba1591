using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Tables.Actions;

public sealed class EvolutionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CommitAsync_EvolvesSchemaPartitioningAndOrderInOneCommit()
    {
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync("w", _folder.Path, default);
        Schema schema = SchemaText.Parse("id long not null, name string, ts timestamp");
        IcebergTable table = await IcebergTable.CreateAsync(
            catalog, TableIdentifier.Parse("a.b"), new NewTable(schema) { PartitionSpec = PartitionText.Parse(["bucket(4, id)"], schema) }, null, default);
        Assert.Equal(1000, table.Metadata.DefaultSpec.Fields.Single().FieldId);
        CommitResult result = await table.CommitAsync(
            [
                new UpdateSchema([new AddColumn(null, SchemaText.ParseColumn("city string")), new DropColumn("name")]),
                new UpdatePartitionSpec([new AddPartitionField("ts", Transform.Day)]),
                new UpdateSortOrder(new SortOrder(0, [new SortField([4], Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst)])),
            ],
            default);
        TableMetadata metadata = (await result.Table.RefreshAsync(default)).Metadata;

        Assert.Equal(["id", "ts", "city"], metadata.CurrentSchema.Fields.Select(f => f.Name));
        Assert.Equal([1000, 1001], metadata.DefaultSpec.Fields.Select(f => f.FieldId));
        Assert.Equal(4, metadata.DefaultSortOrder.Fields.Single().SourceId);
        Assert.Single(metadata.MetadataLog);
        Assert.Empty(result.Snapshots);
        Assert.False((await result.Table.CommitAsync(new UpdateSortOrder(metadata.DefaultSortOrder), default)).Changed);
    }

    [Fact]
    public async Task CommitAsync_TwoWritersThatAddColumnsBothSucceed()
    {
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync("w", _folder.Path, default);
        IcebergTable stale = await IcebergTable.CreateAsync(
            catalog, TableIdentifier.Parse("a.b"), new NewTable(SchemaText.Parse("id long")), null, default);
        await stale.CommitAsync(new UpdateSchema([new AddColumn(null, SchemaText.ParseColumn("x int"))]), default);
        CommitResult second = await stale.CommitAsync(new UpdateSchema([new AddColumn(null, SchemaText.ParseColumn("y int"))]), default);

        Assert.Equal([("id", 1), ("x", 2), ("y", 3)], second.Table.Metadata.CurrentSchema.Fields.Select(f => (f.Name, f.Id)));
        var error = await Assert.ThrowsAsync<IcebergException>(
            () => stale.CommitAsync(new UpdateSchema([new AddColumn(null, SchemaText.ParseColumn("y int"))]), default));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
    }

    [Fact]
    public async Task CreateAsync_RefusesWhatDoesNotFit()
    {
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync("w", _folder.Path, default);
        var table = new NewTable(Schema.Of(new NestedField(1, "t", IcebergType.TimestampNs)));

        var error = await Assert.ThrowsAsync<IcebergException>(
            () => IcebergTable.CreateAsync(catalog, TableIdentifier.Parse("a.b"), table, null, default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Empty(await catalog.ListTablesAsync(null, default));
        Assert.Equal(3, (await IcebergTable.CreateAsync(catalog, TableIdentifier.Parse("a.b"), table with { FormatVersion = 3 }, null, default)).Metadata.FormatVersion);
    }
}
