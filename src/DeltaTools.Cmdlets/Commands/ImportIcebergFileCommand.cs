using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Importing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Adds existing Parquet files to a table as they are, without writing them anew.</summary>
/// <remarks>
/// <para>The files stay where they are and belong to the table from then on: what deletes its files later, deletes them too.</para>
/// <para>Columns are found by field id, or by name in files without ids; the table then gets a name mapping (property schema.name-mapping.default). Counts
/// and bounds come from the files' footers. All rows of a file must belong to one partition: the values tell it, or folders such as country=DE for a column
/// that the file does not have.</para>
/// <para>A file that is part of the table already is left alone (status AlreadyImported). All files of one call are one commit. A file that does not fit is an
/// error, and the others are added.</para>
/// </remarks>
/// <example>Add all files of a folder<code>Import-IcebergFile ./export/2023 shop.orders</code></example>
/// <example>Look first at what would be done<code>Import-IcebergFile ./export/*.parquet -Table shop.orders -WhatIf -Verbose</code></example>
/// <example>Files from the pipeline, to a branch<code>Get-ChildItem ./export -Recurse -Filter *.parquet | Import-IcebergFile -Table shop.orders -Branch trial</code></example>
[Cmdlet(VerbsData.Import, "IcebergFile", SupportsShouldProcess = true, DefaultParameterSetName = PathSet, HelpUri = Help.Root + "Import-IcebergFile.md")]
[OutputType(typeof(IcebergFileImport))]
public sealed class ImportIcebergFileCommand : CatalogCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<string> _paths = [];

    /// <summary>Files, or folders whose Parquet files are meant, those in folders below too; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, with their names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The table, such as shop.orders.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The branch that gets the files.</summary>
    /// <value>main</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Branch { get; set; } = SnapshotRef.Main;

    /// <summary>Takes files with columns that the table does not have. Nobody will read those.</summary>
    [Parameter]
    public SwitchParameter IgnoreExtraColumn { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        if (ParameterSetName == LiteralPathSet) _paths.AddRange(LiteralPath.Select(FullPath));
        else _paths.AddRange(Path.SelectMany(p => Expand(p, IcebergErrorKind.InvalidArgument)));
        return Task.CompletedTask;
    }

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        if (_paths.Count == 0) return;
        OpenTable table = await OpenAsync(Table, cancel);
        if (table.Table.Catalog is null) throw IcebergException.Invalid($"'{Table}' was opened by its path and can only be read. Register it with Register-IcebergTable first.");
        List<string> files = await FilesAsync(table, cancel);
        if (files.Count == 0) return;

        WriteVerbose($"Looking at {ViewFormat.Count(files.Count)} files.");
        using DuckSession session = DuckSession.Open(table.Engine);
        var options = new FileImportOptions
        {
            Branch = Branch,
            IgnoreExtraColumns = IgnoreExtraColumn,
            Summary = Provenance.Of(MyInvocation.MyCommand.Name),
        };
        FileImportPlan plan = await FileImporter.PlanAsync(session, table.Table, files, options, cancel);
        ImmutableArray<FileImport> done = plan.Files;
        if (!plan.Added.IsEmpty)
        {
            if (!Confirmed(Describe(plan, table), "Add existing files")) return;
            done = await plan.CommitAsync(cancel);
            RunspaceSession.Current.Completions.Clear();
        }
        FieldCatalog fields = new(table.Metadata);
        foreach (FileImport file in done.Where(f => f.Refused is null)) WriteObject(new IcebergFileImport(table, fields, file));
        foreach (FileImport file in done.Where(f => f.Refused is not null)) WriteError(ErrorRecords.From(file.Refused!, file.Location));
    }

    /// <summary>A path without files is an error of its own; the others go on.</summary>
    private async Task<List<string>> FilesAsync(OpenTable table, CancellationToken cancel)
    {
        List<string> files = [];
        foreach (string path in _paths)
        {
            try
            {
                files.AddRange(await DataFolder.FilesAsync(table.Table.Store, path, cancel));
            }
            catch (IcebergException e)
            {
                WriteError(ErrorRecords.From(e, path));
            }
        }
        return files;
    }

    private string Describe(FileImportPlan plan, OpenTable table)
    {
        string branch = Branch == SnapshotRef.Main ? "" : $", branch {Branch}";
        ImmutableArray<DataFile> added = plan.Added;
        string what = added.Length == 1 ? added[0].FilePath : $"{ViewFormat.Count(added.Length)} files";
        return $"{what} ({ViewFormat.Count(added.Sum(f => f.RecordCount))} rows, {ViewFormat.Bytes(added.Sum(f => f.FileSizeInBytes))}) to {table.Name}{branch}";
    }
}
