using System.Globalization;
using System.Management.Automation;

namespace DeltaTools.Shell;

/// <summary>Progress as one line at the bottom of a terminal; nothing at all where no terminal is.</summary>
internal sealed class ProgressLine(ShellConsole console)
{
    private readonly Lock _gate = new();
    private bool _shown;

    public void Show(ProgressRecord record)
    {
        if (!console.IsTerminal) return;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            Clear();
            return;
        }
        string percent = record.PercentComplete >= 0 ? string.Create(CultureInfo.InvariantCulture, $" {record.PercentComplete}%") : "";
        string text = $"{record.Activity}: {record.StatusDescription}{percent}";
        int width = Math.Max(1, console.Width - 1);
        lock (_gate)
        {
            Console.Out.Write("\r" + (text.Length > width ? text[..width] : text.PadRight(width)));
            _shown = true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            if (!_shown) return;
            Console.Out.Write("\r" + new string(' ', Math.Max(1, console.Width - 1)) + "\r");
            _shown = false;
        }
    }
}
