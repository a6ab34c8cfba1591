using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tests.Spec.Evolution;

public class SchemaUpdateTests
{
    private const string Columns = "id int not null, ts timestamp, d date, address struct<city: string, zip: int>, "
        + "points list<struct<x: float, y: float>>, m map<struct<k: int>, struct<v: int>>, price decimal(9,2)";

    [Fact]
    public void Apply_AddsColumnsAtEveryDepthWithNewIds()
    {
        TableMetadata table = Table();
        int last = table.LastColumnId;
        Schema schema = SchemaUpdate.Apply(table,
        [
            SchemaText.ParseAddition("bonus decimal(9,2) comment 'x' first"),
            SchemaText.ParseAddition("address.geo struct<lat: double, lon: double> before zip"),
            SchemaText.ParseAddition("points.z float after x"),
            SchemaText.ParseAddition("m.w string"),
            SchemaText.ParseAddition("address.geo.alt double first"),
        ]);
        Assert.Equal(
            "bonus decimal(9, 2) comment 'x', id int not null, ts timestamp, d date, "
            + "address struct<city: string, geo: struct<alt: double, lat: double, lon: double>, zip: int>, "
            + "points list<struct<x: float, z: float, y: float>>, m map<struct<k: int>, struct<v: int, w: string>>, price decimal(9, 2)",
            SchemaText.Print(schema));
        Assert.Equal(
            [last + 1, last + 2, last + 3, last + 4, last + 5, last + 6, last + 7],
            new[] { "bonus", "address.geo", "address.geo.lat", "address.geo.lon", "points.element.z", "m.value.w", "address.geo.alt" }
                .Select(n => schema.FindField(n)!.Id));
    }

    [Fact]
    public void Apply_DropsRenamesMovesAndDocuments()
    {
        Schema schema = SchemaUpdate.Apply(Table(),
        [
            new RenameColumn("ts", "at"), new DropColumn("address.zip"), new MoveColumn("price", ColumnPosition.First),
            new MoveColumn("d", ColumnPosition.After("points")), new MoveColumn("points.element.y", ColumnPosition.Before("x")),
            new SetColumnDoc("AT", "when"), new RenameColumn("points.element.x", "X"), new MakeColumnOptional("id"),
        ]);
        Assert.Equal(
            "price decimal(9, 2), id int, at timestamp comment 'when', address struct<city: string>, "
            + "points list<struct<y: float, X: float>>, d date, m map<struct<k: int>, struct<v: int>>",
            SchemaText.Print(schema));
        Assert.Equal(Table().CurrentSchema.FindField("ts")!.Id, schema.FindField("at")!.Id);
    }

    [Fact]
    public void Apply_SeesTheChangesBefore()
    {
        Schema schema = SchemaUpdate.Apply(Table(), [new RenameColumn("ts", "old_ts"), SchemaText.ParseAddition("ts timestamptz"), new DropColumn("d"), SchemaText.ParseAddition("d int")]);
        Assert.Equal(IcebergType.TimestampTz, schema.FindField("ts")!.Type);
        Assert.NotEqual(Table().CurrentSchema.FindField("d")!.Id, schema.FindField("d")!.Id);
    }

