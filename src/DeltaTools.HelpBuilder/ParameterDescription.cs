using System.Reflection;
using System.Xml.Linq;

namespace DeltaTools.HelpBuilder;

/// <summary>A parameter and how each parameter set uses it.</summary>
/// <param name="Default">Text of the doc comment's value element.</param>
/// <param name="Values">Names of an enumeration or a validated set; empty otherwise.</param>
internal sealed record ParameterDescription(
    string Name, string TypeName, bool IsSwitch, bool IsArray, bool TakesWildcards, string? Default, IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values, IReadOnlyList<string> Description, IReadOnlyDictionary<string, ParameterUse> Sets)
{
    /// <summary>What SupportsShouldProcess adds.</summary>
    public static readonly ParameterDescription[] ShouldProcess =
    [
        Switch("WhatIf", "wi", "Shows what would happen, with numbers. Nothing is changed."),
        Switch("Confirm", "cf", "Asks before the change is made. -Confirm:$false never asks."),
    ];

    public bool IsPiped => Sets.Values.Any(u => u.FromPipeline);

    /// <summary>Null when the property is no parameter.</summary>
    public static ParameterDescription? Read(PropertyInfo property, DocComments comments)
    {
        CustomAttributeData[] uses = [.. property.CustomAttributes.Where(a => a.AttributeType.Name == "ParameterAttribute")];
        if (uses.Length == 0) return null;
        XElement? doc = comments.Of(property);
        Type type = property.PropertyType;
        Type item = type.IsArray ? type.GetElementType()! : type;
        // Nullable<T>: null says "not given" and is no part of what users write.
        if (item.IsGenericType) item = item.GetGenericArguments()[0];
        return new(
            property.Name, item.Name + (type.IsArray ? "[]" : ""), item.Name == "SwitchParameter", type.IsArray,
            Has(property, "SupportsWildcardsAttribute"), DocComments.Paragraphs(doc?.Element("value")) is [string value, ..] ? value : null,
            Strings(property, "AliasAttribute"),
            item.IsEnum ? item.GetEnumNames() : Strings(property, "ValidateSetAttribute"),
            DocComments.Paragraphs(doc?.Element("summary")),
            uses.ToDictionary(u => (string?)CmdletDescription.Named(u, "ParameterSetName") ?? "__AllParameterSets", ParameterUse.Read));
    }

    private static ParameterDescription Switch(string name, string alias, string description) =>
        new(name, "SwitchParameter", true, false, false, "False", [alias], [], [description],
            new Dictionary<string, ParameterUse> { ["__AllParameterSets"] = new(false, null, false, false) });

    private static bool Has(PropertyInfo property, string attribute) => property.CustomAttributes.Any(a => a.AttributeType.Name == attribute);

    private static IReadOnlyList<string> Strings(PropertyInfo property, string attribute) =>
        [.. property.CustomAttributes.Where(a => a.AttributeType.Name == attribute)
            .SelectMany(a => CmdletDescription.Values(a.ConstructorArguments[0])).OfType<string>()];
}

/// <param name="Position">Null: named only.</param>
internal sealed record ParameterUse(bool Mandatory, int? Position, bool FromPipeline, bool FromProperty)
{
    public string PipelineInput => (FromPipeline, FromProperty) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    public static ParameterUse Read(CustomAttributeData attribute) => new(
        CmdletDescription.Named(attribute, "Mandatory") is true,
        CmdletDescription.Named(attribute, "Position") as int?,
        CmdletDescription.Named(attribute, "ValueFromPipeline") is true,
        CmdletDescription.Named(attribute, "ValueFromPipelineByPropertyName") is true);
}
