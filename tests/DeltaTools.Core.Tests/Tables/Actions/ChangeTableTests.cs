using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class ChangeTableTests
{
    private static readonly ChangeTable s_everything = new()
    {
        FormatVersion = 3,
        Columns =
        [
            new WidenColumn("id", IcebergType.Long), new DropColumn("gone"), new RenameColumn("name", "title"),
            SchemaText.ParseAddition("address.zip string after city"), SchemaText.ParseAddition("born date comment 'x' first"),
            new MakeColumnOptional("day"), new WidenColumn("day", IcebergType.Timestamp), new SetIdentifierFields(["id"]),
        ],
        RemovedPartitions = ["gone"],
        AddedPartitions = ["year(born), bucket(4, title)"],
        SortOrder = ["born desc"],
        Properties = new() { Set = SampleTables.Properties(("a", "1"), ("comment", new string('x', 80))), Remove = ["old"] },
    };

    [Fact]
    public void Apply_DoesEveryPartOnTheResultOfThoseBefore()
    {
        TableMetadata after = After(Table(2), s_everything);

        Assert.Equal(3, after.FormatVersion);
        Assert.Equal("born date comment 'x', id long not null, title string, address struct<city: string, zip: string>, day timestamp", SchemaText.Print(after.CurrentSchema));
        Assert.Equal(["year(born)", "bucket(4, title)"], PartitionText.Print(after.DefaultSpec, after.CurrentSchema).ToArray());
        Assert.Equal(["born desc"], SortText.Print(after.DefaultSortOrder, after.CurrentSchema).ToArray());
        Assert.Equal(["a", "comment", TableProperties.ParquetCompression], after.Properties.Keys);
    }

    [Fact]
    public void Difference_SaysWhatChangesAndWarnsOfOtherEngines()
    {
        TableDifference difference = TableDifference.Of(Table(2), s_everything);

        Assert.Equal(
            [
                "upgrade format version 2 to 3",
                "remove column gone",
                "add column born date",
                "widen column id from int to long",
                "rename column name to title",
                "add column address.zip string",
                "widen column day from date to timestamp",
                "allow NULL in column day",
                "identify rows by id",
                "stop partitioning by gone",
                "partition by year(born)",
                "partition by bucket(4, title)",
                "sort by born desc",
                "set property a = 1",
                $"set property comment = {new string('x', 60)}…",
                "remove property old",
            ],
            difference.Changes.ToArray());
        Assert.Equal(2, difference.Warnings.Length);
        Assert.Contains("Athena", difference.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("Column day becomes a timestamp", difference.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Difference_IsEmptyWhenTheTableIsSoAlready()
    {
        TableMetadata after = After(Table(2), s_everything);

        TableDifference again = TableDifference.Of(after, new ChangeTable { FormatVersion = 3, SortOrder = ["born desc"], Properties = s_everything.Properties });

        Assert.Empty(again.Changes);
        Assert.Empty(again.Warnings);
    }

    [Fact]
    public void Difference_TellsOfOrderCommentsAndNestedColumns()
    {
        ChangeTable change = new()
        {
            Columns =
            [
                new MoveColumn("day", ColumnPosition.First), new SetColumnDoc("name", "who"), new RenameColumn("address.city", "town"),
                SchemaText.ParseAddition("more struct<a: int, b: int>"),
            ],
            SortOrder = [],
        };

        Assert.Equal(
            ["comment column name", "rename column address.city to town", "add column more struct<a: int, b: int>", "order the columns day, id, name, gone, address, more", "stop sorting"],
            TableDifference.Of(Table(2), change).Changes.ToArray());
        Assert.Equal(["remove column address"], TableDifference.Of(Table(2), new ChangeTable { Columns = [new DropColumn("address")] }).Changes.ToArray());
    }

    [Fact]
    public void Apply_InVersion1KeepsRemovedFieldsAsVoid()
    {
        TableMetadata after = After(Table(1), new ChangeTable { RemovedPartitions = ["gone"], AddedPartitions = ["day(day)"] });

        Assert.Equal([Transform.Void, Transform.Day], after.DefaultSpec.Fields.Select(f => f.Transform));
        Assert.Equal(["stop partitioning by gone", "partition by day(day)"], TableDifference.Of(Table(1), after).Changes.ToArray());
    }

    [Fact]
    public void Apply_RefusesPropertiesThatAreNone()
    {
        var error = Assert.Throws<IcebergException>(() => After(Table(2), new ChangeTable { Properties = new() { Set = SampleTables.Properties(("format-version", "3")) } }));

        Assert.Contains("-FormatVersion", error.Message, StringComparison.Ordinal);
    }

    private static TableMetadata After(TableMetadata before, ChangeTable change) => MetadataUpdates.Apply(before, change.Apply(before), before.LastUpdated);

    private static TableMetadata Table(int formatVersion)
    {
        Schema schema = SchemaText.Parse("id int not null, name string, gone string, address struct<city string>, day date not null");
        return TableMetadataFactory.Create(schema, PartitionText.Parse(["gone"], schema), SortText.Parse(["gone"], schema), "file:///t",
            SampleTables.Properties(("old", "0")), formatVersion, Guid.NewGuid(), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    }
}
