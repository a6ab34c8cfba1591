using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>What -WhatIf, -Confirm, -Force and the preference variables do to a cmdlet that removes, and to one that makes.</summary>
public sealed class ConfirmTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public ConfirmTests() => _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}'; [void] (New-IcebergTable hr.employee 'id int')");

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("", "Yes", true, true)]
    [InlineData("", "No", true, false)]
    [InlineData("-Force", "No", false, true)]
    [InlineData("-Confirm:$false", "No", false, true)]
    [InlineData("-Force -Confirm", "No", true, false)]
    [InlineData("-Force -Confirm", "Yes", true, true)]
    [InlineData("-Force -Confirm:$false", "No", false, true)]
    [InlineData("-WhatIf", "Yes", false, false)]
    [InlineData("-Force -WhatIf", "Yes", false, false)]
    [InlineData("-Force; $WhatIfPreference = $true", "Yes", false, true)]
    [InlineData("-Force -WhatIf:$false", "Yes", false, true, "$WhatIfPreference = $true")]
    [InlineData("-Force", "Yes", false, false, "$WhatIfPreference = $true")]
    [InlineData("", "No", false, true, "$ConfirmPreference = 'None'")]
    public void Remove_AsksUnlessTold(string arguments, string answer, bool asks, bool removes, string before = "")
    {
        _session.Host.Answers.Enqueue(answer);

        _session.Invoke($"{before}\nRemove-IcebergTable hr.employee {arguments}");

        Assert.Equal(asks ? 1 : 0, _session.Host.Questions.Count);
        Assert.Equal(removes ? 0 : 1, _session.Invoke("Get-IcebergTable").Count);
    }

    [Fact]
    public void Remove_SaysWhatWouldGo()
    {
        _session.Host.ClearText();

        _session.Invoke("Remove-IcebergTable hr.employee -Purge -WhatIf");

        Assert.Equal(
            "What if: Performing the operation \"Remove table and delete its files\" on target \"hr.employee (0 snapshots, 0 rows, 0 B)\".\n",
            _session.Host.Text);
    }

    [Theory]
    [InlineData("", "No", false, true)]
    [InlineData("-Confirm", "No", true, false)]
    [InlineData("-Confirm", "Yes", true, true)]
    [InlineData("-WhatIf", "Yes", false, false)]
    public void New_AsksOnlyWhenTold(string arguments, string answer, bool asks, bool creates)
    {
        _session.Host.Answers.Enqueue(answer);

        _session.Invoke($"New-IcebergTable hr.more 'id int' {arguments}");

        Assert.Equal(asks ? 1 : 0, _session.Host.Questions.Count);
        Assert.Equal(creates ? 2 : 1, _session.Invoke("Get-IcebergTable").Count);
    }
}
