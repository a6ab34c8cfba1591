using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Input that cannot be imported or merged: the error names file, line and column, and nothing is half done.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Header = "employee_id,sex,record_deleted\n";
    private readonly ModuleSession _session = new();

    public BadInputTests() => _session.Invoke($"""
        Connect-IcebergCatalog '{_session.Folder}/warehouse'
        New-IcebergTable hr.raw 'employee_id long, sex string, record_deleted boolean, date_received date'
        """);

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("ragged.csv", Header + "1,M,f\n2,M\n", "DeltaRowInvalid", "line 3: the row has 2 fields, the header has 3")]
    [InlineData("long.csv", Header + "1,M,f\n2,M,f,x\n", "DeltaRowInvalid", "line 3: the row has 4 fields, the header has 3")]
    [InlineData("quote.csv", Header + "1,\"M,f\n2,M,f\n", "DeltaRowInvalid", "line 2: The quoted field")]
    [InlineData("type.csv", Header + "1,M,f\nx,M,f\n", "DeltaRowInvalid", "line 3, column employee_id: 'x' is not a long")]
    [InlineData("flag.csv", Header + "1,M,maybe\n", "DeltaRowInvalid", "line 2, column record_deleted: 'maybe' is not a boolean")]
    [InlineData("nullkey.csv", Header + "1,M,f\n,M,f\n", "DeltaRowInvalid", "line 3, column employee_id: is NULL, but the column is a key")]
    [InlineData("nokey.csv", "sex,record_deleted\nM,f\n", "SchemaMismatch", "employee_id  -      long   is a key and must be in the delta")]
    [InlineData("unknown.csv", "employee_id,sex,salary\n1,M,5\n", "SchemaMismatch", "salary  long   -      is new")]
    [InlineData("empty.csv", "", "DeltaFileInvalid", "is empty")]
    [InlineData("broken.jsonl", "{\"employee_id\":1}\n{\"employee_id\":\n", "DeltaRowInvalid", "line 2: '{\"employee_id\":' is not valid JSON")]
    [InlineData("type.jsonl", "{\"employee_id\":1}\n\n{\"employee_id\":1.5}\n", "DeltaRowInvalid", "line 3, column employee_id: '1.5' is not a long")]
    [InlineData("truncated.parquet", "PAR1\u0001\u0002\u0003", "DeltaFileInvalid", "it may be truncated")]
    [InlineData("type.parquet", null, "SchemaMismatch", "employee_id  string  long   cannot become the table's type")]
    [InlineData("zipped.csv", "PK\u0003\u0004\u0014\u0000\u0006\u0000x,y\n1,2\n", "DeltaFileInvalid", "is no text in encoding utf-8")]
    [InlineData("missing.csv", "-", "DeltaFileInvalid", "There is no delta file")]
    public void Import_RefusesAndLeavesNothing(string name, string? content, string id, string message)
    {
        string file = System.IO.Path.Combine(_session.Folder, name);
        if (content is null) File.Move(Parquet("'x1'"), file);
        else if (content != "-") File.WriteAllText(file, content);

        RunResult result = _session.Run($"Import-Delta '{file}' -Table hr.raw -DateReceived 2021-01-01 -Key employee_id");

        ErrorRecord error = result.Errors[0];
        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.ImportDeltaCommand", error.FullyQualifiedErrorId);
        Assert.Contains(file, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        AssertNothing();
    }

    [Fact]
    public void Import_ATruncatedParquetFileIsRefused()
    {
        string whole = Parquet("[long] 1");
        string cut = System.IO.Path.Combine(_session.Folder, "cut.parquet");
        File.WriteAllBytes(cut, File.ReadAllBytes(whole)[..^20]);

        ErrorRecord error = _session.Error($"Import-Delta '{cut}' -Table hr.raw -DateReceived 2021-01-01");

        Assert.Equal("DeltaFileInvalid,DeltaTools.Cmdlets.Commands.ImportDeltaCommand", error.FullyQualifiedErrorId);
        Assert.Contains(cut, error.Exception.Message, StringComparison.Ordinal);
        AssertNothing();
    }

    [Fact]
    public void Import_OneBadFileDoesNotHoldUpTheOthers()
    {
        File.WriteAllText($"{_session.Folder}/a.csv", Header + "1,M,f\n");
        File.WriteAllText($"{_session.Folder}/b.csv", Header + "x,M,f\n");

        RunResult result = _session.Run($"Import-Delta '{_session.Folder}/?.csv' -Table hr.raw -DateReceived 2021-01-01");

        Assert.EndsWith("a.csv", (string)Assert.Single(result.Output).Properties["Source"].Value, StringComparison.Ordinal);
        Assert.All(result.Errors, e => Assert.Contains("b.csv", e.Exception.Message, StringComparison.Ordinal));
        Assert.Single(_session.Invoke("Get-IcebergData hr.raw"));
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("")]
    [InlineData("{\"format-version\": 2}")]
    public void Table_ACorruptMetadataFileIsNamed(string content)
    {
        File.WriteAllText($"{_session.Folder}/a.csv", Header + "1,M,f\n");
        _session.Invoke($"Import-Delta '{_session.Folder}/a.csv' -Table hr.raw -DateReceived 2021-01-01");
        string metadata = Directory.GetFiles($"{_session.Folder}/warehouse", "*.metadata.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        File.WriteAllText(metadata, content);
        File.WriteAllText($"{_session.Folder}/b.csv", Header + "2,M,f\n");

        foreach (string command in new[] { "Get-IcebergData hr.raw", $"Import-Delta '{_session.Folder}/b.csv' -Table hr.raw -DateReceived 2021-01-02" })
        {
            ErrorRecord error = _session.Error(command);
            Assert.StartsWith("TableDataInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(System.IO.Path.GetFileName(metadata), error.Exception.Message, StringComparison.Ordinal);
        }
        Assert.Equal(content, File.ReadAllText(metadata));
    }

    [Theory]
    [InlineData("1,M,f\n,M,f\n", "boolean", "MergeKeyNull", "employee_id = NULL")]
    [InlineData("1,M,f\n2,M,\n", "boolean", "DeltaRowInvalid", "no usable flag in column 'record_deleted'")]
    [InlineData("1,M,f\n2,M,maybe\n", "string", "DeltaRowInvalid", "employee_id = 2")]
    public void Merge_RefusesAndLeavesNothing(string rows, string flag, string id, string message)
    {
        _session.Invoke($"""
            New-IcebergTable hr.deltas 'employee_id long, sex string, record_deleted {flag}, date_received date'
            New-IcebergTable hr.employee 'employee_id long, sex string'
            """);
        File.WriteAllText($"{_session.Folder}/a.csv", Header + rows);
        _session.Invoke($"Import-Delta '{_session.Folder}/a.csv' -Table hr.deltas -DateReceived 2021-01-01");

        ErrorRecord error = _session.Error("Invoke-IcebergMerge hr.employee -Source hr.deltas -Key employee_id -ReportDate 2021-01-01");

        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.employee"));
    }

    /// <summary>A Parquet file with one row, whose key is the PowerShell value.</summary>
    private string Parquet(string key)
    {
        _session.Invoke($"[pscustomobject] @{{ employee_id = {key}; sex = 'M' }} | Import-Delta -Table tmp.t -DateReceived 2021-01-01");
        string file = Directory.GetFiles($"{_session.Folder}/warehouse/tmp", "*.parquet", SearchOption.AllDirectories).Single();
        string copy = System.IO.Path.Combine(_session.Folder, "copy.parquet");
        File.Copy(file, copy);
        return copy;
    }

    private void AssertNothing()
    {
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.raw"));
        Assert.Empty(_session.Invoke("Get-DeltaLedger hr.raw"));
        Assert.Empty(Directory.GetFiles($"{_session.Folder}/warehouse/hr", "*.parquet", SearchOption.AllDirectories));
    }
}
