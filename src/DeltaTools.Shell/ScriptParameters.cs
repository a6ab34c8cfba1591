using System.Management.Automation.Runspaces;

namespace DeltaTools.Shell;

/// <summary>Turns words of the command line into a script's arguments, by the rules of <c>pwsh -File</c>.</summary>
internal static class ScriptParameters
{
    /// <remarks>
    /// <c>-Name value</c>, <c>-Switch</c>, <c>-Name:value</c>, anything else by position. What follows a name is its value or, after a
    /// switch, a positional argument; the engine decides, since it knows the script. <c>-Switch:$false</c> is read as the value it names.
    /// </remarks>
    public static IEnumerable<CommandParameter> Parse(IEnumerable<string> arguments) => arguments.Select(Parse);

    private static CommandParameter Parse(string text)
    {
        if (text.Length < 2 || text[0] != '-' || !(char.IsLetter(text[1]) || text[1] == '_')) return new(null, text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(text) : new(text[..colon], Value(text[(colon + 1)..]));
    }

    private static object Value(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        _ => text,
    };
}
