namespace DeltaTools.Cmdlets.Arguments;

/// <summary>A text that is never shown: not in traces of parameter binding, not in logs, not in errors.</summary>
public sealed class SecretText
{
    internal SecretText(string text) => Text = text;

    internal string Text { get; }

    public override string ToString() => "********";
}