    [Theory]
    [InlineData("add", "address string", "There is a column address already")]
    [InlineData("add", "ADDRESS string", "differs from it only in case")]
    [InlineData("add", "address.City string", "There is a column address.city already; City differs")]
    [InlineData("add", "nope.x int", "There is no column nope. Columns are id, ts, d")]
    [InlineData("add", "price.x int", "which is a decimal(9, 2) and not a struct")]
    [InlineData("add", "m.key.x int", "m.key, the key of a map, cannot be changed")]
    [InlineData("add", "r int not null", "The required column r needs a default")]
    [InlineData("add", "r int default 1", "The default of r needs format version 3; the table has 2")]
    [InlineData("add", "n timestamp_ns", "needs format version 3")]
    [InlineData("add", "s struct<v: variant>", "s.v of type variant, which needs format version 3")]
    [InlineData("add", "x int after nope", "There is no column nope")]
    [InlineData("add", "x int after city", "There is no column city")]
    [InlineData("drop", "nope", "There is no column nope")]
    [InlineData("drop", "points.element", "part of a list or map")]
    [InlineData("drop", "m.value", "part of a list or map")]
    [InlineData("drop", "m.key.k", "m.key, the key of a map")]
    [InlineData("drop", "m.value.v", "last field of m.value")]
    [InlineData("rename:x", "points.element", "part of a list or map")]
    [InlineData("rename:PRICE", "id", "differs from it only in case")]
    [InlineData("rename:price", "id", "There is a column price already")]
    [InlineData("rename:", "id", "cannot be empty")]
    [InlineData("rename:n", "m.key.k", "the key of a map")]
    [InlineData("widen:string", "id", "The type of id cannot change from int to string; int can become long")]
    [InlineData("widen:int", "ts", "cannot change from timestamp to int")]
    [InlineData("widen:timestamp", "d", "cannot change from date to timestamp; format version 3 could")]
    [InlineData("widen:decimal(8, 2)", "price", "cannot change from decimal(9, 2) to decimal(8, 2)")]
    [InlineData("widen:decimal(10, 3)", "price", "cannot change")]
    [InlineData("widen:struct<a: int>", "id", "cannot change from int to struct")]
    [InlineData("widen:long", "m.key.k", "the key of a map")]
    [InlineData("require", "ts", "ts cannot become required")]
    [InlineData("optional", "m.key", "the key of a map")]
    [InlineData("doc", "points.element", "part of a list or map")]
    [InlineData("default", "ts", "needs format version 3")]
    [InlineData("first", "points.element", "not a field of a struct")]
    [InlineData("after:id", "id", "before or after itself")]
    [InlineData("after:id", "address.city", "cannot be moved to another struct")]
    [InlineData("identify", "ts", "ts as an identifier field: it is not required")]
    [InlineData("identify", "address", "not of a primitive type")]
    [InlineData("identify", "nope", "There is no column nope")]
    public void Apply_RefusesWhatJavaRefuses(string change, string name, string message)
    {
        string argument = change.Contains(':') ? change[(change.IndexOf(':') + 1)..] : "";
        IcebergException error = Assert.Throws<IcebergException>(() => SchemaUpdate.Apply(Table(), [change.Split(':')[0] switch
        {
            "add" => SchemaText.ParseAddition(name),
            "drop" => new DropColumn(name),
            "rename" => new RenameColumn(name, argument),
            "widen" => new WidenColumn(name, SchemaText.ParseType(argument)),
            "require" => new RequireColumn(name),
            "optional" => new MakeColumnOptional(name),
            "doc" => new SetColumnDoc(name, "x"),
            "default" => new SetColumnDefault(name, 0L),
            "first" => new MoveColumn(name, ColumnPosition.First),
            "after" => new MoveColumn(name, ColumnPosition.After(argument)),
            _ => new SetIdentifierFields([name]),
        }]));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.True(error.Message.Contains(message), error.Message);
    }

    [Fact]
    public void Apply_RenamesAColumnToItsOtherCase() =>
        Assert.NotNull(SchemaUpdate.Apply(Table(), [new RenameColumn("price", "Price")]).FindField("Price"));

    [Theory]
    [InlineData(2, "int", "long", true)]
    [InlineData(1, "float", "double", true)]
    [InlineData(2, "decimal(9, 2)", "decimal(38, 2)", true)]
    [InlineData(2, "decimal(9, 2)", "decimal(38, 3)", false)]
    [InlineData(2, "date", "timestamp", false)]
    [InlineData(3, "date", "timestamp", true)]
    [InlineData(3, "date", "timestamp_ns", true)]
    [InlineData(3, "date", "timestamptz", false)]
    [InlineData(3, "date", "timestamptz_ns", false)]
    [InlineData(3, "unknown", "string", true)]
    [InlineData(3, "unknown", "list<int>", true)]
    [InlineData(2, "unknown", "string", false)]
    [InlineData(3, "long", "int", false)]
    [InlineData(3, "int", "string", false)]
    [InlineData(3, "string", "binary", false)]
    [InlineData(3, "timestamp", "timestamp_ns", false)]
    public void Promotion_FollowsTheTableOfTheSpecification(int version, string from, string to, bool allowed) =>
        Assert.Equal(allowed, Promotion.IsAllowed(SchemaText.ParseType(from), SchemaText.ParseType(to), version));

