using System.Collections.ObjectModel;
using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Storage;

namespace DeltaTools.Cmdlets;

/// <summary>A cmdlet written as async methods, which Ctrl+C cancels.</summary>
/// <remarks>
/// The methods continue on the pipeline thread after every await, so they call WriteObject, WriteError and ShouldProcess as usual.
/// Core does its own work on other threads. From those use <see cref="Log"/>, <see cref="Warn"/> and <see cref="StartProgress"/>.
/// Never catch <see cref="PipelineStoppedException"/> or <see cref="FlowControlException"/>: with them <c>Select-Object -First</c> ends the work.
/// </remarks>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private PipelineContext? _context;

    /// <summary>What the error at hand is about: TargetObject of its record.</summary>
    private protected object? ErrorTarget { get; set; }

    /// <summary>Whether an error spoils one item only, so that the cmdlet goes on with the next; false ends the cmdlet, as changes need it.</summary>
    private protected virtual bool FailsPerItem => true;

    protected virtual Task BeginProcessingAsync(CancellationToken cancel) => Task.CompletedTask;

    protected virtual Task ProcessRecordAsync(CancellationToken cancel) => Task.CompletedTask;

    protected virtual Task EndProcessingAsync(CancellationToken cancel) => Task.CompletedTask;

    protected sealed override void BeginProcessing() => Run(BeginProcessingAsync);

    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync);

    protected sealed override void EndProcessing() => Run(EndProcessingAsync);

    protected sealed override void StopProcessing() => Abandon();

    /// <summary>Writes to the verbose stream, from any thread.</summary>
    private protected void Log(string text) => OnPipelineThread(() => WriteVerbose(text));

    /// <summary>Writes to the warning stream, from any thread.</summary>
    private protected void Warn(string text) => OnPipelineThread(() => WriteWarning(text));

    /// <summary>A progress record that may be fed from any thread; disposing ends it.</summary>
    private protected ProgressMeter StartProgress(string activity) => new(activity, record => OnPipelineThread(() => WriteProgress(record)));

    /// <summary>Shows progress while the embedded engine works.</summary>
    private protected async Task<T> WithProgress<T>(string activity, string status, DuckSession session, Task<T> work)
    {
        using ProgressMeter progress = StartProgress(activity);
        while (await Task.WhenAny(work, Task.Delay(ProgressMeter.Interval)) != work) progress.Report(status, session.Progress / 100);
        return await work;
    }

    /// <summary>Whether to go ahead: -WhatIf and -Confirm as usual; -Force answers a prompt that the user did not ask for.</summary>
    /// <param name="target">What is changed, with numbers: <c>snapshot 5 of hr.employee (3 files, 1.2 GB)</c>.</param>
    /// <param name="action">What is done to it, as a verb: <c>Expire</c>.</param>
    /// <param name="force">The cmdlet's -Force.</param>
    private protected bool Confirmed(string target, string action, bool force = false)
    {
        bool asked = MyInvocation.BoundParameters.ContainsKey("Confirm");
        return (force && !asked && !IsWhatIf) || ShouldProcess(target, action);
    }

    /// <summary>Whether nothing may be changed, by -WhatIf or the preference variable.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? bound)
        ? ((SwitchParameter)bound).IsPresent
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>The path as PowerShell sees it, relative to the current location; URIs stay.</summary>
    private protected string FullPath(string path) =>
        ObjectStores.SchemeOf(path) == "file" && !path.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? GetUnresolvedProviderPathFromPSPath(path) : path;

    /// <summary>The files and folders that a path with wildcards stands for, or the path itself; when nothing matches, that is written as an error.</summary>
    private protected IReadOnlyCollection<string> Expand(string path, IcebergErrorKind nothingFound)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path)) return [FullPath(path)];
        Collection<string> found = [];
        try
        {
            found = GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (ItemNotFoundException)
        {
            // The folder is not there; without a file in it, nothing is thrown.
        }
        if (found.Count == 0)
        {
            string hint = File.Exists(FullPath(path)) ? " It is the name of a file, though: give it with -LiteralPath." : "";
            WriteError(ErrorRecords.From(new IcebergException(nothingFound, $"No file matches '{path}'.{hint}"), path));
        }
        return found;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _cancel.Dispose();
    }

    private void Run(Func<CancellationToken, Task> phase)
    {
        _context = new PipelineContext();
        try
        {
            _context.Run(() => phase(_cancel.Token), Abandon);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (e is not (RuntimeException or FlowControlException))
        {
            ErrorRecord record = ErrorRecords.From(e, ErrorTarget);
            if (!FailsPerItem || ErrorRecords.EndsPipeline(e)) ThrowTerminatingError(record);
            WriteError(record);
        }
    }

    /// <summary>Runs code of the user's on the pipeline thread, from any thread.</summary>
    private protected Task<T> OnPipelineThread<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        OnPipelineThread(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    private void OnPipelineThread(Action action)
    {
        if (_context is not { } context) return;
        if (context.IsHome) action();
        else context.Post(_ => action(), null);
    }

    private void Abandon()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ctrl+C came just after the end.
        }
    }
}
