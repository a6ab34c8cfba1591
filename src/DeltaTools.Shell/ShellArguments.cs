namespace DeltaTools.Shell;

/// <summary>The command line: a script with its arguments, or a command, or nothing for the prompt.</summary>
internal sealed record ShellArguments(string? Script, IReadOnlyList<string> ScriptArguments, string? Command, bool Help = false)
{
    public const string Usage = """
        deltatools script.ps1 [arguments]     run a script with the DeltaTools module loaded
        deltatools -Command "text"            run a command
        deltatools                            start a prompt; with redirected input, run what is read
        """;

    /// <summary>Null when the arguments make no sense.</summary>
    public static ShellArguments? Parse(string[] args)
    {
        if (args is []) return new(null, [], null);
        bool Is(params string[] names) => names.Contains(args[0], StringComparer.OrdinalIgnoreCase);
        if (Is("-Help", "-h", "-?", "--help", "/?")) return new(null, [], null, Help: true);
        if (Is("-Command", "-c")) return args.Length < 2 ? null : new(null, [], string.Join(' ', args[1..]));
        if (Is("-File", "-f")) return args.Length < 2 ? null : new(args[1], args[2..], null);
        return args[0].StartsWith('-') ? null : new(args[0], args[1..], null);
    }
}
