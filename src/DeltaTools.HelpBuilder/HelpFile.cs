using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DeltaTools.HelpBuilder;

/// <summary>Writes MAML, the XML that Get-Help shows.</summary>
internal static class HelpFile
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(IEnumerable<CmdletDescription> cmdlets, string path)
    {
        XElement root = new(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Page));
        XmlWriterSettings settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using XmlWriter writer = XmlWriter.Create(path, settings);
        new XDocument(root).Save(writer);
    }

    private static XElement Page(CmdletDescription cmdlet) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(Command + "details",
            new XElement(Command + "name", cmdlet.Name), Description(cmdlet.Synopsis),
            new XElement(Command + "verb", cmdlet.Verb), new XElement(Command + "noun", cmdlet.Noun)),
        Description(cmdlet.Description),
        new XElement(Command + "syntax", cmdlet.Sets.Select(set => Syntax(cmdlet, set))),
        new XElement(Command + "parameters", cmdlet.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => Parameter(p, p.Sets.Values.First(), full: true))),
        new XElement(Command + "inputTypes", cmdlet.Inputs.Select(t => Typed("inputType", t))),
        new XElement(Command + "returnValues", cmdlet.Outputs.Select(t => Typed("returnValue", t))),
        new XElement(Command + "examples", cmdlet.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", Link(cmdlet)));

    private static XElement Syntax(CmdletDescription cmdlet, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        from parameter in cmdlet.Parameters
        let use = CmdletDescription.Use(parameter, set)
        where use is not null
        orderby use.Position ?? int.MaxValue, !use.Mandatory
        select Parameter(parameter, use, full: false));

    private static XElement Parameter(ParameterDescription parameter, ParameterUse use, bool full) => new(
        Command + "parameter",
        new XAttribute("required", Text(use.Mandatory)),
        new XAttribute("variableLength", Text(parameter.IsArray)),
        new XAttribute("globbing", Text(parameter.TakesWildcards)),
        new XAttribute("pipelineInput", use.PipelineInput),
        new XAttribute("position", use.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Description(full && parameter.Values.Count > 0 ? [.. parameter.Description, $"Values: {string.Join(", ", parameter.Values)}."] : parameter.Description),
        full || !parameter.IsSwitch
            ? new XElement(Command + "parameterValue",
                new XAttribute("required", Text(!parameter.IsSwitch)), new XAttribute("variableLength", Text(parameter.IsArray)), parameter.TypeName)
            : null,
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.TypeName), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.Default ?? (parameter.IsSwitch ? "False" : "None")));

    private static XElement Typed(string element, TypeDescription type) =>
        new(Command + element, new XElement(Dev + "type", new XElement(Maml + "name", type.Name)), Description(type.Description));

    private static XElement Example(ExampleDescription example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"-------- Example {index + 1}: {example.Title} --------")),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", new XElement(Maml + "para", example.Remarks)));

    private static XElement? Link(CmdletDescription cmdlet) => cmdlet.HelpUri is null ? null : new(
        Maml + "navigationLink", new XElement(Maml + "linkText", "Online version:"), new XElement(Maml + "uri", cmdlet.HelpUri));

    private static XElement Description(IEnumerable<string> paragraphs) =>
        new(Maml + "description", paragraphs.Select(p => new XElement(Maml + "para", p)));

    private static string Text(bool value) => value ? "true" : "false";
}
