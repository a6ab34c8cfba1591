using System.Management.Automation.Language;
using System.Text;

namespace DeltaTools.Shell;

/// <summary>Reads commands line by line, several lines until one is complete, until <c>exit</c> or the end of input.</summary>
internal sealed class Prompt(ShellSession session)
{
    private readonly bool _interactive = !Console.IsInputRedirected;

    public int Run()
    {
        if (_interactive)
        {
            Console.Out.WriteLine("deltatools: a script runner with the DeltaTools module. Get-Command -Module DeltaTools lists its cmdlets; exit leaves.");
        }
        while (ReadCommand() is { } text)
        {
            if (!string.IsNullOrWhiteSpace(text)) session.RunText(text);
            if (session.ExitCode is { } code) return code;
        }
        return _interactive ? 0 : session.LastExitCode;
    }

    /// <summary>Null at the end of input.</summary>
    private string? ReadCommand()
    {
        StringBuilder text = new();
        while (true)
        {
            if (_interactive) Console.Out.Write(text.Length == 0 ? "DT> " : ">> ");
            if (Console.In.ReadLine() is not { } line) return text.Length == 0 ? null : text.ToString();
            text.AppendLine(line);
            // An empty line ends what cannot be completed, so that its error is shown.
            if (line.Length == 0 || IsComplete(text.ToString())) return text.ToString();
        }
    }

    private static bool IsComplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return !errors.Any(e => e.IncompleteInput);
    }
}
