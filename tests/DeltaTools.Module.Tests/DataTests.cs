using System.Data;
using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Get-IcebergData, Get-IcebergSnapshot and Get-IcebergHistory on tables that other engines wrote.</summary>
public sealed class DataTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    private static readonly string Bunnies = ForeignTable.Bunnies.Arguments;
    private static readonly string Branches = ForeignTable.Branches.Arguments;

    [Fact]
    public void Rows_AreObjectsWithTheColumnsOfTheSchema()
    {
        PSObject row = session.Single($"Get-IcebergData {Bunnies} -Filter \"\"\"Breed Name\"\" = 'Rex'\"");

        Assert.Equal(
            ["Breed Name", "Average Weight", "Fur Length", "Lifespan", "Origin Country", "Ear Type", "Temperament", "Popularity Rank", "breed_name_length"],
            row.Properties.Select(p => p.Name));
        Assert.Equal(2.5, row.Properties["Average Weight"].Value);
        Assert.Equal(6L, row.Properties["Lifespan"].Value);
        Assert.Equal(3, row.Properties["breed_name_length"].Value);
        Assert.Equal("DeltaTools.Row", row.TypeNames[0]);
    }

    [Theory]
    [InlineData("", 10001)]
    [InlineData("-Filter 'a < 10'", 12)]
    [InlineData("-Filter 'a between 10 and 12 or b = -42'", 4)]
    [InlineData("-Filter @{ a = 42; b = 84 }", 1)]
    [InlineData("-Filter @{ a = 42; b = 85 }", 0)]
    [InlineData("-First 7", 7)]
    [InlineData("-Filter 'a >= 0' -First 20000", 9999)]
    [InlineData("-Ref test-branch", 9999)]
    [InlineData("-Ref EOW-01", 10000)]
    [InlineData("-SnapshotId 1638951453256129678", 0)]
    [InlineData("-AsOf '2024-04-24 09:46:36Z'", 10000)]
    [InlineData("-AsOf ([datetimeoffset]::UtcNow)", 10001)]
    public void Rows_AreThoseThatAreAskedFor(string arguments, int count) =>
        Assert.Equal(count, session.Invoke($"Get-IcebergData {Branches} {arguments}").Count);

    [Fact]
    public void Values_HaveTheirDotNetTypes()
    {
        PSObject row = session.Single($"Get-IcebergData {ForeignTable.AllTypes.Arguments}");

        Assert.Equal(
            [typeof(long), typeof(bool), typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(DateOnly), typeof(TimeOnly),
                typeof(DateTime), typeof(DateTimeOffset), typeof(string), typeof(Guid), typeof(byte[]), typeof(object[])],
            row.Properties.Select(p => p.Value.GetType()));
    }

    [Fact]
    public void NestedValues_AreObjectsAndDictionaries()
    {
        string[] values = [.. session.Invoke($$"""
            $row = Get-IcebergData {{ForeignTable.Nested.Arguments}}
            $row.col0['key2'], $row.col0.GetType().Name, $row.col1.nested_int, $row.col1.nested_string
            """).Select(v => v.ToString())];

        Assert.Equal(["2", "OrderedDictionary", "42", "nested_value"], values);
    }

    [Fact]
    public void Column_GivesTheOrderAndTakesAnyCase() =>
        Assert.Equal(["b", "a"], session.Single($"Get-IcebergData {Branches} -Column B, A -First 1").Properties.Select(p => p.Name));

    [Fact]
    public void Column_NeedNotIncludeWhatIsFiltered()
    {
        PSObject row = session.Single($"Get-IcebergData {Branches} -Filter 'a = 42' -Column b");

        Assert.Equal(84L, Assert.Single(row.Properties).Value);
    }

    [Fact]
    public void Snapshots_PipeIntoData()
    {
        object[] counts = [.. session.Invoke($"Get-IcebergSnapshot {Bunnies} | ForEach-Object {{ @($_ | Get-IcebergData).Count }}").Select(c => c.BaseObject)];

        Assert.Equal([20, 20, 21], counts);
    }

    [Fact]
    public void History_PipesIntoDataAndSnapshots()
    {
        Assert.Equal(3, session.Invoke($"Get-IcebergHistory {Bunnies} | Get-IcebergSnapshot").Count);
        Assert.Equal(61, session.Invoke($"Get-IcebergHistory {Bunnies} | Get-IcebergData").Count);
    }

    [Fact]
    public void Snapshot_TellsWhatItsCommitDid()
    {
        PSObject snapshot = session.Single($"Get-IcebergSnapshot {Branches} 7558608030923099867");

        Assert.Equal("overwrite", snapshot.Properties["Operation"].Value);
        Assert.Equal(0L, snapshot.Properties["AddedRows"].Value);
        Assert.Equal(1L, snapshot.Properties["RemovedRows"].Value);
        Assert.Equal(5231658854638766100, snapshot.Properties["ParentId"].Value);
        Assert.Equal(3L, snapshot.Properties["SequenceNumber"].Value);
        Assert.Equal(["test-branch"], (string[])snapshot.Properties["Refs"].Value);
        Assert.Equal("local-1713951981838", session.Single($"(Get-IcebergSnapshot {Branches} 7558608030923099867).Summary['spark.app.id']").BaseObject);
    }

    [Fact]
    public void Snapshot_WithDeleteFilesDoesNotGuessItsRows()
    {
        Assert.Null(session.Single($"Get-IcebergSnapshot {Branches} -Ref main").Properties["TotalRows"].Value);
        Assert.Equal(10000L, session.Single($"Get-IcebergSnapshot {Branches} 5231658854638766100").Properties["TotalRows"].Value);
    }

    [Fact]
    public void DataTable_HasTypedColumnsAndDbNull()
    {
        DataTable table = (DataTable)session.Single($"Get-IcebergData {ForeignTable.AllTypes.Arguments} -As DataTable").BaseObject;

        Assert.NotEmpty(table.Rows.Cast<DataRow>());
        Assert.All(table.Columns.Cast<DataColumn>(), c => Assert.All(
            table.Rows.Cast<DataRow>(), r => Assert.True(r.IsNull(c) || c.DataType.IsInstanceOfType(r[c]), c.ColumnName)));
    }

    [Fact]
    public void DataTable_OfNoRowsHasItsColumns()
    {
        DataTable table = (DataTable)session.Single($"Get-IcebergData {Branches} -SnapshotId 1638951453256129678 -As DataTable").BaseObject;

        Assert.Equal(["a", "b"], table.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
        Assert.Empty(table.Rows);
    }

    [Theory]
    [InlineData("-Column c", "InvalidArgument", "'c'")]
    [InlineData("-Filter 'a ='", "InvalidArgument", "")]
    [InlineData("-Filter 'nope = 1'", "InvalidArgument", "nope")]
    [InlineData("-Filter 12", "InvalidArgument", "-Filter takes")]
    [InlineData("-SnapshotId 5", "SnapshotNotFound", "5")]
    [InlineData("-AsOf 2000-01-01", "SnapshotNotFound", "2000-01-01")]
    [InlineData("-Ref nope", "RefNotFound", "test-branch")]
    [InlineData("-ReportDate 2021-01-01", "SnapshotNotFound", "no merge")]
    public void Errors_NameTheCause(string arguments, string id, string text)
    {
        ErrorRecord error = session.Error($"Get-IcebergData {Branches} {arguments}");

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.GetIcebergDataCommand", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFiles_AreAnErrorAndNoEmptyTable()
    {
        ErrorRecord error = session.Error($"Get-IcebergData '{ForeignTable.Branches.Folder}'");

        Assert.StartsWith("TableDataInvalid", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectorsExcludeEachOther() =>
        Assert.Contains("AmbiguousParameterSet", session.Error($"Get-IcebergData {Branches} -Ref main -AsOf 2024-01-01").FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void ErrorsOfTheConsumer_EndTheReadingUnchanged()
    {
        RunResult result = session.Run($"Get-IcebergData {Branches} | ForEach-Object {{ $_.a; if ($_.a -eq 5) {{ throw 'enough' }} }}");

        Assert.Equal("enough", Assert.Single(result.Errors).Exception.Message);
        Assert.InRange(result.Output.Count, 1, 10000);
    }

    [Fact]
    public void EmptyTable_HasNoRows()
    {
        using ModuleSession own = new();

        Assert.Empty(own.Invoke($"Connect-IcebergCatalog '{own.Folder}'; [void] (New-IcebergTable hr.x 'id int'); Get-IcebergData hr.x"));
    }
}
