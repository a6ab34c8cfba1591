using System.Diagnostics;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>The built <c>deltatools</c>, run as a program.</summary>
internal static class ShellProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="input">Text of standard input; the end of it follows at once.</param>
    public static async Task<ShellResult> RunAsync(
        string[] arguments, string input = "", string? folder = null, Dictionary<string, string>? environment = null)
    {
        using Process process = Start(arguments, folder, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return new(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }

    /// <param name="interruptible">Heeds SIGINT even if the tests run in the background of a shell, where it is ignored and children inherit that.</param>
    public static Process Start(
        string[] arguments, string? folder = null, Dictionary<string, string>? environment = null, bool interruptible = false)
    {
        string[] command = interruptible && OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(command[0], [.. command[1..], Repository.Shell, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        start.Environment.Remove("COLUMNS");
        start.Environment.Remove("DELTATOOLS_WAREHOUSE");
        foreach ((string name, string value) in environment ?? []) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

internal sealed record ShellResult(int ExitCode, string Output, string Errors);
