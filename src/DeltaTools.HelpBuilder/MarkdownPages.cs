using System.Globalization;
using System.Text;

namespace DeltaTools.HelpBuilder;

/// <summary>Writes a page for each cmdlet, which Get-Help -Online opens and people read in the repository.</summary>
internal static class MarkdownPages
{
    public static void Write(IEnumerable<CmdletDescription> cmdlets, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (CmdletDescription cmdlet in cmdlets)
            File.WriteAllText(Path.Join(folder, cmdlet.Name + ".md"), string.Join("\n", Lines(cmdlet)), new UTF8Encoding(false));
    }

    private static IEnumerable<string> Lines(CmdletDescription cmdlet) =>
    [
        $"# {cmdlet.Name}", "",
        .. Paragraphs(cmdlet.Synopsis),
        "## Syntax", "",
        "```powershell",
        .. cmdlet.Sets.Select(set => Syntax(cmdlet, set)),
        "```", "",
        "## Description", "",
        .. Paragraphs(cmdlet.Description),
        "## Examples", "",
        .. cmdlet.Examples.SelectMany(Example),
        "## Parameters", "",
        .. cmdlet.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).SelectMany(Parameter),
        "## Output", "",
        .. cmdlet.Outputs.SelectMany(o => Paragraphs([$"`{o.Name}`", .. o.Description])),
    ];

    private static string Syntax(CmdletDescription cmdlet, string set) => string.Join(' ',
        (from parameter in cmdlet.Parameters
         let use = CmdletDescription.Use(parameter, set)
         where use is not null
         orderby use.Position ?? int.MaxValue, !use.Mandatory
         select Usage(parameter, use)).Prepend(cmdlet.Name));

    private static string Usage(ParameterDescription parameter, ParameterUse use)
    {
        string name = use.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string text = parameter.IsSwitch ? $"-{parameter.Name}" : $"{name} <{parameter.TypeName}>";
        return use.Mandatory ? text : $"[{text}]";
    }

    private static IEnumerable<string> Example(ExampleDescription example) =>
        [$"### {example.Title}", "", "```powershell", .. example.Code.Split('\n'), "```", "", .. Paragraphs(example.Remarks.Length > 0 ? [example.Remarks] : [])];

    private static IEnumerable<string> Parameter(ParameterDescription parameter)
    {
        ParameterUse use = parameter.Sets.Values.First();
        string[] facts =
        [
            .. parameter.IsSwitch ? [] : new[] { $"type {parameter.TypeName}" },
            .. use.Mandatory ? ["required"] : parameter.Default is { } value ? new[] { $"default {value}" } : [],
            .. use.Position is { } position ? [string.Create(CultureInfo.InvariantCulture, $"position {position}")] : Array.Empty<string>(),
            .. use.FromPipeline || use.FromProperty ? ["from the pipeline"] : Array.Empty<string>(),
            .. parameter.TakesWildcards ? ["wildcards"] : Array.Empty<string>(),
            .. parameter.Aliases.Count > 0 ? [$"alias {string.Join(", ", parameter.Aliases)}"] : Array.Empty<string>(),
        ];
        string[] values = parameter.Values.Count > 0 ? [$"Values: {string.Join(", ", parameter.Values)}."] : [];
        return [$"### -{parameter.Name}", "", .. Paragraphs([.. parameter.Description, .. values]), .. facts.Length > 0 ? Paragraphs([$"*{string.Join("; ", facts)}*"]) : []];
    }

    private static IEnumerable<string> Paragraphs(IEnumerable<string> texts) => texts.SelectMany(t => new[] { t.Replace("<", "\\<", StringComparison.Ordinal), "" });
}
