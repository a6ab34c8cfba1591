using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using Microsoft.PowerShell;

namespace DeltaTools.Shell;

/// <summary>One runspace with the module imported, and the rules by which a run ends in an exit code.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly Runspace _runspace;
    private readonly ShellHost _host;
    private readonly Lock _gate = new();
    private Pipeline? _running;
    private bool _stopping;

    private ShellSession(Runspace runspace, ShellHost host)
    {
        _runspace = runspace;
        _host = host;
        Console.CancelKeyPress += OnCancelKey;
    }

    /// <summary>The code of <c>exit</c>, once it was called.</summary>
    public int? ExitCode => _host.ExitCode;

    public ShellHost Host => _host;

    public static ShellSession Open(string manifest)
    {
        ShellHost host = new(new ShellConsole());
        // CreateDefault would load snap-ins that only a full PowerShell has.
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        state.ImportPSModule([manifest]);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        return new ShellSession(runspace, host);
    }

    /// <summary>Runs a script file: its <c>exit</c> code, 1 when a terminating error ended it, else what the last program returned.</summary>
    public int RunScript(string path, IReadOnlyList<string> arguments)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            _host.UI.WriteErrorLine($"The script '{path}' does not exist.");
            return ExitCodes.BadArguments;
        }
        Command script = new(full, isScript: false, useLocalScope: false);
        foreach (CommandParameter parameter in ScriptParameters.Parse(arguments)) script.Parameters.Add(parameter);
        return Run(script) switch
        {
            Outcome.Stopped => ExitCodes.Stopped,
            Outcome.Failed => ExitCodes.Failed,
            _ => ExitCode ?? LastExitCode,
        };
    }

    /// <summary>Runs a text: as a script file, but 1 also when its last statement failed.</summary>
    public int RunCommand(string text)
    {
        // $? does not outlive the pipeline, so the text itself must keep it. The empty line ends a statement that a backtick left open.
        const string Succeeded = "DeltaToolsLastStatementSucceeded";
        Outcome outcome = RunText($"{text}\n\n$global:{Succeeded} = $?");
        if (outcome == Outcome.Stopped) return ExitCodes.Stopped;
        if (outcome == Outcome.Failed) return ExitCodes.Failed;
        bool failed = _runspace.SessionStateProxy.GetVariable(Succeeded) is false;
        return ExitCode ?? (failed ? Math.Max(LastExitCode, ExitCodes.Failed) : LastExitCode);
    }

    public Outcome RunText(string text) => Run(new Command(text, isScript: true, useLocalScope: false));

    public int LastExitCode => _runspace.SessionStateProxy.GetVariable("LASTEXITCODE") is int code ? code : 0;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancelKey;
        _host.UI.ClearProgress();
        _runspace.Dispose();
    }

    private Outcome Run(Command command)
    {
        using Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true)
        {
            MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output,
        });
        lock (_gate) (_running, _stopping) = (pipeline, false);
        try
        {
            pipeline.Invoke();
            return _stopping ? Outcome.Stopped : Outcome.Completed;
        }
        catch (PipelineStoppedException) when (_stopping)
        {
            return Outcome.Stopped;
        }
        catch (IncompleteParseException error)
        {
            // Its view prints nothing, since an interactive host would ask for the rest.
            _host.UI.WriteErrorLine($"ParserError: {error.Message}");
            return Outcome.Failed;
        }
        catch (RuntimeException error)
        {
            ShowError(error.ErrorRecord);
            return Outcome.Failed;
        }
        finally
        {
            lock (_gate) _running = null;
            _host.UI.ClearProgress();
        }
    }

    /// <summary>Lets the engine format the error like any other.</summary>
    private void ShowError(ErrorRecord error)
    {
        using Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add("Out-Default");
        using (_host.UI.ToErrorStream()) pipeline.Invoke(new[] { error });
    }

    // The first Ctrl+C stops the script; a second one, while it is still stopping, ends the process.
    private void OnCancelKey(object? sender, ConsoleCancelEventArgs e)
    {
        lock (_gate)
        {
            if (_stopping && _running is not null) return;
            e.Cancel = true;
            if (_running is null) return;
            _stopping = true;
            _running.StopAsync();
        }
    }

    internal enum Outcome { Completed, Failed, Stopped }
}
