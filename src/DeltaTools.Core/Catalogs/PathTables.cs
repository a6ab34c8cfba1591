using System.Globalization;
using System.Text;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>Finds a table by the path of a metadata file or of its folder, without a catalog; for reading only.</summary>
/// <remarks>
/// In a folder, <c>version-hint.text</c> names a version from which we go forward as long as there is a next one ("File System
/// Tables"); without a usable hint the metadata file of the highest version is taken, and of several with one version (a commit that
/// lost leaves such) the one written last. That may be the file of a commit that never became current: only a catalog knows for sure.
/// </remarks>
public static class PathTables
{
    private const string HintFile = "version-hint.text";

    /// <param name="path">A metadata file, a table folder or its metadata folder; a local path or a URI, mapped or not.</param>
    /// <param name="store">Reaches the path and everything that the metadata names.</param>
    /// <exception cref="IcebergException">TableNotFound: there is no metadata at the path; Corrupt; Unsupported.</exception>
    public static async Task<(string MetadataLocation, TableMetadata Metadata)> LoadAsync(
        string path, IObjectStore store, CancellationToken cancel)
    {
        string location = store.Resolve(path);
        if (!MetadataFiles.IsMetadataFile(location)) location = await FindNewestAsync(path, location, store, cancel).ConfigureAwait(false);
        else if (await store.FindAsync(location, cancel).ConfigureAwait(false) is null) throw NotFound(path, "there is no such file");
        return (location, await MetadataFiles.ReadAsync(store, location, cancel).ConfigureAwait(false));
    }

    private static async Task<string> FindNewestAsync(string path, string folder, IObjectStore store, CancellationToken cancel)
    {
        folder = folder.TrimEnd('/');
        List<ObjectInfo> files = await ListAsync(folder + "/metadata/", store, cancel).ConfigureAwait(false);
        if (files.Count == 0) files = await ListAsync(folder + "/", store, cancel).ConfigureAwait(false);
        Dictionary<string, ObjectInfo> byName = files.ToDictionary(f => NameOf(f.Location), StringComparer.Ordinal);
        if (byName.TryGetValue(HintFile, out ObjectInfo? hint)
            && await ReadHintAsync(hint, store, cancel).ConfigureAwait(false) is { } version
            && Forward(version, byName) is { } hinted)
        {
            return hinted.Location;
        }
        return files.Where(f => MetadataFiles.VersionOf(f.Location) is not null)
            .OrderBy(f => MetadataFiles.VersionOf(f.Location)).ThenBy(f => f.LastModified)
            .LastOrDefault()?.Location
            ?? throw NotFound(path, "no metadata file lies there or in its folder metadata");
    }

    /// <summary>The files directly in the folder. A folder with very many files below it is no metadata folder.</summary>
    private static async Task<List<ObjectInfo>> ListAsync(string folder, IObjectStore store, CancellationToken cancel)
    {
        const int Most = 100_000;
        int seen = 0;
        List<ObjectInfo> files = [];
        await foreach (ObjectInfo file in store.ListAsync(folder, cancel).ConfigureAwait(false))
        {
            if (++seen > Most) break;
            string name = file.Location[store.Resolve(folder).Length..];
            if (!name.Contains('/') && (name == HintFile || MetadataFiles.IsMetadataFile(name))) files.Add(file);
        }
        return files;
    }

    /// <summary>The hint is a number; some writers put the middle part of a file name there (<c>00002-uuid</c>).</summary>
    private static async Task<string?> ReadHintAsync(ObjectInfo hint, IObjectStore store, CancellationToken cancel)
    {
        const int Most = 1024;
        if (hint.Size > Most) return null;
        Stream stream = await store.OpenReadAsync(hint.Location, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return (await reader.ReadToEndAsync(cancel).ConfigureAwait(false)).Trim();
        }
    }

    private static ObjectInfo? Forward(string version, Dictionary<string, ObjectInfo> byName)
    {
        ObjectInfo? found = Named(version) ?? byName.GetValueOrDefault(version + ".metadata.json");
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return found;
        while (found is not null && number < long.MaxValue && Named((++number).ToString(CultureInfo.InvariantCulture)) is { } next) found = next;
        return found;

        ObjectInfo? Named(string text) =>
            MetadataFiles.NamesOf(text).Select(n => byName.GetValueOrDefault(n)).FirstOrDefault(f => f is not null);
    }

    private static string NameOf(string location) => location[(location.LastIndexOf('/') + 1)..];

    private static IcebergException NotFound(string path, string reason) => new(
        IcebergErrorKind.TableNotFound, $"No Iceberg table at {path}: {reason}. Give the path of a metadata.json file or of a table folder.");
}
