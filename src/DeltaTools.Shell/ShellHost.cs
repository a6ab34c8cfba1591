using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace DeltaTools.Shell;

/// <summary>The program that hosts the engine, as scripts see it in <c>$Host</c>.</summary>
internal sealed class ShellHost(ShellConsole console) : PSHost
{
    private readonly ShellUserInterface _ui = new(console);

    /// <summary>Set by <c>exit</c>.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "deltatools";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override ShellUserInterface UI => _ui;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() =>
        throw new PSNotSupportedException("deltatools has no nested prompt. Answer with Yes or No, or use pwsh.");

    public override void ExitNestedPrompt() => EnterNestedPrompt();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
