using System.Globalization;
using System.Management.Automation;
using System.Text;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>The surface that scripts rely on. Surface.txt says what it is; a change of it must be meant.</summary>
public sealed class SurfaceTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    private static readonly HashSet<string> Common = [.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters.Except(["WhatIf", "Confirm"])];

    private CmdletInfo[] Cmdlets => [.. session.Invoke("Get-Command -Module DeltaTools").Select(c => (CmdletInfo)c.BaseObject).OrderBy(c => c.Name, StringComparer.Ordinal)];

    [Fact]
    public void Surface_IsAsCheckedIn()
    {
        string actual = string.Join("\n", Cmdlets.Select(Describe));
        string expected = Path.Join(Repository.TestProject, "Surface.txt");
        string copy = Path.Join(AppContext.BaseDirectory, "Surface.txt");
        File.WriteAllText(copy, actual);

        Assert.True(File.ReadAllText(expected).ReplaceLineEndings("\n") == actual,
            $"The surface differs from {expected}. If that is meant, take {copy} in its place and write it into the changelog.");
    }

    [Fact]
    public void Names_AreApprovedVerbsAndSingularNouns()
    {
        HashSet<string> approved = [.. session.Invoke("[System.Management.Automation.VerbsCommon], [System.Management.Automation.VerbsData], [System.Management.Automation.VerbsLifecycle], [System.Management.Automation.VerbsDiagnostic], [System.Management.Automation.VerbsCommunications], [System.Management.Automation.VerbsSecurity], [System.Management.Automation.VerbsOther] | ForEach-Object { $_.GetFields().Name }").Select(v => v.ToString())];

        Assert.All(Cmdlets, c => Assert.Contains(c.Verb, approved));
        Assert.All(Cmdlets, c => Assert.False(c.Noun.EndsWith('s'), $"{c.Name} has a plural noun."));
        Assert.All(Cmdlets, c => Assert.True(c.Noun.StartsWith("Iceberg", StringComparison.Ordinal) || c.Noun.StartsWith("Delta", StringComparison.Ordinal), c.Name));
    }

    [Fact]
    public void Parameters_AreSingularAndNoBooleans()
    {
        Assert.All(Cmdlets.SelectMany(c => Own(c).Select(p => (c.Name, Parameter: p))), p =>
        {
            Assert.NotEqual(typeof(bool), p.Parameter.ParameterType);
            Assert.False(p.Parameter.ParameterType.IsArray && p.Parameter.Name.EndsWith('s'), $"{p.Name} -{p.Parameter.Name} is plural.");
        });
    }

    [Fact]
    public void Cmdlets_NameTheirOutput() =>
        Assert.All(Cmdlets, c => Assert.True(c.OutputType.Count == 1, $"{c.Name} has {c.OutputType.Count} output types."));

    [Fact]
    public void Cmdlets_OfTablesTakeThemFirstAndFromThePipeline() =>
        Assert.All(Cmdlets.SelectMany(c => c.ParameterSets.Select(s => (c.Name, Set: s))), p =>
        {
            // What is imported comes first, as with the Import- cmdlets of PowerShell.
            if (p.Name.StartsWith("Import-", StringComparison.Ordinal) || p.Set.Parameters.FirstOrDefault(x => x.Name == "Table") is not { } table) return;
            Assert.True(table.Position == 0, $"{p.Name} -Table stands at {table.Position}.");
            Assert.True(table.ValueFromPipelineByPropertyName, $"{p.Name} -Table is not taken from objects with a property Table.");
        });

    [Fact]
    public void Cmdlets_ThatChangeSupportWhatIf()
    {
        string[] changing = ["New", "Remove", "Set", "Restore", "Optimize", "Import", "Invoke", "Register", "Clear"];

        Assert.All(Cmdlets.Where(c => changing.Contains(c.Verb) && c.Name != "Invoke-IcebergQuery"), c => Assert.True(c.Parameters.ContainsKey("WhatIf"), c.Name));
    }

    [Fact]
    public void Cmdlets_AreInTheReadme()
    {
        string readme = File.ReadAllText(Path.Join(Repository.Root, "README.md"));

        Assert.All(Cmdlets, c => Assert.Contains($"`{c.Name}`", readme, StringComparison.Ordinal));
    }

    private static IEnumerable<ParameterMetadata> Own(CmdletInfo cmdlet) => cmdlet.Parameters.Values.Where(p => !Common.Contains(p.Name));

    private static string Describe(CmdletInfo cmdlet)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{cmdlet.Name} -> {string.Join(", ", cmdlet.OutputType.Select(o => o.Name))}");
        CmdletAttribute attribute = (CmdletAttribute)cmdlet.ImplementingType.GetCustomAttributes(typeof(CmdletAttribute), false)[0];
        if (attribute.SupportsShouldProcess) text.Append(CultureInfo.InvariantCulture, $" (impact {attribute.ConfirmImpact})");
        text.Append('\n');
        foreach (ParameterMetadata parameter in Own(cmdlet).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            IEnumerable<string> sets = parameter.ParameterSets.OrderBy(s => s.Key, StringComparer.Ordinal)
                .Select(s => $"{(s.Key == ParameterAttribute.AllParameterSets ? "*" : s.Key)}{Use(s.Value)}");
            string aliases = parameter.Aliases.Count == 0 ? "" : $" alias {string.Join(", ", parameter.Aliases)}";
            text.Append(CultureInfo.InvariantCulture, $"    -{parameter.Name} {TypeName(parameter.ParameterType)} [{string.Join("; ", sets)}]{aliases}\n");
        }
        return text.ToString();
    }

    private static string Use(ParameterSetMetadata set)
    {
        string[] facts =
        [
            .. set.IsMandatory ? ["mandatory"] : (string[])[],
            .. set.Position >= 0 ? [string.Create(CultureInfo.InvariantCulture, $"position {set.Position}")] : (string[])[],
            .. set.ValueFromPipeline ? ["pipeline"] : (string[])[],
            .. set.ValueFromPipelineByPropertyName ? ["property"] : (string[])[],
        ];
        return facts.Length == 0 ? "" : ": " + string.Join(", ", facts);
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? inner.Name + "?" : type.Name;
}
