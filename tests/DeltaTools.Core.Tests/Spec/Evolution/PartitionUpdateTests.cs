using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tests.Spec.Evolution;

public class PartitionUpdateTests
{
    [Fact]
    public void Updates_AddRemoveAndRenameInV2()
    {
        TableMetadata table = Table(2, "day(ts)", "bucket(16, id)");
        TableMetadata evolved = Evolve(table, new RemovePartitionField("ts_day"), new AddPartitionField("ts", Transform.Hour),
            new AddPartitionField("name", Transform.Truncate(4)), new RenamePartitionField("id_bucket", "shard"));
        Assert.Equal("1001 shard: bucket[16](1); 1002 ts_hour: hour(2); 1003 name_trunc_4: truncate[4](3)", Text(evolved));
        Assert.Equal((1, 1003), (evolved.DefaultSpecId, evolved.LastPartitionId));
    }

    [Fact]
    public void Updates_ReplaceWithVoidInV1()
    {
        TableMetadata table = Table(1, "day(ts)", "bucket(16, id)");
        TableMetadata evolved = Evolve(table, new RemovePartitionField("ts_day"), new AddPartitionField("ts", Transform.Month));
        Assert.Equal("1000 ts_day: void(2); 1001 id_bucket: bucket[16](1); 1002 ts_month: month(2)", Text(evolved));
        // The name of a void field is free for a new one.
        TableMetadata again = Evolve(evolved, new AddPartitionField("ts", Transform.Day));
        Assert.Equal("1000 ts_day_1000: void(2); 1001 id_bucket: bucket[16](1); 1002 ts_month: month(2); 1003 ts_day: day(2)", Text(again));
        TableMetadata renamed = Evolve(evolved, new RenamePartitionField("id_bucket", "ts_day"));
        Assert.Equal("1000 ts_day_1000: void(2); 1001 ts_day: bucket[16](1); 1002 ts_month: month(2)", Text(renamed));
        Assert.True(Evolve(evolved, new RemovePartitionField("ts_month"), new RemovePartitionField("id_bucket")).DefaultSpec.IsUnpartitioned);
    }

    [Fact]
    public void Updates_UseTheIdsAndNamesOfThePastAgain()
    {
        TableMetadata table = Table(2, "day(ts)");
        TableMetadata none = Evolve(table, new RemovePartitionField("ts_day"));
        Assert.True(none.DefaultSpec.IsUnpartitioned);
        Assert.Equal(new SetDefaultSpec(0), Assert.Single(PartitionUpdate.Updates(none, [new AddPartitionField("ts", Transform.Day)])));
        TableMetadata both = Evolve(none, new AddPartitionField("id", Transform.Bucket(4)), new AddPartitionField("ts", Transform.Day));
        Assert.Equal("1001 id_bucket_4: bucket[4](1); 1000 ts_day: day(2)", Text(both));
        TableMetadata named = Evolve(none, new AddPartitionField("ts", Transform.Day, "d"));
        Assert.Equal("1001 d: day(2)", Text(named));
    }

    [Fact]
    public void Updates_TakeARemovalBack()
    {
        TableMetadata table = Table(2, "day(ts)");
        Assert.Empty(PartitionUpdate.Updates(table, [new RemovePartitionField("day(ts)"), new AddPartitionField("ts", Transform.Day)]));
        Assert.Equal("1000 d: day(2)", Text(Evolve(table, new RemovePartitionField("ts_day"), new AddPartitionField("TS", Transform.Day, "d"))));
    }

    [Fact]
    public void Updates_GoFromCoarseToFineInOneStep() =>
        Assert.Equal("1000 ts_day: day(2); 1001 ts_hour: hour(2)", Text(Evolve(Table(2, "day(ts)"), new AddPartitionField("ts", Transform.Hour))));

    public static TheoryData<PartitionChange[], string> Refusals => new()
    {
        { [new AddPartitionField("ts", Transform.Day)], "partitioned by day(ts) already (ts_day)" },
        { [new AddPartitionField("nope", Transform.Day)], "There is no column nope. Columns are id, ts" },
        { [new AddPartitionField("name", Transform.Day)], "transform day, which does not take name of type string" },
        { [new AddPartitionField("ts", Transform.Hour), new AddPartitionField("ts", Transform.Month)], "month(ts) beside ts_hour is redundant" },
        { [new AddPartitionField("id", Transform.Bucket(4), "ts_day")], "There is a partition field ts_day already" },
        { [new AddPartitionField("id", Transform.Bucket(4), "name")], "named like a column that it is not made from" },
        { [new AddPartitionField("tags.element", Transform.Identity)], "nested in a list or map" },
        { [new RemovePartitionField("nope")], "There is no partition field nope. Fields are ts_day" },
        { [new RemovePartitionField("month(ts)")], "There is no partition field month(ts)" },
        { [new AddPartitionField("id", Transform.Identity), new RemovePartitionField("id")], "added by the same update" },
        { [new RenamePartitionField("ts_day", "d"), new RemovePartitionField("d")], "renamed by the same update" },
        { [new RemovePartitionField("ts_day"), new RenamePartitionField("ts_day", "d")], "added or removed by the same update" },
        { [new RenamePartitionField("nope", "d")], "There is no partition field nope" },
        { [new RenamePartitionField("ts_day", "")], "cannot be empty" },
        { [new RenamePartitionField("ts_day", "id")], "named like a column" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Updates_RefuseWhatJavaRefuses(PartitionChange[] changes, string message)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => PartitionUpdate.Updates(Table(2, "day(ts)"), changes));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.True(error.Message.Contains(message), error.Message);
    }

    [Fact]
    public void Updates_RefuseUnknownTransforms()
    {
        TableMetadata table = Table(2);
        table = table with { PartitionSpecs = [new PartitionSpec(0, [PartitionField.Of(1, 1000, "z", new UnknownTransform("zorder"))])] };
        Assert.Contains("zorder of z is not known", Assert.Throws<IcebergException>(() => PartitionUpdate.Updates(table, [new RemovePartitionField("z")])).Message);
    }

    [Fact]
    public void SortOrderUpdate_ReplacesTheOrder()
    {
        TableMetadata table = Table(2);
        SortOrder order = SortText.Parse(["id desc"], table.CurrentSchema);
        TableMetadata sorted = MetadataUpdates.Apply(table, SortOrderUpdate.Updates(table, order), table.LastUpdated);
        Assert.Equal((1, "id desc"), (sorted.DefaultSortOrderId, SortText.Print(sorted.DefaultSortOrder, sorted.CurrentSchema)[0]));
        Assert.Empty(SortOrderUpdate.Updates(sorted, order));
        Assert.Equal(new SetDefaultSortOrder(0), Assert.Single(SortOrderUpdate.Updates(sorted, SortOrder.Unsorted)));
    }

    private static string Text(TableMetadata table) => string.Join("; ", table.DefaultSpec.Fields.Select(f => $"{f.FieldId} {f.Name}: {f.Transform}({f.SourceId})"));

    private static TableMetadata Evolve(TableMetadata table, params PartitionChange[] changes) =>
        MetadataUpdates.Apply(table, PartitionUpdate.Updates(table, changes), table.LastUpdated);

    private static TableMetadata Table(int version, params string[] partition)
    {
        Schema schema = SchemaText.Parse("id long, ts timestamptz, name string, tags list<string>");
        return TableMetadataFactory.Create(
            schema, PartitionText.Parse(partition, schema), SortOrder.Unsorted, "s3://b/t", [], version, Guid.Empty, DateTimeOffset.UnixEpoch);
    }
}
