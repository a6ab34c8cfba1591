using System.Diagnostics;
using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Ctrl+C.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Stop_EndsACmdletWhoseConsumerIsSlow()
    {
        using ModuleSession session = new();
        using PowerShell shell = session.Shell($$"""
            Get-IcebergData {{ForeignTable.Branches.Arguments}} | ForEach-Object { $_; [System.Threading.Thread]::Sleep(20) }
            'after'
            """);
        using PSDataCollection<PSObject> output = [];
        using SemaphoreSlim first = new(0);
        output.DataAdded += (_, _) => first.Release();
        shell.BeginInvoke<PSObject, PSObject>(null, output);
        Assert.True(await first.WaitAsync(Soon));

        await shell.StopAsync(null, null).WaitAsync(Soon);

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.DoesNotContain(output, o => o?.BaseObject is "after");
        Assert.Empty(shell.Streams.Error);
        // The runspace goes on, and so do the cmdlets.
        Assert.Equal(7, session.Invoke($"Get-IcebergData {ForeignTable.Branches.Arguments} -First 7").Count);
    }

    [Fact]
    public async Task CtrlC_EndsAScriptOfTheShell()
    {
        // Windows has no signal that one program can send to another without a console.
        if (OperatingSystem.IsWindows()) return;
        using Process shell = ShellProcess.Start(["-Command", "try { [System.Console]::WriteLine('started'); while ($true) { } } finally { [System.Console]::WriteLine('cleaned up') }"], interruptible: true);
        try
        {
            shell.StandardInput.Close();
            Assert.Equal("started", await shell.StandardOutput.ReadLineAsync().WaitAsync(Soon));

            using (Process kill = Process.Start("kill", ["-INT", shell.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();

            await shell.WaitForExitAsync().WaitAsync(Soon);
        }
        finally
        {
            // A loop that the signal did not reach would run for ever.
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
        }
        Assert.Equal(130, shell.ExitCode);
        Assert.Equal("cleaned up", (await shell.StandardOutput.ReadToEndAsync()).Trim());
    }
}
