using System.Management.Automation;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the branches and tags of a table.</summary>
/// <remarks>Cmdlets that read a state take a branch or tag with -Ref; those that write take a branch with -Branch.</remarks>
/// <example>Branches and tags of a table<code>Get-IcebergRef hr.employee</code></example>
/// <example>Rows of each month's tag<code>Get-IcebergRef hr.employee eom-* | Get-IcebergData -Filter 'department_id = 2'</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergRef", HelpUri = Help.Root + "Get-IcebergRef.md")]
[OutputType(typeof(IcebergRef))]
public sealed class GetIcebergRefCommand : TableReadCmdlet
{
    /// <summary>Names of branches and tags.</summary>
    /// <value>*</value>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter)), SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only branches, or only tags.</summary>
    [Parameter]
    public IcebergRefType? Type { get; set; }

    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        foreach (string wanted in Name) WriteMatching(table, wanted);
        return Task.CompletedTask;
    }

    /// <summary>Names of branches and tags compare letter for letter, patterns do not.</summary>
    private void WriteMatching(OpenTable table, string wanted)
    {
        bool isPattern = WildcardPattern.ContainsWildcardCharacters(wanted);
        if (!isPattern) SnapshotSelection.ByRef(table.Metadata, wanted);
        WildcardPattern pattern = WildcardPattern.Get(wanted, WildcardOptions.IgnoreCase);
        foreach ((string name, SnapshotRef reference) in table.Metadata.Refs)
        {
            bool matches = isPattern ? pattern.IsMatch(name) : name == wanted;
            if (matches && (Type is null || (IcebergRefType)reference.Type == Type)) WriteObject(new IcebergRef(table, name, reference));
        }
    }
}
