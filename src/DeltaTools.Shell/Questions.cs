using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DeltaTools.Shell;

/// <summary>The questions that the engine asks of a user: missing parameters, confirmations, credentials.</summary>
internal sealed class Questions(ShellConsole console)
{
    public Dictionary<string, PSObject> Fields(string caption, string message, IEnumerable<FieldDescription> fields)
    {
        WriteHead(caption, message);
        return fields.ToDictionary(f => f.Name, f => PSObject.AsPSObject(Field(f)));
    }

    /// <summary>Index of the choice; an empty answer takes the default. Asks again until the answer is one of the choices.</summary>
    public int Choice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHead(caption, message);
        string[] keys = [.. choices.Select(Key)];
        string offered = string.Join("  ", choices.Select((c, i) => $"[{keys[i]}] {Label(c)}"));
        string standard = defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice]}\")" : "";
        while (true)
        {
            console.Write($"{offered}  [?] Help{standard}: ");
            string answer = ShellConsole.ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            if (answer == "?")
            {
                foreach ((ChoiceDescription choice, string key) in choices.Zip(keys)) WriteLine($"{key} - {choice.HelpMessage}");
                continue;
            }
            for (int i = 0; i < keys.Length; i++)
            {
                if (Same(answer, keys[i]) || Same(answer, Label(choices[i]))) return i;
            }
        }
    }

    public PSCredential Credential(string caption, string message, string? userName)
    {
        WriteHead(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            console.Write("User: ");
            userName = ShellConsole.ReadLine();
        }
        console.Write($"Password for user {userName}: ");
        return new PSCredential(userName, ShellConsole.ReadSecret());
    }

    private object Field(FieldDescription field)
    {
        Type type = Type.GetType(field.ParameterAssemblyFullName, throwOnError: false) ?? typeof(string);
        if (type == typeof(PSCredential)) return Credential("", field.HelpMessage ?? "", null);
        if (typeof(IList).IsAssignableFrom(type)) return Items(field.Name).ToArray();
        console.Write($"{field.Name}: ");
        return type == typeof(SecureString) ? ShellConsole.ReadSecret() : ShellConsole.ReadLine();
    }

    /// <summary>Items of a list, one a line, until an empty line.</summary>
    private IEnumerable<string> Items(string name)
    {
        for (int i = 0; ; i++)
        {
            console.Write(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]: "));
            string item = ShellConsole.ReadLine();
            if (item.Length == 0) yield break;
            yield return item;
        }
    }

    private void WriteHead(string? caption, string? message)
    {
        if (!string.IsNullOrEmpty(caption)) WriteLine(caption);
        if (!string.IsNullOrEmpty(message)) WriteLine(message);
    }

    private void WriteLine(string text) => console.Write(text + Environment.NewLine);

    private static string Label(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    /// <summary>The letter behind the ampersand of the label, or the whole label.</summary>
    private static string Key(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label[mark + 1].ToString().ToUpperInvariant() : choice.Label;
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
