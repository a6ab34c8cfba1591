using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>A table for the time of a merge, beside the report table. Disposing it removes the table and its files, whatever became of them.</summary>
internal sealed class AthenaStaging(GlueCatalog catalog, IcebergTable target, Action<string> log) : IAsyncDisposable
{
    private const int Patience = 60;

    private readonly string _id = Guid.NewGuid().ToString("N")[..16];

    public TableIdentifier Table => new(target.Identifier!.Namespace, $"deltatools_staging_{_id}");

    public string Location => $"{target.Metadata.Location.TrimEnd('/')}-staging-{_id}";

    public async ValueTask DisposeAsync()
    {
        // Cancelled or not: nothing stays behind.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(Patience));
        try
        {
            await catalog.ForgetAsync(Table, patience.Token).ConfigureAwait(false);
            List<string> files = [];
            await foreach (ObjectInfo file in target.Store.ListAsync(Location + "/", patience.Token).ConfigureAwait(false)) files.Add(file.Location);
            await target.Store.DeleteAsync(files, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IcebergException or OperationCanceledException)
        {
            log($"The staging table {Table} in {Location} could not be removed: {e.Message}");
        }
    }
}
