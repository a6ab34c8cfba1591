using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets tables: how large they are, when they changed, their columns and properties.</summary>
/// <remarks>Counts and sizes come from what the last commit noted; no data is read.</remarks>
/// <example>All tables of the catalog<code>Get-IcebergTable</code></example>
/// <example>Tables of a namespace that have grown large<code>Get-IcebergTable -Namespace hr | Where-Object Size -gt 1GB</code></example>
/// <example>Columns of one table<code>(Get-IcebergTable hr.employee).Schema</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergTable", HelpUri = Help.Root + "Get-IcebergTable.md")]
[OutputType(typeof(IcebergTable))]
public sealed class GetIcebergTableCommand : CatalogCmdlet
{
    /// <summary>The tables: names such as hr.employee, with wildcards; folders or metadata files; objects with a property Table. All when absent.</summary>
    /// <value>*</value>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [new("*")];

    /// <summary>Only tables of this namespace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NamespaceCompleter)), SupportsWildcards]
    public string? Namespace { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        WildcardPattern? wanted = Namespace is null ? null : WildcardPattern.Get(Namespace, WildcardOptions.IgnoreCase);
        return ForEachTableAsync(
            Table,
            (table, _) =>
            {
                if (wanted is null || wanted.IsMatch(table.Table.Identifier?.NamespaceText ?? "")) WriteObject(new IcebergTable(table));
                return Task.CompletedTask;
            },
            cancel);
    }
}
