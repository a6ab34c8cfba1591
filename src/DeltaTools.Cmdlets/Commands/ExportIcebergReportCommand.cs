using System.Management.Automation;
using System.Text;
using DeltaTools.Cmdlets.Report;
using DeltaTools.Core;
using DeltaTools.Core.Storage;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Writes an HTML page about tables: their size, how their rows, changes and files went over time, and their history.</summary>
/// <remarks>
/// <para>The page is one file without scripts and without anything from elsewhere, so that it can be published as an artifact of a pipeline run or sent by mail.</para>
/// <para>All figures come from what commits noted; no data is read, and no value of a row is on the page.</para>
/// </remarks>
/// <example>A page about the tables of a namespace<code>Export-IcebergReport hr.* -Path ./hr.html</code></example>
/// <example>About what Get-IcebergTable finds, in a pipeline step<code>Get-IcebergTable | Where-Object Records -gt 0 | Export-IcebergReport -Path $env:BUILD_ARTIFACTSTAGINGDIRECTORY/tables.html -Title 'Nightly tables'</code></example>
[Cmdlet(VerbsData.Export, "IcebergReport", SupportsShouldProcess = true, HelpUri = Help.Root + "Export-IcebergReport.md")]
[OutputType(typeof(FileInfo))]
public sealed class ExportIcebergReportCommand : TableReadCmdlet
{
    private readonly List<TableStory> _stories = [];

    /// <summary>The file to write. One that is there is replaced.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Heading of the page.</summary>
    /// <value>Tables</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Tables";

    /// <summary>Refuses to replace a file.</summary>
    [Parameter, Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Emits the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        _stories.Add(TableStory.Of(table));
        return Task.CompletedTask;
    }

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        string path = FullPath(Path);
        ErrorTarget = path;
        if (ObjectStores.SchemeOf(path) != "file") throw IcebergException.Invalid($"'{Path}' is no path of a file on this machine.");
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path))) throw IcebergException.Invalid($"The folder of '{path}' does not exist. Create it first.");
        if (NoClobber && File.Exists(path)) throw IcebergException.Invalid($"The file '{path}' is there already. Choose another -Path or leave -NoClobber out.");
        if (_stories.Count == 0 || !Confirmed(path, $"Write a page about {_stories.Count} {(_stories.Count == 1 ? "table" : "tables")}")) return;
        // A reader must never find half a page.
        string half = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(half, HtmlPage.Of(Title, _stories, DateTimeOffset.Now), new UTF8Encoding(false), cancel);
            File.Move(half, path, overwrite: true);
        }
        finally
        {
            File.Delete(half);
        }
        if (PassThru) WriteObject(new FileInfo(path));
    }
}
