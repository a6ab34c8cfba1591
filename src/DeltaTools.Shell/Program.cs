using System.Runtime.CompilerServices;
using System.Text;

namespace DeltaTools.Shell;

/// <summary><c>deltatools</c>: runs PowerShell scripts that use the DeltaTools module, on machines with .NET but without pwsh.</summary>
public static class Program
{
    public static int Main(string[] args)
    {
        // Read by the engine as soon as its first type loads, so it must be set before any of them is touched.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        return Run(args);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(string[] args)
    {
        if (!Console.IsOutputRedirected) Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (ShellArguments.Parse(args) is not { } arguments)
        {
            Console.Error.WriteLine(ShellArguments.Usage);
            return ExitCodes.BadArguments;
        }
        if (arguments.Help)
        {
            Console.Out.WriteLine(ShellArguments.Usage);
            return 0;
        }
        if (ModuleManifest.Find(AppContext.BaseDirectory) is not { } manifest)
        {
            Console.Error.WriteLine($"{ModuleManifest.FileName} was not found in {AppContext.BaseDirectory} or above it. Build the repository first: dotnet build");
            return ExitCodes.Failed;
        }
        using ShellSession session = ShellSession.Open(manifest);
        return arguments.Script is { } script ? session.RunScript(script, arguments.ScriptArguments)
            : arguments.Command is { } command ? session.RunCommand(command)
            : new Prompt(session).Run();
    }
}
