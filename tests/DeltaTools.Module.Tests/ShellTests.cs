using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class ShellTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Script_GetsItsArgumentsAndRendersTables()
    {
        string script = _folder.File("args.ps1", """
            param([string] $Name, [switch] $Loud, [string[]] $Rest)
            [pscustomobject]@{ Name = $Name; Loud = $Loud; Rest = $Rest -join '+'; Root = $PSScriptRoot }
            """);

        ShellResult result = await ShellProcess.RunAsync([script, "-Name", "two words", "-Loud", "tail"]);

        Assert.Equal("", result.Errors);
        Assert.Equal(0, result.ExitCode);
        string[] lines = result.Output.Trim('\n').Split('\n');
        Assert.Equal(["Name", "Loud", "Rest", "Root"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("two words True tail", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(_folder.Path, lines[2].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_ImportsTheModule()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", "(Get-Command Get-IcebergCatalog).Source"]);

        Assert.Equal("DeltaTools\n", result.Output);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("Import-Module nope -ErrorAction Stop; 'not reached'", 1)]
    [InlineData("Import-Module nope; 'goes on'", 0)]
    [InlineData("dotnet no-such-command-at-all 2>&1 | Out-Null; exit $LASTEXITCODE", 1)]
    public async Task Script_EndsWithItsExitCode(string text, int code)
    {
        ShellResult result = await ShellProcess.RunAsync([_folder.File("exit.ps1", text)]);

        Assert.Equal(code, result.ExitCode);
        Assert.DoesNotContain("not reached", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 4", 4)]
    [InlineData("Import-Module nope", 1)]
    [InlineData("Import-Module nope; 'fine'", 0)]
    [InlineData("if (", 1)]
    public async Task Command_FailsWhenItsLastStatementFails(string text, int code)
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", text]);

        Assert.Equal(code, result.ExitCode);
        Assert.Equal(text.Contains("nope", StringComparison.Ordinal) || text == "if (", result.Errors.Length > 0);
    }

    [Fact]
    public async Task Streams_GoWhereTheyBelong()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", """
            function Test { [CmdletBinding()] param() $PSCmdlet.WriteWarning('w'); $PSCmdlet.WriteVerbose('v'); $PSCmdlet.WriteDebug('d'); 'out' }
            $DebugPreference = 'Continue'
            Test -Verbose
            Get-IcebergCatalog nope
            """]);

        Assert.Equal("WARNING: w\nVERBOSE: v\nDEBUG: d\nout\n", result.Output);
        Assert.StartsWith("Get-IcebergCatalog:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("No catalog is connected under the name 'nope'.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Recommendation: Run Connect-IcebergCatalog", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", "done")]
    [InlineData("n\n", "")]
    [InlineData("what\n?\nYes\n", "done")]
    public async Task Confirmation_IsReadFromTheInput(string input, string expected)
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", """
            function Test { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('the target', 'Do')) { 'done' } }
            Test
            """], input);

        Assert.Contains("""Performing the operation "Do" on target "the target".""", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"(default is \"Y\"): {expected}", result.Output.TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirmation_WithoutInputFails()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", """
            function Test { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('it')) { 'done' } }
            Test
            """]);

        Assert.DoesNotContain("done", result.Output, StringComparison.Ordinal);
        Assert.Contains("there is none", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingParameters_AreAskedFor()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", """
            function Test { param([Parameter(Mandatory)] $One, [Parameter(Mandatory)] [string[]] $Many, [Parameter(Mandatory)] [pscredential] $Who)
                "$One $($Many -join '+') $($Who.UserName) $($Who.GetNetworkCredential().Password)" }
            Test
            """], "first\na\nb\n\nme\nsecret\n");

        Assert.EndsWith("first a+b me secret\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_ReadsWholeStatementsUntilExit()
    {
        ShellResult result = await ShellProcess.RunAsync([], """
            $x = 20
            if ($x) {
                $x + 1
            }
            Import-Module nope
            exit 6
            'not reached'
            """);

        Assert.Equal(6, result.ExitCode);
        Assert.Equal("21\n", result.Output);
        Assert.Contains("Import-Module", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_ThatMakeNoSenseShowTheUsage()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Nonsense"]);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("deltatools script.ps1", result.Errors, StringComparison.Ordinal);
    }
}
