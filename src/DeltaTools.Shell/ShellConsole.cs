using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace DeltaTools.Shell;

/// <summary>The terminal or the files behind the three standard streams.</summary>
internal sealed class ShellConsole
{
    private const int DefaultWidth = 120;

    /// <summary>Whether a person watches: then there are colours and a progress line.</summary>
    public bool IsTerminal { get; } =
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Whether escape sequences may be written.</summary>
    public bool HasColour => IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Columns: those of the terminal, else of the variable COLUMNS, else 120.</summary>
    public int Width
    {
        get
        {
            if (IsTerminal && Console.WindowWidth > 0) return Console.WindowWidth;
            return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns)
                && columns > 0 ? columns : DefaultWidth;
        }
    }

    public int Height => IsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 50;

    public void Write(string text) => Console.Out.Write(Rendered(text, HasColour));

    public void WriteError(string text) =>
        Console.Error.Write(Rendered(text, HasColour && !Console.IsErrorRedirected));

    /// <exception cref="PSInvalidOperationException">The input has ended.</exception>
    public static string ReadLine() => Console.In.ReadLine()
        ?? throw new PSInvalidOperationException("Input was asked for, but there is none. Pass the value as a parameter; -Confirm:$false or -Force answer confirmations.");

    /// <summary>Reads a secret; a terminal shows a star for each character.</summary>
    public static SecureString ReadSecret()
    {
        SecureString secret = new();
        if (Console.IsInputRedirected)
        {
            foreach (char c in ReadLine()) secret.AppendChar(c);
            return secret;
        }
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length == 0) continue;
                secret.RemoveAt(secret.Length - 1);
                Console.Out.Write("\b \b");
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
                Console.Out.Write('*');
            }
        }
        Console.Out.WriteLine();
        return secret;
    }

    private static string Rendered(string text, bool colour) =>
        colour ? text : new System.Management.Automation.Internal.StringDecorated(text).ToString(OutputRendering.PlainText);
}
