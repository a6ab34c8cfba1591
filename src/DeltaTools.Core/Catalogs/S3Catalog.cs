using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs;

/// <summary>Tables in S3 without a catalog service: what is current stands in small objects of the warehouse itself.</summary>
/// <remarks>
/// <para>Every commit creates one object, under a name that only one writer can create; see <see cref="S3PointerLog"/>. A store that does not
/// keep to the condition <c>If-None-Match: *</c> would lose commits and is refused when it is connected.</para>
/// <para>Tables have the files that they have in any catalog, so other programs read them by their metadata file.</para>
/// </remarks>
public sealed class S3Catalog : PointerCatalog
{
    private const string Folder = ".catalog";
    private const string MarkerName = "catalog.json";
    private const string MarkerContent = """{"format":"deltatools-s3-catalog","format-version":1}""";
    private const int DropAttempts = 20;

    private readonly S3ObjectStore _store;
    private readonly S3PointerLog _log;
    private readonly ConcurrentDictionary<TableIdentifier, S3Pointer> _known = new();
    private volatile bool _conditionsHold;

    private S3Catalog(string name, string warehouse, ObjectStores stores, S3ObjectStore store) : base(name, warehouse, stores)
    {
        _store = store;
        _log = new(store, Root);
    }

    /// <summary>Opens the warehouse at a bucket or below a prefix, and makes it one when it is not.</summary>
    /// <param name="warehouse"><c>s3://bucket/prefix</c>.</param>
    /// <exception cref="IcebergException">Unsupported: the store has no conditional writes, or a newer version made the warehouse; AccessDenied.</exception>
    public static async Task<S3Catalog> OpenAsync(string name, string warehouse, S3Settings settings, CancellationToken cancel)
    {
        string root = S3Location.Resolve(warehouse).TrimEnd('/');
        if (S3Location.Parse(root).Bucket.EndsWith("--x-s3", StringComparison.Ordinal))
        {
            throw IcebergException.Unsupported($"{root}: directory buckets (S3 Express) list objects in no order, which a warehouse without a catalog relies on. Use a general purpose bucket.");
        }
        ObjectStores stores = ObjectStores.Local.WithS3(settings);
        var catalog = new S3Catalog(name, root, stores, (S3ObjectStore)stores.For(root));
        try
        {
            await catalog.ConnectAsync(cancel).ConfigureAwait(false);
            return catalog;
        }
        catch
        {
            await catalog.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) =>
        [.. (await _log.NamespacesAsync(cancel).ConfigureAwait(false)).Order(StringComparer.Ordinal).Select(n => n.Split('.').ToImmutableArray())];

    public override async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel)
    {
        List<TableIdentifier> tables = [];
        List<string> namespaces = ns is { } wanted ? [string.Join('.', wanted)] : await _log.NamespacesAsync(cancel).ConfigureAwait(false);
        foreach (string one in namespaces) tables.AddRange(await _log.TablesAsync(one, cancel).ConfigureAwait(false));
        return [.. tables.OrderBy(t => t.ToString(), StringComparer.Ordinal)];
    }

