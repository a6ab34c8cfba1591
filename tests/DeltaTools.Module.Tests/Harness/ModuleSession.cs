using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>A real runspace with the staged module imported, as a user's session has it.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly TestHost _host = new();
    private readonly TempFolder _folder = new();
    private readonly Runspace _runspace;

    public ModuleSession() => _runspace = Open(_host);

    internal TestHost Host => _host;

    /// <summary>A folder of its own, deleted at the end.</summary>
    public string Folder => _folder.Path;

    internal Runspace Runspace => _runspace;

    /// <summary>Objects of the output stream; an error of any kind fails.</summary>
    public IReadOnlyList<PSObject> Invoke(string script)
    {
        RunResult result = Run(script);
        Assert.True(result.Errors.Count == 0, $"{script}\n{string.Join('\n', result.Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e.Exception}"))}");
        return result.Output;
    }

    /// <summary>The one output object.</summary>
    public PSObject Single(string script) => Assert.Single(Invoke(script));

    /// <summary>The one error, terminating or not.</summary>
    public ErrorRecord Error(string script) => Assert.Single(Run(script).Errors);

    /// <summary>Whether try and catch sees an error of the statement.</summary>
    public bool Terminates(string statement) => Run($"try {{ [void] ({statement}); $false }} catch {{ $true }}").Output is [{ BaseObject: true }];

    /// <summary>Everything that the script wrote; an error that ended it is the last one.</summary>
    public RunResult Run(string script)
    {
        using PowerShell shell = Shell(script);
        List<PSObject> output = [];
        List<ErrorRecord> errors = [];
        try
        {
            shell.Invoke(null, output, null);
            errors.AddRange(shell.Streams.Error);
        }
        catch (RuntimeException e)
        {
            errors.AddRange(shell.Streams.Error);
            errors.Add(e.ErrorRecord);
        }
        return new(output, errors, [.. shell.Streams.Warning.Select(w => w.Message)],
            [.. shell.Streams.Verbose.Select(v => v.Message)]);
    }

    /// <summary>What a user sees at width 120.</summary>
    public string Show(string script)
    {
        _host.ClearText();
        using PowerShell shell = Shell(script);
        shell.AddCommand("Out-Default");
        shell.Invoke();
        return _host.Text.Trim('\n');
    }

    internal PowerShell Shell(string script)
    {
        PowerShell shell = PowerShell.Create(_runspace);
        return shell.AddScript(script);
    }

    public void Dispose()
    {
        _runspace.Dispose();
        _folder.Dispose();
    }

    internal static Runspace Open(TestHost host)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([Repository.Manifest]);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return runspace;
    }
}

public sealed record RunResult(
    IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<string> Verbose);
