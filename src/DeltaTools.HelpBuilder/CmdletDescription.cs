using System.Reflection;
using System.Xml.Linq;

namespace DeltaTools.HelpBuilder;

/// <summary>A cmdlet as its help page tells it.</summary>
internal sealed record CmdletDescription(
    string Verb, string Noun, string? HelpUri, IReadOnlyList<string> Synopsis, IReadOnlyList<string> Description,
    IReadOnlyList<ParameterDescription> Parameters, IReadOnlyList<TypeDescription> Outputs, IReadOnlyList<ExampleDescription> Examples)
{
    private const string AllSets = "__AllParameterSets";

    public string Name => $"{Verb}-{Noun}";

    public IEnumerable<TypeDescription> Inputs => Parameters.Where(p => p.IsPiped).Select(p => new TypeDescription(p.TypeName, p.Description)).Distinct();

    /// <summary>The parameter sets, or the one nameless set.</summary>
    public IReadOnlyList<string> Sets =>
        Parameters.SelectMany(p => p.Sets.Keys).Where(s => s != AllSets).Distinct().Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } named
            ? named : [AllSets];

    public static IEnumerable<CmdletDescription> ReadAll(Assembly assembly, DocComments comments) =>
        from type in assembly.GetExportedTypes()
        let attribute = type.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name == "CmdletAttribute")
        where attribute is not null && !type.IsAbstract
        orderby type.Name
        select Read(type, attribute, comments);

    /// <summary>The use of a parameter in a set, or null when it is not part of it.</summary>
    public static ParameterUse? Use(ParameterDescription parameter, string set) =>
        parameter.Sets.TryGetValue(set, out ParameterUse? use) || parameter.Sets.TryGetValue(AllSets, out use) ? use : null;

    private static CmdletDescription Read(Type type, CustomAttributeData cmdlet, DocComments comments)
    {
        XElement? doc = comments.Of(type);
        List<ParameterDescription> parameters = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => ParameterDescription.Read(p, comments)).OfType<ParameterDescription>()];
        if (Named(cmdlet, "SupportsShouldProcess") is true) parameters.AddRange(ParameterDescription.ShouldProcess);
        IEnumerable<Type> outputs = type.CustomAttributes.Where(a => a.AttributeType.Name == "OutputTypeAttribute")
            .SelectMany(a => Values(a.ConstructorArguments[0])).OfType<Type>();
        return new(
            (string)cmdlet.ConstructorArguments[0].Value!, (string)cmdlet.ConstructorArguments[1].Value!, (string?)Named(cmdlet, "HelpUri"),
            DocComments.Paragraphs(doc?.Element("summary")), DocComments.Paragraphs(doc?.Element("remarks")), parameters,
            [.. outputs.Select(t => new TypeDescription(t.FullName!, DocComments.Paragraphs(comments.Of(t)?.Element("summary"))))],
            [.. doc?.Elements("example").Select(ExampleDescription.Read) ?? []]);
    }

    internal static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.Where(a => a.MemberName == name).Select(a => a.TypedValue.Value).FirstOrDefault();

    internal static IEnumerable<object?> Values(CustomAttributeTypedArgument argument) =>
        argument.Value is IEnumerable<CustomAttributeTypedArgument> items ? items.Select(i => i.Value) : [argument.Value];
}

/// <summary>A type that goes in or comes out.</summary>
internal sealed record TypeDescription(string Name, IReadOnlyList<string> Description);

/// <summary>An example: text before the code is its title, text after it explains.</summary>
internal sealed record ExampleDescription(string Title, string Code, string Remarks)
{
    public static ExampleDescription Read(XElement example)
    {
        XElement code = example.Element("code") ?? new XElement("code", example.Value);
        return new(DocComments.Text(code.NodesBeforeSelf()), DocComments.Code(code), DocComments.Text(code.NodesAfterSelf()));
    }
}