    public override async Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        await ProveConditionsAsync(cancel).ConfigureAwait(false);
        for (int attempt = 0; attempt < DropAttempts; attempt++)
        {
            S3Pointer? newest = await _log.FindAsync(table, null, cancel).ConfigureAwait(false);
            if (newest?.MetadataLocation is null) throw await NotFoundAsync(table, cancel).ConfigureAwait(false);
            if (await _log.TryAppendAsync(table, newest, null, cancel).ConfigureAwait(false) is null) continue;
            _known.TryRemove(table, out _);
            return;
        }
        throw new IcebergException(IcebergErrorKind.CommitConflict, $"Table {table} was not dropped: other writers were faster every time.") { Retryable = true };
    }

    /// <remarks>Among the processes of this user on this machine.</remarks>
    public override async Task<IDisposable?> TakeTurnAsync(TableIdentifier table, CancellationToken cancel)
    {
        try
        {
            string folder = _store.TurnFolder(Warehouse);
            return await CommitTurn.TakeAsync(folder, table, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public override ValueTask DisposeAsync()
    {
        Stores.Dispose();
        return base.DisposeAsync();
    }

    protected internal override bool SwapMayLandLate => true;

    protected internal override async Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel) =>
        (await FindAsync(table, cancel).ConfigureAwait(false))?.MetadataLocation;

    protected internal override async Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel)
    {
        CheckPlace(created.Metadata.Location);
        S3Pointer? newest = await FindAsync(created.Identifier, cancel).ConfigureAwait(false);
        return newest?.MetadataLocation is null && await TryAppendAsync(created, newest, cancel).ConfigureAwait(false);
    }

    protected internal override async Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel)
    {
        // A state that was read once stays what it was; whether it still is the newest, the write itself finds out.
        S3Pointer? newest = _known.GetValueOrDefault(next.Identifier);
        if (newest?.MetadataLocation != expected) newest = await FindAsync(next.Identifier, cancel).ConfigureAwait(false);
        return newest?.MetadataLocation == expected && await TryAppendAsync(next, newest, cancel).ConfigureAwait(false);
    }

    private string Root => $"{Warehouse}/{Folder}";

    private async Task<S3Pointer?> FindAsync(TableIdentifier table, CancellationToken cancel)
    {
        S3Pointer? newest = await _log.FindAsync(table, _known.GetValueOrDefault(table), cancel).ConfigureAwait(false);
        if (newest?.MetadataLocation is not null) _known[table] = newest;
        return newest;
    }

    private async Task<bool> TryAppendAsync(LoadedTable next, S3Pointer? newest, CancellationToken cancel)
    {
        await ProveConditionsAsync(cancel).ConfigureAwait(false);
        S3Attempts attempts = S3Attempts.Start();
        try
        {
            if (await _log.TryAppendAsync(next.Identifier, newest, next.MetadataLocation, cancel).ConfigureAwait(false) is not { } appended) return false;
            _known[next.Identifier] = appended;
            return true;
        }
        catch (IcebergException error) when (attempts.Retries > 0 || !IsRefusal(error.Kind))
        {
            throw new IcebergException(IcebergErrorKind.CommitUnknown, error.Message, error);
        }
    }

    /// <summary>Whether the first answer said clearly that nothing was written.</summary>
    private static bool IsRefusal(IcebergErrorKind kind) =>
        kind is IcebergErrorKind.AccessDenied or IcebergErrorKind.InvalidArgument or IcebergErrorKind.Unsupported or IcebergErrorKind.Throttled;

    /// <summary>Makes sure that this is a warehouse that we understand, in a store that keeps to conditions.</summary>
    private async Task ConnectAsync(CancellationToken cancel)
    {
        try
        {
            await ProveConditionsAsync(cancel).ConfigureAwait(false);
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.AccessDenied)
        {
            // Those who may only read need no proof; a commit asks again.
            if (!await MayReadAsync(cancel).ConfigureAwait(false)) throw;
            return;
        }
        await IsWarehouseAsync(cancel).ConfigureAwait(false);
    }

    private async Task<bool> MayReadAsync(CancellationToken cancel)
    {
        try
        {
            return await IsWarehouseAsync(cancel).ConfigureAwait(false);
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.AccessDenied)
        {
            return false;
        }
    }

    /// <summary>Writes the marker twice: no more than one of the writes may succeed.</summary>
    private async Task ProveConditionsAsync(CancellationToken cancel)
    {
        if (_conditionsHold) return;
        byte[] content = System.Text.Encoding.UTF8.GetBytes(MarkerContent);
        try
        {
            _conditionsHold = !await _store.TryCreateAsync($"{Root}/{MarkerName}", content, cancel).ConfigureAwait(false)
                || !await _store.TryCreateAsync($"{Root}/{MarkerName}", content, cancel).ConfigureAwait(false);
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.Unsupported)
        {
            // As for a store that overlooks the condition.
        }
        if (_conditionsHold) return;
        throw IcebergException.Unsupported(
            $"The store of {Warehouse} does not keep to conditional writes (If-None-Match: *), without which writers would overwrite each other's commits. "
            + "Use a store that does, or a catalog service (-Glue, -Uri).");
    }

    /// <exception cref="IcebergException">Unsupported: made by a newer version; Corrupt: by another program.</exception>
    private async Task<bool> IsWarehouseAsync(CancellationToken cancel)
    {
        string marker = $"{Root}/{MarkerName}";
        if (await _store.FindAsync(marker, cancel).ConfigureAwait(false) is null) return false;
        try
        {
            using JsonDocument json = JsonDocument.Parse(await _store.ReadAllAsync(marker, cancel).ConfigureAwait(false));
            int version = json.RootElement.GetProperty("format-version").GetInt32();
            return version == 1 ? true
                : throw IcebergException.Unsupported($"The warehouse {Warehouse} has format version {version}. Use a newer version of DeltaTools.");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw IcebergException.Corrupt($"{marker} is not the marker of a warehouse. If another program uses this folder, connect another prefix.", error);
        }
    }

    /// <summary>A table's folder may not hold the catalog's, or cleaning it up would take the catalog along.</summary>
    private void CheckPlace(string location)
    {
        if ($"{Root}/".StartsWith(location.TrimEnd('/') + "/", StringComparison.Ordinal) || $"{location}/".StartsWith(Root + "/", StringComparison.Ordinal))
        {
            throw IcebergException.Invalid($"A table at {location} would share a folder with the catalog in {Root}. Choose another location.");
        }
    }
}