    [Fact]
    public void Apply_WidensTypesAndTheirDefaults()
    {
        TableMetadata table = Evolve(Table(3), SchemaText.ParseAddition("n int not null default 5"), SchemaText.ParseAddition("day date default '1969-12-31'"));
        Assert.Equal((5, 5), (table.CurrentSchema.FindField("n")!.InitialDefault, table.CurrentSchema.FindField("n")!.WriteDefault));
        Schema schema = SchemaUpdate.Apply(table, [new WidenColumn("n", IcebergType.Long), new WidenColumn("day", IcebergType.Timestamp), new WidenColumn("points.element.x", IcebergType.Double)]);
        Assert.Equal(5L, schema.FindField("n")!.InitialDefault);
        Assert.Equal(-86_400_000_000L, schema.FindField("day")!.WriteDefault);
        Assert.Equal(IcebergType.Double, schema.FindField("points.element.x")!.Type);
        SchemaJson.Parse(SchemaJson.ToText(schema), "written and read");
    }

    [Theory]
    [InlineData("bucket(4, d)", false)]
    [InlineData("d", false)]
    [InlineData("month(d)", true)]
    [InlineData("day(d)", true)]
    public void Apply_DoesNotPromoteWhatWouldMovePartitions(string partition, bool allowed)
    {
        TableMetadata table = Table(3);
        // Also a spec of the past: its files are still there.
        table = MetadataUpdates.Apply(table, [new AddPartitionSpec(PartitionText.Parse([partition], table.CurrentSchema))], table.LastUpdated);
        SchemaChange[] change = [new WidenColumn("d", IcebergType.Timestamp)];
        if (allowed) Assert.Equal(IcebergType.Timestamp, SchemaUpdate.Apply(table, change).FindField("d")!.Type);
        else Assert.Contains("would get other values", Assert.Throws<IcebergException>(() => SchemaUpdate.Apply(table, change)).Message);
    }

    [Fact]
    public void Apply_PromotesTheSourceOfABucketWhenHashesStay()
    {
        TableMetadata table = Table();
        table = MetadataUpdates.Apply(table, [new AddPartitionSpec(PartitionText.Parse(["bucket(4, id)"], table.CurrentSchema)), new SetDefaultSpec(TableUpdate.LastAdded)], table.LastUpdated);
        Assert.Equal(IcebergType.Long, Evolve(table, new WidenColumn("id", IcebergType.Long)).CurrentSchema.FindField("id")!.Type);
    }

    [Fact]
    public void Apply_KeepsIdentifierAndSourceColumns()
    {
        TableMetadata table = Evolve(Table(), new SetIdentifierFields(["ID"]));
        Assert.Equal([1], table.CurrentSchema.IdentifierFieldIds.AsEnumerable());
        Refused("id is an identifier field", table, new DropColumn("id"));
        Refused("it is not required", table, new MakeColumnOptional("id"));
        Assert.Empty(Evolve(table, new SetIdentifierFields([]), new DropColumn("id")).CurrentSchema.IdentifierFieldIds);
        Assert.Equal([1], Evolve(table, new RenameColumn("id", "key")).CurrentSchema.IdentifierFieldIds.AsEnumerable());

        TableMetadata parted = MetadataUpdates.Apply(table, [new AddPartitionSpec(PartitionText.Parse(["day(ts)"], table.CurrentSchema)), new SetDefaultSpec(TableUpdate.LastAdded)], table.LastUpdated);
        Refused("Change the partitioning first", parted, new DropColumn("ts"));
        Refused("ts_day, which is named like a column", parted, SchemaText.ParseAddition("ts_day int"));
        TableMetadata sorted = MetadataUpdates.Apply(table, SortOrderUpdate.Updates(table, SortText.Parse(["d"], table.CurrentSchema)), table.LastUpdated);
        Refused("Change the sort order first", sorted, new DropColumn("d"));
    }

    [Fact]
    public void Apply_RequiresOnlyWhatIsAddedWithADefault()
    {
        Schema schema = SchemaUpdate.Apply(Table(3), [SchemaText.ParseAddition("n int default 5"), new RequireColumn("n"), new SetColumnDefault("n", 6)]);
        Assert.Equal((true, 5, 6), (schema.FindField("n")!.Required, schema.FindField("n")!.InitialDefault, schema.FindField("n")!.WriteDefault));
        Refused("cannot be written to JSON as type int", Table(3), new SetColumnDefault("id", "x"));
        Refused("default to NULL", Table(3), new SetColumnDefault("points", Array.Empty<object?>()));
        Refused("The default of the struct address stands with its fields", Table(3), new SetColumnDefault("address", new object?[] { 1 }));
        Assert.NotNull(SchemaUpdate.Apply(Table(3), [new SetColumnDefault("address", Array.Empty<object?>())]).FindField("address")!.WriteDefault);
    }

