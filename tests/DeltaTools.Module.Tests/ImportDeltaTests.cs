using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers;

namespace DeltaTools.Module.Tests;

public sealed class ImportDeltaTests : IDisposable
{
    private const string Header = "employee_id,sex,forename,department_id,record_deleted\n";
    private readonly ModuleSession _session = new();

    public ImportDeltaTests() => _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Import_MakesTheTableFromTheFile()
    {
        string file = File("day1.csv", Header + "1,M,Dexter,,f\n2,F,\"\",7,t\n");

        PSObject import = _session.Single($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal(("hr.raw", 2L, 0L, "Imported"), (Value(import, "Table"), Value(import, "Rows"), Value(import, "Rejected"), Value(import, "Status")!.ToString()));
        Assert.Equal(new DateOnly(2021, 1, 1), Value(import, "DateReceived"));
        Assert.Equal(Value(_session.Single("Get-IcebergSnapshot hr.raw"), "SnapshotId"), Value(import, "SnapshotId"));
        Assert.Equal(
            ["employee_id long", "sex string", "forename string", "department_id long", "record_deleted boolean", "date_received date"],
            ((System.Collections.IEnumerable)_session.Single("Get-IcebergTable hr.raw").Properties["Schema"].Value).Cast<object>().Select(c => c.ToString()));
        Assert.Equal("True True 0", _session.Single("$r = @(Get-IcebergData hr.raw); \"$($null -eq $r[0].department_id) $('' -ceq $r[1].forename) $([int] $r[0].record_deleted)\"").BaseObject);
    }

    [Fact]
    public void Import_SameContentIsImportedOnce()
    {
        string file = File("a.csv", Header + "1,M,Dexter,1,f\n");
        string copy = File("copy-of-a.csv", Header + "1,M,Dexter,1,f\n");
        PSObject first = _session.Single($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        PSObject second = _session.Single($"Import-Delta '{copy}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("AlreadyImported", Value(second, "Status")!.ToString());
        Assert.Equal(Value(first, "SnapshotId"), Value(second, "SnapshotId"));
        Assert.Single(_session.Invoke("Get-IcebergData hr.raw"));
    }

    [Fact]
    public void Import_ManyFilesAreOneCommit()
    {
        for (int i = 1; i <= 3; i++) File($"part-{i}.csv", Header + $"{i},M,x,1,f\n");

        IReadOnlyList<PSObject> imports = _session.Invoke($"Import-Delta '{_session.Folder}/part-*.csv' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal(3, imports.Count);
        Assert.Single(imports.Select(i => Value(i, "SnapshotId")).Distinct());
        Assert.Equal(3, _session.Invoke("Get-IcebergData hr.raw").Count);
    }

    [Fact]
    public void Import_TakesObjectsAndFilesFromThePipeline()
    {
        _session.Invoke("""
            1..3 | ForEach-Object { [pscustomobject] @{ id = $_; name = "n$_"; at = [datetime] '2024-05-06 07:08:09'; price = 1.5d; gone = $false } } |
                Import-Delta -Table hr.objects -DateReceived 2024-05-06
            """);
        string file = File("more.jsonl", """{"id": 4, "name": null}""" + "\n");

        PSObject import = _session.Single($"[System.IO.FileInfo] '{file}' | Import-Delta -Table hr.objects -DateReceived 2024-05-07");

        Assert.Equal(1L, Value(import, "Rows"));
        IReadOnlyList<PSObject> rows = _session.Invoke("Get-IcebergData hr.objects -Column id, name, at, price");
        Assert.Equal(4, rows.Count);
        PSObject first = _session.Single("Get-IcebergData hr.objects -Filter 'id = 1'");
        Assert.Equal((1, new DateTime(2024, 5, 6, 7, 8, 9), 1.5m), (Value(first, "id"), Value(first, "at"), Value(first, "price")));
        Assert.Equal("at,price,gone", string.Join(',', (IEnumerable<object>)Value(_session.Single("Get-IcebergData hr.objects -Filter 'id = 4'"), "absent_columns")!));
    }

    [Fact]
    public void Import_ReadsParquet()
    {
        File("a.csv", Header + "1,M,Dexter,1,f\n");
        _session.Invoke($"Import-Delta '{_session.Folder}/a.csv' -Table hr.raw -DateReceived 2021-01-01");
        string parquet = Directory.GetFiles($"{_session.Folder}/warehouse", "*.parquet", SearchOption.AllDirectories).Single();

        PSObject import = _session.Single($"Import-Delta '{parquet}' -Table hr.again");

        Assert.Equal((1L, new DateOnly(2021, 1, 1)), (Value(import, "Rows"), Value(import, "DateReceived")));
    }

    [Theory]
    [InlineData("1,M,x,1,f\n2,M,y\n", 3, null, "the row has 3 fields, the header has 5")]
    [InlineData("1,M,x,1,f\nabc,M,y,1,f\n", 3, "employee_id", "'abc' is not a long")]
    [InlineData("1,M,x,1.5,f\n", 2, "department_id", "'1.5' is not a long")]
    [InlineData("1,M,x,1,f\n2,M,\"a\nb\",1,f\n3,M,x,1,perhaps\n", 5, "record_deleted", "'perhaps' is not a boolean")]
    public void Import_BadRowsAreNamedAndNothingIsImported(string rows, int line, string? column, string reason)
    {
        _session.Invoke("New-IcebergTable hr.raw 'employee_id long, sex string, forename string, department_id long, record_deleted boolean, date_received date'");
        string file = File("bad.csv", Header + rows);

        RunResult result = _session.Run($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Empty(result.Output);
        Assert.All(result.Errors, e => Assert.Equal("DeltaRowInvalid,DeltaTools.Cmdlets.Commands.ImportDeltaCommand", e.FullyQualifiedErrorId));
        string message = result.Errors[0].Exception.Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains($"line {line}", message, StringComparison.Ordinal);
        if (column is not null) Assert.Contains($"column {column}", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("Nothing of", result.Errors[^1].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.raw"));
        Assert.Empty(Directory.GetFiles($"{_session.Folder}/warehouse", "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public void Import_ErrorLimitLetsTheGoodRowsIn()
    {
        _session.Invoke("New-IcebergTable hr.raw 'employee_id long, sex string, forename string, department_id long, record_deleted boolean, date_received date'");
        string file = File("bad.csv", Header + "1,M,x,1,f\nabc,M,y,1,f\n3,M\n4,F,z,2,t\n");

        RunResult result = _session.Run($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -ErrorLimit 2");

        Assert.Equal(["line 3, column employee_id: 'abc' is not a long", "line 4: the row has 2 fields, the header has 5"],
            result.Errors.Select(e => e.Exception.Message[(e.Exception.Message.IndexOf("line", StringComparison.Ordinal))..]));
        PSObject row = PSObject.AsPSObject(result.Errors[0].TargetObject);
        Assert.Equal((file, 3L, "employee_id", "abc", "is not a long"), (Value(row, "Source"), Value(row, "Line"), Value(row, "Column"), Value(row, "Value"), Value(row, "Reason")));
        Assert.Equal((2L, 2L), (Value(result.Output[0], "Rows"), Value(result.Output[0], "Rejected")));
        Assert.Equal(2, _session.Invoke("Get-IcebergData hr.raw").Count);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,,c\n1,2,3\n", "no name for column 2")]
    [InlineData("PAR1 this is no Parquet file", "not a readable Parquet file", ".parquet")]
    [InlineData("[1]\n", "holds no JSON object", ".jsonl")]
    [InlineData("x", "cannot be told from its extension", ".dat")]
    public void Import_BrokenFilesAreRefused(string content, string message, string extension = ".csv")
    {
        string file = File("broken" + extension, content);

        ErrorRecord error = _session.Error($"Import-Delta '{file}' -Table hr.raw");

        Assert.Equal("DeltaFileInvalid,DeltaTools.Cmdlets.Commands.ImportDeltaCommand", error.FullyQualifiedErrorId);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
    }

    [Fact]
    public void Import_UnknownColumnStopsUnlessItMayBeAdded()
    {
        File("a.csv", "id,name\n1,x\n");
        File("b.csv", "id,name,email\n2,y,y@example.com\n");
        _session.Invoke($"Import-Delta '{_session.Folder}/a.csv' -Table hr.raw -DateReceived 2021-01-01");

        ErrorRecord error = _session.Error($"Import-Delta '{_session.Folder}/b.csv' -Table hr.raw -DateReceived 2021-01-02");

        Assert.Equal("SchemaMismatch,DeltaTools.Cmdlets.Commands.ImportDeltaCommand", error.FullyQualifiedErrorId);
        Assert.Contains("email   string  -      is new: allow it with -SchemaEvolution AddColumn", error.Exception.Message, StringComparison.Ordinal);
        _session.Invoke($"Import-Delta '{_session.Folder}/b.csv' -Table hr.raw -DateReceived 2021-01-02 -SchemaEvolution AddColumn");
        Assert.Equal("y@example.com", _session.Single("(Get-IcebergData hr.raw -Filter 'id = 2').email").BaseObject);
    }

    [Fact]
    public void Import_AColumnThatIsNotCarriedIsNotNull()
    {
        File("a.csv", "id,name,city\n1,x,Bonn\n");
        File("b.csv", "city,ID\nKöln,1\n");
        _session.Invoke($"Import-Delta '{_session.Folder}/a.csv' -Table hr.raw -DateReceived 2021-01-01");

        RunResult result = _session.Run($"Import-Delta '{_session.Folder}/b.csv' -Table hr.raw -DateReceived 2021-01-02 -Verbose 4>&1");

        Assert.Empty(result.Errors);
        Assert.Contains(result.Output, o => o.ToString()!.Contains("column 'ID' was taken as 'id'", StringComparison.Ordinal));
        Assert.Equal("name", string.Join(',', (IEnumerable<object>)Value(_session.Single("Get-IcebergData hr.raw -Filter \"city = 'Köln'\""), "absent_columns")!));
    }

    [Fact]
    public void Import_AHeaderAloneMakesNoTableButIsADayWithoutRows()
    {
        File("none.csv", "id,name\n");
        File("some.csv", "id,name\n1,x\n");

        ErrorRecord error = _session.Error($"Import-Delta '{_session.Folder}/none.csv' -Table hr.raw");
        Assert.Contains("has no rows, so the types of its columns cannot be told", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergTable"));

        Assert.Equal([0L, 1L], _session.Invoke($"Import-Delta '{_session.Folder}/none.csv', '{_session.Folder}/some.csv' -Table hr.raw").Select(i => Value(i, "Rows")));
        Assert.Equal("long string date", string.Join(' ', _session.Invoke("(Get-IcebergTable hr.raw).Schema.Type")));
    }

    [Fact]
    public void Import_ANameWithBracketsTakesLiteralPath()
    {
        File("a [1].csv", "id\n1\n");

        Assert.Contains("give it with -LiteralPath", _session.Error($"Import-Delta '{_session.Folder}/a [1].csv' -Table hr.raw").Exception.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Value(_session.Single($"Import-Delta -LiteralPath '{_session.Folder}/a [1].csv' -Table hr.raw"), "Rows"));
    }

    [Fact]
    public void Import_ReadsASheet()
    {
        string file = System.IO.Path.Combine(_session.Folder, "book.xlsx");
        Workbook.Save(file, false, ("Notes", [["nothing"]]), ("Changes", [["id", "name", "born"], ["n:1", "Ann", "d:43890"], null, ["oops", null, null]]));

        RunResult result = _session.Run($"Import-Delta '{file}' -Sheet changes -Table hr.raw -DateReceived 2021-01-01 -ErrorLimit 1");
        Assert.Empty(result.Errors);
        Assert.Equal("string string date", string.Join(' ', _session.Invoke("(Get-IcebergTable hr.raw).Schema[0..2].Type")));

        _session.Invoke("New-IcebergTable hr.typed 'id long, name string, born date, date_received date'");
        result = _session.Run($"Import-Delta '{file}' -Format Excel -Sheet Changes -Table hr.typed -DateReceived 2021-01-01 -ErrorLimit 1");
        Assert.Contains("line 4, column id: 'oops' is not a long", Assert.Single(result.Errors).Exception.Message, StringComparison.Ordinal);
        PSObject row = _session.Single("Get-IcebergData hr.typed");
        Assert.Equal((1L, "Ann", new DateOnly(2020, 2, 29)), (Value(row, "id"), Value(row, "name"), Value(row, "born")));
        Assert.Contains("Its sheets are Notes, Changes", _session.Error($"Import-Delta '{file}' -Sheet June -Table hr.raw").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WhatIfDoesNothing()
    {
        string file = File("a.csv", Header + "1,M,Dexter,1,f\n");

        Assert.Empty(_session.Invoke($"Import-Delta '{file}' -Table hr.raw -WhatIf"));
        Assert.Empty(_session.Invoke("Get-IcebergTable"));
    }

    [Fact]
    public void Import_WhatIfTellsTheNumbers()
    {
        string file = File("a.csv", Header + "1,M,Dexter,1,f\nx,M,Ann,1,f\n");
        string import = $"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -ErrorLimit 1";
        _session.Invoke("New-IcebergTable hr.raw 'employee_id long, sex string, forename string, department_id long, record_deleted boolean, date_received date'");

        string shown = _session.Show(import + " -WhatIf -ErrorAction SilentlyContinue").ReplaceLineEndings(" ");
        Assert.Contains("a.csv into hr.raw: 1 row, 1 rejected, received 2021-01-01", shown, StringComparison.Ordinal);
        Assert.Contains("line 3, column employee_id: 'x' is not a long", Assert.Single(_session.Run(import + " -WhatIf").Errors).Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-DeltaLedger hr.raw"));
        _session.Run(import);
        Assert.Contains("nothing to do, its content was imported before (snapshot ", _session.Show(import + " -WhatIf").ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        string path = System.IO.Path.Combine(_session.Folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static object? Value(PSObject item, string name) => item.Properties[name].Value;
}
