using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs;

/// <summary>What a table of a catalog-less warehouse was and is: one small object for each state, numbered without gaps, never changed.</summary>
/// <remarks>
/// <para>State 7 of <c>hr.employee</c> is the object <c>.catalog/hr/employee/999999999992.json</c>: 999999999999 less the number, so that the
/// newest comes first in a list and one request for one name finds it, however many there are. It names the metadata file; an empty object
/// says that the table was dropped.</para>
/// <para>Only one writer can create number 8, by <c>If-None-Match: *</c>, and whoever creates it knows that 7 was the newest until then. That
/// holds only as long as no number is ever deleted, so none is.</para>
/// </remarks>
internal sealed class S3PointerLog(S3ObjectStore store, string root)
{
    private const long Last = 999_999_999_999;
    private const int Parallel = 16;

    /// <summary>The newest state; null when there never was such a table.</summary>
    /// <param name="known">A state that the caller knows already and need not be read again.</param>
    /// <exception cref="IcebergException">Corrupt.</exception>
    public async Task<S3Pointer?> FindAsync(TableIdentifier table, S3Pointer? known, CancellationToken cancel)
    {
        string folder = FolderOf(table);
        if (await store.FirstAsync(folder, cancel).ConfigureAwait(false) is not { } newest) return null;
        long version = VersionOf(newest.Location, folder);
        if (newest.Size == 0) return new(version, null);
        if (known?.Version == version) return known;
        byte[] content = await store.ReadAllAsync(newest.Location, cancel).ConfigureAwait(false);
        return new(version, Read(content, newest.Location));
    }

    /// <summary>Adds a state after one that was the newest.</summary>
    /// <param name="before">Null for the first of all.</param>
    /// <param name="next">Location of the metadata file; null drops the table.</param>
    /// <returns>The new state, or null when another writer was first.</returns>
    public async Task<S3Pointer?> TryAppendAsync(TableIdentifier table, S3Pointer? before, string? next, CancellationToken cancel)
    {
        var pointer = new S3Pointer((before?.Version ?? 0) + 1, next);
        string location = FolderOf(table) + (Last - pointer.Version).ToString("D12", CultureInfo.InvariantCulture) + ".json";
        return await store.TryCreateAsync(location, next is null ? default : Write(pointer, before), cancel).ConfigureAwait(false) ? pointer : null;
    }

    /// <summary>The namespaces that have or had tables.</summary>
    public async Task<List<string>> NamespacesAsync(CancellationToken cancel)
    {
        List<string> names = [];
        await foreach (string folder in store.FoldersAsync(root + "/", cancel).ConfigureAwait(false)) names.Add(Uri.UnescapeDataString(folder));
        return names;
    }

    /// <summary>The tables of a namespace that were not dropped.</summary>
    public async Task<List<TableIdentifier>> TablesAsync(string ns, CancellationToken cancel)
    {
        List<TableIdentifier> tables = [];
        string[] levels = ns.Split('.');
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        await System.Threading.Tasks.Parallel.ForEachAsync(
            store.FoldersAsync($"{root}/{Uri.EscapeDataString(ns)}/", cancel), options, async (folder, token) =>
            {
                var table = new TableIdentifier([.. levels], Uri.UnescapeDataString(folder));
                if (await store.FirstAsync(FolderOf(table), token).ConfigureAwait(false) is not { Size: > 0 }) return;
                lock (tables) tables.Add(table);
            }).ConfigureAwait(false);
        return tables;
    }

    private string FolderOf(TableIdentifier table) => $"{root}/{Uri.EscapeDataString(table.NamespaceText)}/{Uri.EscapeDataString(table.Name)}/";

    private static long VersionOf(string location, string folder)
    {
        string name = location[folder.Length..];
        if (name.EndsWith(".json", StringComparison.Ordinal)
            && long.TryParse(name[..^".json".Length], NumberStyles.None, CultureInfo.InvariantCulture, out long left) && left is >= 0 and < Last)
        {
            return Last - left;
        }
        throw IcebergException.Corrupt($"{location} does not belong there: in this folder are only the states of one table. Delete it.");
    }

    private static byte[] Write(S3Pointer pointer, S3Pointer? before)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", pointer.Version);
            json.WriteString("metadata-location", pointer.MetadataLocation);
            if (before?.MetadataLocation is { } previous) json.WriteString("previous-metadata-location", previous);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static string Read(byte[] content, string location)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(content);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("metadata-location", out JsonElement element) && element.ValueKind == JsonValueKind.String)
            {
                return element.GetString()!;
            }
        }
        catch (JsonException)
        {
            // As for any other content that is not ours.
        }
        throw IcebergException.Corrupt($"{location} does not tell the location of a table's metadata. Delete nothing; restore the object.");
    }
}

/// <summary>A state of a table.</summary>
/// <param name="Version">From 1 on, without gaps.</param>
/// <param name="MetadataLocation">Null: the table was dropped.</param>
internal sealed record S3Pointer(long Version, string? MetadataLocation);
