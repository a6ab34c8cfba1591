using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>New-, Get- and Remove-IcebergTable, and how tables and catalogs are found.</summary>
public sealed class TableTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public TableTests() => _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");

    public void Dispose() => _session.Dispose();

    [Fact]
    public void New_MakesTheTableThatIsDescribed()
    {
        PSObject table = _session.Single("""
            New-IcebergTable shop.orders -Schema 'id long, ts timestamp comment ''when'', total decimal(12,2)' -Partition 'day(ts)', 'bucket(16, id)' `
                -SortOrder 'ts desc' -IdentifierColumn id -Property @{ 'write.merge.mode' = 'copy-on-write' }
            """);

        Assert.Equal("shop.orders", table.Properties["Table"].Value);
        Assert.Equal(2, table.Properties["Format"].Value);
        Assert.Equal(["id long not null", "ts timestamp", "total decimal(12, 2)"], Texts(table, "Schema"));
        Assert.Equal(["day(ts)", "bucket(16, id)"], Texts(table, "Partition"));
        Assert.Equal(["ts desc"], Texts(table, "SortOrder"));
        Assert.Equal("copy-on-write", _session.Single("(Get-IcebergTable shop.orders).Properties['write.merge.mode']").BaseObject);
        Assert.Equal(["id"], _session.Invoke("(Get-IcebergTable shop.orders).Schema | Where-Object IsIdentifier | ForEach-Object Name").Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("'a int not null, b string'")]
    [InlineData("([ordered]@{ a = 'int not null'; b = 'string' })")]
    [InlineData("hr.model")]
    [InlineData("(Get-IcebergTable hr.model)")]
    [InlineData("(Get-IcebergTable hr.model).Schema")]
    public void New_TakesColumnsInManyForms(string schema)
    {
        _session.Invoke("New-IcebergTable hr.model 'a int not null, b string'");

        PSObject table = _session.Single($"New-IcebergTable hr.made -Schema {schema}");

        Assert.Equal(["a int not null", "b string"], Texts(table, "Schema"));
    }

    [Theory]
    [InlineData("New-IcebergTable employee 'id int'", "InvalidArgument")]
    [InlineData("New-IcebergTable ./employee 'id int'", "InvalidArgument")]
    [InlineData("New-IcebergTable hr.x 'id nint'", "InvalidArgument")]
    [InlineData("New-IcebergTable hr.x @{ a = 'int'; b = 'int' }", "InvalidArgument")]
    [InlineData("New-IcebergTable hr.x 'id int' -Partition 'day(id)'", "InvalidArgument")]
    [InlineData("New-IcebergTable hr.x 'id int' -IdentifierColumn nope", "InvalidArgument")]
    [InlineData("New-IcebergTable hr.x hr.nope", "TableNotFound")]
    [InlineData("New-IcebergTable hr.taken 'id int'", "TableAlreadyExists")]
    public void New_ErrorsHaveTheirId(string script, string id)
    {
        _session.Invoke("New-IcebergTable hr.taken 'id int'");

        ErrorRecord error = _session.Error(script);

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.NewIcebergTableCommand", error.FullyQualifiedErrorId);
        Assert.True(_session.Terminates(script));
        Assert.Equal(["hr.taken"], _session.Invoke("(Get-IcebergTable).Table").Select(t => t.ToString()));
    }

    [Fact]
    public void New_IfNotExistsKeepsWhatIsThere()
    {
        object? uuid = _session.Single("New-IcebergTable hr.one 'id int'").Properties["Uuid"].Value;

        Assert.Equal(uuid, _session.Single("New-IcebergTable hr.one 'other string' -IfNotExists").Properties["Uuid"].Value);
    }

    [Fact]
    public void Get_ListsByNameNamespaceAndWildcard()
    {
        _session.Invoke("'hr.employee', 'hr.department', 'shop.order' | ForEach-Object { New-IcebergTable $_ 'id int' }");

        Assert.Equal(["hr.department", "hr.employee", "shop.order"], Names("Get-IcebergTable"));
        Assert.Equal(["hr.employee", "shop.order"], Names("Get-IcebergTable *.*e*r*, hr.e*".Replace("*.*e*r*", "shop.*", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["hr.department", "hr.employee"], Names("Get-IcebergTable -Namespace hr"));
        Assert.Equal(["hr.employee"], Names("'hr.employee' | Get-IcebergTable"));
        Assert.Equal(["hr.employee"], Names("[pscustomobject]@{ Table = 'hr.employee' } | Get-IcebergTable"));
        Assert.Empty(Names("Get-IcebergTable none.*"));
    }

    [Fact]
    public void Get_GoesOnAfterATableThatIsNotThere()
    {
        _session.Invoke("New-IcebergTable hr.employee 'id int'");

        RunResult result = _session.Run("Get-IcebergTable hr.employe, hr.employee");

        ErrorRecord error = Assert.Single(result.Errors);
        Assert.False(_session.Terminates("Get-IcebergTable hr.employe"));
        Assert.Equal("TableNotFound,DeltaTools.Cmdlets.Commands.GetIcebergTableCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("hr.employe", error.TargetObject);
        Assert.Contains("Did you mean hr.employee?", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Get-IcebergTable", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("hr.employee", Assert.Single(result.Output).Properties["Table"].Value);
    }

    [Fact]
    public void Get_OpensATableByItsFolderAndMetadataFile()
    {
        _session.Invoke("New-IcebergTable hr.employee 'id int'");

        string folder = Path.Join(_session.Folder, "warehouse", "hr", "employee");
        string metadata = Directory.GetFiles(Path.Join(folder, "metadata"), "*.metadata.json").Single();

        Assert.Equal([folder], Names($"Get-IcebergTable '{folder}'"));
        Assert.Equal([metadata], Names($"Get-IcebergTable '{metadata}'"));
        Assert.Equal([folder], Names($"[System.IO.DirectoryInfo]::new('{folder}') | Get-IcebergTable"));
    }

    [Fact]
    public void Remove_KeepsFilesUnlessPurged()
    {
        _session.Invoke("'hr.kept', 'hr.gone' | ForEach-Object { New-IcebergTable $_ 'id int' }");
        string warehouse = Path.Join(_session.Folder, "warehouse", "hr");

        Assert.Empty(_session.Invoke("Remove-IcebergTable hr.kept -Force"));
        PSObject removed = _session.Single("Get-IcebergTable hr.gone | Remove-IcebergTable -Purge -Force -PassThru");

        Assert.Equal("hr.gone", removed.Properties["Table"].Value);
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
        Assert.NotEmpty(Directory.GetFiles(Path.Join(warehouse, "kept"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Join(warehouse, "gone"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Property_TakesGenericDictionaries()
    {
        _session.Invoke("$of = [System.Collections.Generic.Dictionary[string, string]]::new(); $of['owner'] = 'hr'; New-IcebergTable hr.owned 'id int' -Property $of");

        Assert.Equal("hr", _session.Single("(Get-IcebergTable hr.owned).Properties['owner']").ToString());
    }

    [Fact]
    public void Remove_RefusesToPurgeSharedFiles()
    {
        _session.Invoke("New-IcebergTable hr.shared 'id int' -Property @{ 'gc.enabled' = $false }");

        ErrorRecord error = _session.Error("Remove-IcebergTable hr.shared -Purge -Force");

        Assert.Contains("gc.enabled", error.Exception.Message, StringComparison.Ordinal);
        Assert.Single(_session.Invoke("Get-IcebergTable"));
    }

    [Fact]
    public void Remove_OfATableByPathIsRefused()
    {
        _session.Invoke("New-IcebergTable hr.employee 'id int'");

        Assert.StartsWith("InvalidArgument", _session.Error($"Remove-IcebergTable '{_session.Folder}/warehouse/hr/employee' -Force").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(_session.Invoke("Get-IcebergTable"));
    }

    private string[] Names(string script) => [.. _session.Invoke(script).Select(t => (string)t.Properties["Table"].Value)];

    private static string[] Texts(PSObject table, string property) => [.. ((Array)table.Properties[property].Value).Cast<object>().Select(c => c.ToString()!)];
}