    [Fact]
    public void Updates_ChangeNothingForNothing() => Assert.Empty(SchemaUpdate.Updates(
        Table(), [new RenameColumn("id", "x"), new RenameColumn("x", "id"), new WidenColumn("id", IcebergType.Int), new MakeColumnOptional("ts")]));

    [Fact]
    public void Updates_GoBackToASchemaThatWas()
    {
        TableMetadata table = Evolve(Table(), new RenameColumn("id", "x"));
        Assert.Equal(new SetCurrentSchema(0), Assert.Single(SchemaUpdate.Updates(table, [new RenameColumn("x", "id")])));
    }

    [Fact]
    public void Updates_TakeThePropertiesOfColumnsAlong()
    {
        TableMetadata table = Table();
        table = MetadataUpdates.Apply(table, [new SetProperties(StringMap.Empty
            .Add("write.metadata.metrics.column.ts", "full").Add("write.metadata.metrics.column.address.city", "none").Add("write.metadata.metrics.column.d", "none")
            .Add(TableProperties.NameMapping, NameMappingJson.ToText(NameMapping.Of(table.CurrentSchema))))], table.LastUpdated);
        TableMetadata evolved = Evolve(table, new RenameColumn("ts", "at"), new RenameColumn("address", "home"), new DropColumn("d"), SchemaText.ParseAddition("n int"));
        Assert.Equal(
            ["write.metadata.metrics.column.at", "write.metadata.metrics.column.home.city"],
            evolved.Properties.Keys.Where(k => k.StartsWith("write.metadata", StringComparison.Ordinal)));
        NameMapping mapping = NameMappingJson.Of(evolved)!;
        Assert.Equal(mapping.Find("ts"), mapping.Find("at"));
        Assert.Equal(evolved.CurrentSchema.FindField("n")!.Id, mapping.Find("n")!.FieldId);

        TableMetadata broken = MetadataUpdates.Apply(table, [new SetProperties(StringMap.Empty.Add(TableProperties.NameMapping, "oops"))], table.LastUpdated);
        Assert.Equal("oops", Evolve(broken, new DropColumn("price")).Properties[TableProperties.NameMapping]);
    }

    /// <summary>Ids never mean another column, whatever is done.</summary>
    [Fact]
    public void Apply_NeverUsesAnIdTwice()
    {
        Gen<SchemaChange> changes = Gen.OneOf(
            Gen.Int[0, 9].Select(i => (SchemaChange)SchemaText.ParseAddition($"c{i} struct<x: int, l: list<int>>")),
            Gen.Int[0, 9].Select(i => (SchemaChange)SchemaText.ParseAddition($"c{i}.y map<int, int> first")),
            Gen.Int[0, 9].Select(i => (SchemaChange)new DropColumn($"c{i}")),
            Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Select((i, j) => (SchemaChange)new RenameColumn($"c{i}", $"c{j}")),
            Gen.Int[0, 9].Select(i => (SchemaChange)new MoveColumn($"c{i}", ColumnPosition.First)));
        changes.Array[1, 30].Sample(list =>
        {
            TableMetadata table = Table();
            Dictionary<int, string> types = table.CurrentSchema.AllFields.ToDictionary(f => f.Id, f => f.Type.Id.ToString());
            foreach (SchemaChange change in list)
            {
                int last = table.LastColumnId;
                try
                {
                    table = Evolve(table, change);
                }
                catch (IcebergException)
                {
                    continue;
                }
                foreach (NestedField field in table.CurrentSchema.AllFields)
                {
                    if (field.Id > last) types.Add(field.Id, field.Type.Id.ToString());
                    if (types[field.Id] != field.Type.Id.ToString()) return false;
                }
            }
            return table.LastColumnId >= table.CurrentSchema.HighestFieldId;
        }, iter: 200);
    }

    private static void Refused(string message, TableMetadata table, params SchemaChange[] changes) =>
        Assert.Contains(message, Assert.Throws<IcebergException>(() => SchemaUpdate.Updates(table, changes)).Message);

    private static TableMetadata Evolve(TableMetadata table, params SchemaChange[] changes) =>
        MetadataUpdates.Apply(table, SchemaUpdate.Updates(table, changes), table.LastUpdated);

    private static TableMetadata Table(int version = 2) => TableMetadataFactory.Create(
        SchemaText.Parse(Columns), PartitionSpec.Unpartitioned, SortOrder.Unsorted, "s3://b/t", [], version, Guid.Empty, DateTimeOffset.UnixEpoch);
}
