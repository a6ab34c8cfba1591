using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;

namespace DeltaTools.Cmdlets;

/// <summary>A cmdlet that reads tables, one after the other.</summary>
public abstract class TableReadCmdlet : CatalogCmdlet
{
    /// <summary>The tables: names such as hr.employee, with wildcards; folders or metadata files; objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>For a table that is given by its path and whose files were moved: prefixes of the locations in its metadata and where those are now,
    /// such as @{ 's3://lake/t' = './t' }. The longest prefix wins.</summary>
    [Parameter]
    public IDictionary? LocationMap { get; set; }

    private protected override IReadOnlyDictionary<string, string>? Moved => LocationMap is null ? null : TextMap.Entries(LocationMap).ToDictionary(
        e => Convert.ToString(e.Key, CultureInfo.InvariantCulture)!, e => FullPath(Convert.ToString(e.Value, CultureInfo.InvariantCulture)!));

    private protected abstract Task ReadAsync(OpenTable table, CancellationToken cancel);

    protected override Task ProcessRecordAsync(CancellationToken cancel) => ForEachTableAsync(Table, ReadAsync, cancel);
}
