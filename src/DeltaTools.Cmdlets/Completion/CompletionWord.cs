using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>The word under the cursor: what may stand there, and how it is quoted.</summary>
internal readonly record struct CompletionWord(string Text)
{
    public static CompletionWord Parse(string? word) => new(word?.Trim('\'', '"') ?? "");

    /// <summary>Whether the value starts with the word, which may have wildcards.</summary>
    public bool Matches(string value) =>
        value.StartsWith(Text, StringComparison.OrdinalIgnoreCase)
        || (WildcardPattern.ContainsWildcardCharacters(Text) && WildcardPattern.Get(Text + "*", WildcardOptions.IgnoreCase).IsMatch(value));

    /// <param name="value">What is inserted, quoted when it needs to be.</param>
    /// <param name="toolTip">Shown beside the list.</param>
    /// <param name="listText">Shown in the list; the value when null.</param>
    public static CompletionResult Result(string value, string toolTip, string? listText = null) =>
        new(Quoted(value), listText ?? value, CompletionResultType.ParameterValue, toolTip);

    private static string Quoted(string value) =>
        value.Length > 0 && value.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-' or ':' or '/' or '\\')
            ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";
}
