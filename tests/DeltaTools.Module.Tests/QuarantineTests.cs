using System.Globalization;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class QuarantineTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public QuarantineTests()
    {
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.raw 'employee_id long not null, born date, amount int, record_deleted boolean, date_received date'
            """);
        File.WriteAllText($"{_session.Folder}/a.csv", "employee_id,born,amount,record_deleted\n1,2000-01-01,5,f\nx,2000-13-01,5,f\n3,2000-01-03\n4,2000-01-04,9000000000,f\n");
    }

    public void Dispose() => _session.Dispose();

    private string Import => $"Import-Delta '{_session.Folder}/a.csv' -Table hr.raw -DateReceived 2021-01-01 -Quarantine hr.refused";

    [Fact]
    public void Import_KeepsRefusedRowsApart()
    {
        RunResult result = _session.Run(Import);

        Assert.Equal(4, result.Errors.Count);
        Assert.Equal("1 3", Text($"{Import} | ForEach-Object {{ \"$($_.Rows) $((Get-DeltaLedger hr.raw).Rejected)\" }}"));
        Assert.Equal(
            "3|employee_id|x|employee_id: 'x' is not a long; born: '2000-13-01' is not a date|{\"employee_id\":\"x\",\"born\":\"2000-13-01\",\"amount\":\"5\",\"record_deleted\":\"f\"}|\n"
            + "4||||3,2000-01-03\n".Replace("||||", "|||the row has 2 fields, the header has 4||", StringComparison.Ordinal)
            + "5|amount|9000000000|is not an int|{\"employee_id\":\"4\",\"born\":\"2000-01-04\",\"amount\":\"9000000000\",\"record_deleted\":\"f\"}|",
            Text("Get-IcebergData hr.refused | ForEach-Object { $_.line, $_.column_name, $_.value, $_.reason, $_.row, $_.text -join '|' }"));
    }

    [Fact]
    public void Restore_ImportsCorrectedRowsAndKeepsTheOthers()
    {
        _session.Run(Import);

        string restored = Text("""
            Restore-DeltaQuarantine hr.refused -Correct {
                if ($_.Column -eq 'employee_id') { $_.Row.employee_id = 2; $_.Row.born = $null }
                if ($_.Text) { $f = $_.Text -split ','; $_.Row = [pscustomobject] @{ employee_id = $f[0]; born = $f[1] } }
                if ($_.Line -eq 5) { $_.Row = $null }
            } | ForEach-Object { "$($_.Table) $($_.Restored) $($_.Remaining) $($_.DateReceived.ToString('yyyy-MM-dd'))" }
            """);

        Assert.Equal("hr.raw 2 1 2021-01-01", restored);
        Assert.Equal("1 2000-01-01 5 2021-01-01\n2  5 2021-01-01\n3 2000-01-03  2021-01-01", Text(
            "Get-IcebergData hr.raw | ForEach-Object { \"$($_.employee_id) $(${_}.born?.ToString('yyyy-MM-dd')) $($_.amount) $($_.date_received.ToString('yyyy-MM-dd'))\" }"));
        Assert.Equal("5", Text("(Get-IcebergData hr.refused).line"));
        Assert.Equal("born", Text("(Get-IcebergData hr.raw -Filter 'employee_id = 3').absent_columns -contains 'amount' ? 'born' : ''"));
    }

    [Fact]
    public void Restore_WithoutCorrectionTriesAgain()
    {
        _session.Run(Import);

        RunResult first = _session.Run("Restore-DeltaQuarantine hr.refused -Filter 'line = 5'");
        _session.Invoke("Set-IcebergTable hr.raw -WidenColumn @{ amount = 'long' }");
        RunResult second = _session.Run("Restore-DeltaQuarantine hr.refused -Filter 'line = 5'");

        Assert.Contains("line 5, column amount: '9000000000' is not an int", Assert.Single(first.Errors).Exception.Message, StringComparison.Ordinal);
        Assert.Equal("0 1", string.Join(' ', first.Output.Select(o => $"{o.Properties["Restored"].Value} {o.Properties["Remaining"].Value}")));
        Assert.Empty(second.Errors);
        Assert.Equal("9000000000", Text("(Get-IcebergData hr.raw -Filter 'employee_id = 4').amount"));
        Assert.Equal("3 4", Text("(Get-IcebergData hr.refused).line -join ' '"));
    }

    [Fact]
    public void Restore_RefusesOtherTablesAndHonoursWhatIf()
    {
        _session.Run(Import);

        Assert.Contains("is no quarantine", _session.Error("Restore-DeltaQuarantine hr.raw").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Restore-DeltaQuarantine hr.refused -WhatIf"));
        Assert.Equal(3, _session.Invoke("Get-IcebergData hr.refused").Count);
        File.WriteAllText($"{_session.Folder}/c.csv", "employee_id\ny\n");
        Assert.Contains("no quarantine", _session.Run($"Import-Delta '{_session.Folder}/c.csv' -Table hr.raw -Quarantine hr.raw").Errors[^1].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_ErrorLimitHoldsWithAQuarantineToo()
    {
        RunResult result = _session.Run(Import + " -ErrorLimit 2");

        Assert.Contains("Nothing of", result.Errors[^1].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.raw"));
        Assert.Equal("hr.raw", Text("(Get-IcebergTable).Table"));
    }

    private string Text(string script) => string.Join('\n', _session.Invoke(script).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.BaseObject}")));
}
