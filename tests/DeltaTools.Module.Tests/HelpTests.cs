using System.Management.Automation;
using System.Management.Automation.Language;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class HelpTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    public static TheoryData<string> Cmdlets()
    {
        using ModuleSession session = new();
        return [.. session.Invoke("(Get-Command -Module DeltaTools).Name").Select(n => n.ToString())];
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Help_TellsEverything(string cmdlet)
    {
        PSObject help = session.Single($"Get-Help {cmdlet} -Full");
        string[] parameters = [.. session.Invoke($$"""
            (Get-Command {{cmdlet}}).Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
            """).Select(p => p.ToString())];

        Assert.False(string.IsNullOrWhiteSpace(Text(help, "Synopsis")), "no synopsis");
        Assert.DoesNotContain($"{cmdlet} [", Text(help, "Synopsis"), StringComparison.Ordinal);
        Assert.NotEmpty(Paragraphs(help, "description"));
        Assert.NotEmpty(session.Invoke($"(Get-Command {cmdlet}).HelpUri"));
        Assert.All(parameters, name =>
        {
            PSObject parameter = session.Single($"Get-Help {cmdlet} -Parameter {name}");
            Assert.True(Paragraphs(parameter, "description").Length > 0, $"-{name} is not described");
        });
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Examples_AreAtLeastTwoAndParse(string cmdlet)
    {
        string[] examples = [.. session.Invoke($"(Get-Help {cmdlet} -Full).examples.example.code").Select(c => c.ToString())];

        Assert.True(examples.Length >= 2, $"{examples.Length} examples");
        Assert.All(examples, code =>
        {
            ScriptBlockAst script = Parser.ParseInput(code, out _, out ParseError[] errors);
            Assert.Empty(errors);
            Assert.Contains(script.FindAll(a => a is CommandAst c && c.GetCommandName() == cmdlet, searchNestedScriptBlocks: true), _ => true);
        });
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Examples_UseParametersThatExist(string cmdlet)
    {
        foreach (PSObject code in session.Invoke($"(Get-Help {cmdlet} -Full).examples.example.code"))
        {
            ScriptBlockAst script = Parser.ParseInput(code.ToString(), out _, out _);
            foreach (CommandAst command in script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (session.Run($"Get-Command {command.GetCommandName()} -Module DeltaTools -ErrorAction Ignore").Output is not [var found]) continue;
                Dictionary<string, ParameterMetadata> known = ((CmdletInfo)found.BaseObject).Parameters;
                Assert.All(command.CommandElements.OfType<CommandParameterAst>(), p => Assert.Contains(p.ParameterName, known.Keys, StringComparer.OrdinalIgnoreCase));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Page_IsAsBuilt(string cmdlet)
    {
        string link = session.Single($"(Get-Command {cmdlet}).HelpUri").ToString();
        string page = Path.Join(Repository.Root, "docs", link[(link.LastIndexOf('/') + 1)..]), built = Path.Join(Repository.BuiltPages, cmdlet + ".md");

        Assert.True(File.Exists(page) && File.ReadAllText(page).ReplaceLineEndings("\n") == File.ReadAllText(built).ReplaceLineEndings("\n"),
            $"{page} is not what the doc comments say. Take {built} in its place.");
    }

    [Fact]
    public void Pages_AreAboutCmdletsThatExist() => Assert.Equal(
        session.Invoke("(Get-Command -Module DeltaTools).Name").Select(n => n.ToString()).Order(StringComparer.Ordinal),
        Directory.GetFiles(Path.Join(Repository.Root, "docs")).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    [Fact]
    public void Text_HasNoMarkupLeft()
    {
        string file = File.ReadAllText(Path.Join(Repository.ModuleBin, "en-US", "DeltaTools.Cmdlets.dll-Help.xml"));

        Assert.DoesNotContain("&lt;see", file, StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;para", file, StringComparison.Ordinal);
        Assert.DoesNotContain("cref=", file, StringComparison.Ordinal);
    }

    private static string Text(PSObject help, string property) => help.Properties[property]?.Value?.ToString() ?? "";

    private static string[] Paragraphs(PSObject help, string property) =>
        help.Properties[property]?.Value switch
        {
            object[] items => [.. items.Select(i => PSObject.AsPSObject(i).Properties["Text"]?.Value?.ToString() ?? "").Where(t => t.Trim().Length > 0)],
            PSObject item when item.Properties["Text"]?.Value is { } text => [text.ToString()!],
            _ => [],
        };
}
