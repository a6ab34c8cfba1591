using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DeltaTools.Shell;

/// <summary>Writes every stream to the console and asks the user's questions.</summary>
internal sealed class ShellUserInterface(ShellConsole console) : PSHostUserInterface
{
    private readonly ProgressLine _progress = new(console);
    private readonly Questions _questions = new(console);
    private bool _toErrorStream;

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface(console);

    public override bool SupportsVirtualTerminal => console.HasColour;

    public override void Write(string value)
    {
        _progress.Clear();
        if (_toErrorStream) console.WriteError(value);
        else console.Write(value);
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        _progress.Clear();
        console.WriteError(value + Environment.NewLine);
    }

    /// <summary>Until it is disposed, output is written where errors go.</summary>
    public IDisposable ToErrorStream()
    {
        _toErrorStream = true;
        return new Restore(() => _toErrorStream = false);
    }

    public override void WriteWarningLine(string message) => WriteLabelled("WARNING: ", message, PSStyle.Instance.Formatting.Warning);

    public override void WriteVerboseLine(string message) => WriteLabelled("VERBOSE: ", message, PSStyle.Instance.Formatting.Verbose);

    public override void WriteDebugLine(string message) => WriteLabelled("DEBUG: ", message, PSStyle.Instance.Formatting.Debug);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Show(record);

    public void ClearProgress() => _progress.Clear();

    public override string ReadLine() => Ask(ShellConsole.ReadLine);

    public override SecureString ReadLineAsSecureString() => Ask(ShellConsole.ReadSecret);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        Ask(() => _questions.Fields(caption, message, descriptions));

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Ask(() => _questions.Choice(caption, message, choices, defaultChoice));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        Ask(() => _questions.Credential(caption, message, userName));

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private T Ask<T>(Func<T> question)
    {
        _progress.Clear();
        return question();
    }

    private void WriteLabelled(string label, string message, string style) =>
        WriteLine($"{style}{label}{message}{PSStyle.Instance.Reset}");

    private sealed class Restore(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
