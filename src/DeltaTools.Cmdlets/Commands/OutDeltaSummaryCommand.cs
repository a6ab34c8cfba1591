using System.Management.Automation;
using System.Text;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Where Out-DeltaSummary writes to.</summary>
public enum SummaryFormat
{
    /// <summary>The summary of the pipeline run that this is a step of, else the output.</summary>
    Auto,

    /// <summary>The output.</summary>
    Markdown,

    /// <summary>The summary of a GitHub Actions step: the file that GITHUB_STEP_SUMMARY names.</summary>
    GitHubActions,

    /// <summary>The summary of an Azure DevOps run, by ##vso[task.uploadsummary].</summary>
    AzureDevOps,
}

/// <summary>Writes what imports, merges and other cmdlets did as Markdown into the summary of a pipeline run.</summary>
/// <remarks>
/// <para>In GitHub Actions the text is added to the step's summary, in Azure DevOps it is uploaded to the run's page. Elsewhere the Markdown comes as text.</para>
/// <para>Each type of object has a table of its own. Any objects may be given; those of this module show what matters of them.</para>
/// </remarks>
/// <example>Show a day's work in the run<code>$result = @(Import-Delta ./in/*.csv -Table hr.raw_deltas; Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -ReportDate (Get-Date)); $result | Out-DeltaSummary -Title 'Employees'</code></example>
/// <example>As text<code>Test-IcebergReport hr.employee | Out-DeltaSummary -Format Markdown</code></example>
[Cmdlet(VerbsData.Out, "DeltaSummary", HelpUri = Help.Root + "Out-DeltaSummary.md")]
[OutputType(typeof(string))]
public sealed class OutDeltaSummaryCommand : AsyncCmdlet
{
    private readonly List<PSObject> _items = [];

    /// <summary>What to show.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Heading of the summary.</summary>
    /// <value>DeltaTools</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "DeltaTools";

    /// <summary>Where to write to.</summary>
    /// <value>Auto</value>
    [Parameter]
    public SummaryFormat Format { get; set; }

    /// <summary>Writes the Markdown to the output as well.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        _items.AddRange(InputObject);
        return Task.CompletedTask;
    }

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        if (_items.Count == 0) return;
        string text = MarkdownTable.Of(_items, Title);
        SummaryFormat format = Format == SummaryFormat.Auto ? Detected : Format;
        if (format == SummaryFormat.GitHubActions) await AppendAsync(text, cancel);
        if (format == SummaryFormat.AzureDevOps) await UploadAsync(text, cancel);
        if (format == SummaryFormat.Markdown || PassThru) WriteObject(text);
    }

    private static SummaryFormat Detected =>
        Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } ? SummaryFormat.GitHubActions
        : string.Equals(Environment.GetEnvironmentVariable("TF_BUILD"), "true", StringComparison.OrdinalIgnoreCase) ? SummaryFormat.AzureDevOps
        : SummaryFormat.Markdown;

    private static async Task AppendAsync(string text, CancellationToken cancel)
    {
        string path = Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } file ? file
            : throw IcebergException.Invalid("GITHUB_STEP_SUMMARY is not set, so this is no step of GitHub Actions. Use -Format Markdown.");
        await File.AppendAllTextAsync(path, text + "\n", new UTF8Encoding(false), cancel);
    }

    /// <summary>The agent reads the file after the step, so it stays; the agent empties its temporary folder itself.</summary>
    private async Task UploadAsync(string text, CancellationToken cancel)
    {
        string folder = Environment.GetEnvironmentVariable("AGENT_TEMPDIRECTORY") is { Length: > 0 } agent ? agent : System.IO.Path.GetTempPath();
        string path = System.IO.Path.Combine(folder, $"deltatools-summary-{Guid.NewGuid():N}.md");
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), cancel);
        Host.UI.WriteLine($"##vso[task.uploadsummary]{path.Replace("%", "%AZP25", StringComparison.Ordinal)}");
    }
}
