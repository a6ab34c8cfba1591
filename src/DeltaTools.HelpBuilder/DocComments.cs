using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DeltaTools.HelpBuilder;

/// <summary>The compiler's doc file, by type and property.</summary>
internal sealed partial class DocComments(XDocument file)
{
    private readonly Dictionary<string, XElement> _members = file.Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);

    public XElement? Of(Type type) => _members.GetValueOrDefault($"T:{type.FullName}");

    public XElement? Of(PropertyInfo property) => _members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The element's paragraphs as plain text; none when it is absent.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        if (element is null) return [];
        XElement[] paragraphs = [.. element.Elements("para")];
        IEnumerable<string> texts = paragraphs.Length == 0
            ? [Text(element.Nodes())]
            : [Text(element.Nodes().TakeWhile(n => n is not XElement { Name.LocalName: "para" })), .. paragraphs.Select(p => Text(p.Nodes()))];
        return [.. texts.Where(t => t.Length > 0)];
    }

    /// <summary>Text of the nodes in one line, with the names that references show.</summary>
    public static string Text(IEnumerable<XNode> nodes) => Spaces().Replace(string.Concat(nodes.Select(Text)), " ").Trim();

    /// <summary>Lines of a code element without the indent that the doc comment gives them.</summary>
    public static string Code(XElement code)
    {
        string[] lines = code.Value.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        int indent = lines.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(l => l.Length >= indent ? l[indent..].TrimEnd() : "")).Trim();
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference =>
            reference.Value.Length > 0 ? reference.Value : Name(reference.Attributes().First().Value),
        XElement element => Text(element.Nodes()),
        _ => "",
    };

    // T:DeltaTools.IcebergTable, P:A.B.C, M:A.B.C(System.Int32)
    private static string Name(string reference) => reference.Split('(')[0].Split(':', '.')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
