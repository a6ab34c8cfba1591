using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Set-IcebergTable.</summary>
public sealed class SetTableTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public SetTableTests()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");
        _session.Invoke("New-IcebergTable hr.employee 'id int not null, name string, born date' -Partition 'bucket(4, id)' -Property @{ old = 1 }");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Set_ChangesEverythingInOneCommit()
    {
        PSObject table = _session.Single("""
            Set-IcebergTable hr.employee -AddColumn 'city string after surname', 'paid decimal(9,2)' -RenameColumn @{ name = 'surname' } -WidenColumn @{ id = 'long' } `
                -MoveColumn @{ born = 'first' } -ColumnDoc @{ name = 'family name' } -IdentifierColumn id -AddPartition 'year(born)' -RemovePartition 'bucket(4, id)' `
                -SortOrder 'surname' -Property @{ 'write.parquet.compression-level' = 7; 'gc.enabled' = $true } -RemoveProperty old -Description 'people'
            """);

        Assert.Equal(["born date", "id long not null", "surname string", "city string", "paid decimal(9, 2)"], Texts(table, "Schema"));
        Assert.Equal(["year(born)"], Texts(table, "Partition"));
        Assert.Equal(["surname"], Texts(table, "SortOrder"));
        Assert.Equal("comment=people gc.enabled=true write.parquet.compression-level=7", _session.Single(
            "((Get-IcebergTable hr.employee).Properties.GetEnumerator() | Where-Object Key -notlike '*codec*' | ForEach-Object { \"$($_.Key)=$($_.Value)\" }) -join ' '").ToString());
        Assert.Equal("family name", _session.Single("(Get-IcebergTable hr.employee).Schema | Where-Object Name -eq surname | ForEach-Object Doc").ToString());
        Assert.Equal("id", _session.Single("(Get-IcebergTable hr.employee).Schema | Where-Object IsIdentifier | ForEach-Object Name").ToString());
        Assert.Equal(2, Directory.GetFiles(Path.Join(_session.Folder, "warehouse", "hr", "employee", "metadata"), "*.metadata.json").Length);
    }

    [Fact]
    public void Set_WhatIfListsTheChanges()
    {
        _session.Host.ClearText();

        Assert.Empty(_session.Invoke("Set-IcebergTable hr.employee -AddColumn 'city string' -RemoveColumn born -SortOrder id -WhatIf"));

        Assert.Contains("hr.employee: remove column born; add column city string; sort by id", _session.Host.Text, StringComparison.Ordinal);
        Assert.Equal(3, Texts(_session.Single("Get-IcebergTable hr.employee"), "Schema").Length);
    }

    [Fact]
    public void Set_WithNothingToChangeCommitsNothing()
    {
        object? before = _session.Single("Get-IcebergTable hr.employee").Properties["MetadataLocation"].Value;

        PSObject after = _session.Single("Get-IcebergTable hr.employee | Set-IcebergTable -Property @{ old = 1 } -RemoveProperty none -SortOrder @()");

        Assert.Equal(before, after.Properties["MetadataLocation"].Value);
    }

    [Fact]
    public void Set_WarnsOfWhatOtherEnginesCannotRead()
    {
        RunResult result = _session.Run("Set-IcebergTable hr.employee -FormatVersion 3 -WidenColumn @{ born = 'timestamp' }");

        Assert.Empty(result.Errors);
        Assert.Equal(2, result.Warnings.Count);
        Assert.Contains(result.Warnings, w => w.Contains("Amazon Athena", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, w => w.Contains("born", StringComparison.Ordinal) && w.Contains("Java", StringComparison.Ordinal));
        Assert.Equal(3, Assert.Single(result.Output).Properties["Format"].Value);
    }

    [Theory]
    [InlineData("-RemoveColumn nope", "no column nope")]
    [InlineData("-RemoveColumn id", "partition")]
    [InlineData("-WidenColumn @{ id = 'string' }", "int")]
    [InlineData("-WidenColumn @{ id = 'lang' }", "'lang' is not a type")]
    [InlineData("-AddColumn 'x nint'", "'nint' is not a type")]
    [InlineData("-AddColumn 'x int not null'", "default")]
    [InlineData("-RenameColumn @{ id = 'name' }", "name already")]
    [InlineData("-MoveColumn @{ id = 'behind name' }", "first, before or after")]
    [InlineData("-AddPartition 'day(id)'", "day")]
    [InlineData("-RemovePartition nope", "nope")]
    [InlineData("-IdentifierColumn name", "not required")]
    [InlineData("-FormatVersion 1", "cannot go back")]
    [InlineData("-Property @{ 'format-version' = 3 }", "-FormatVersion")]
    public void Set_RefusesWhatCannotBe(string change, string reason)
    {
        ErrorRecord error = _session.Error($"Set-IcebergTable hr.employee {change}");

        Assert.Equal("InvalidArgument,DeltaTools.Cmdlets.Commands.SetIcebergTableCommand", error.FullyQualifiedErrorId);
        Assert.Contains(reason, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_RenamesInChainsWhateverTheOrderOfTheHashtable()
    {
        PSObject table = _session.Single("Set-IcebergTable hr.employee -RenameColumn @{ born = 'name'; name = 'was' }");

        Assert.Equal(["id int not null", "was string", "name date"], Texts(table, "Schema"));
    }

    [Fact]
    public void Set_ReplacesAColumnThatIdentifiesRows()
    {
        _session.Invoke("New-IcebergTable hr.keyed 'a int not null, b int not null' -IdentifierColumn a");

        PSObject table = _session.Single("Set-IcebergTable hr.keyed -RemoveColumn a -IdentifierColumn b");

        Assert.Equal(["b int not null"], Texts(table, "Schema"));
    }

    private static string[] Texts(PSObject table, string property) => [.. ((Array)table.Properties[property].Value).Cast<object>().Select(c => c.ToString()!)];
}
