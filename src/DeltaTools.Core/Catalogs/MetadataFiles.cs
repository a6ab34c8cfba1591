using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>Metadata files: their names, versions and compression ("File System Tables", "Metastore Tables").</summary>
public static class MetadataFiles
{
    private const string Suffix = ".metadata.json";
    private const string GzipSuffix = ".gz.metadata.json";

    /// <summary>How Java once named compressed files; still read.</summary>
    private const string OldGzipSuffix = ".metadata.json.gz";

    /// <summary>The folder of a table's metadata files, without a slash at its end.</summary>
    public static string FolderOf(TableMetadata metadata) =>
        metadata.Properties.GetValueOrDefault(TableProperties.MetadataPath)?.TrimEnd('/') ?? metadata.Location.TrimEnd('/') + "/metadata";

    public static bool IsMetadataFile(string location) => EndOfStem(NameOf(location)) >= 0;

    /// <exception cref="IcebergException">Corrupt: missing, or not metadata; Unsupported: a later format version.</exception>
    public static async Task<TableMetadata> ReadAsync(IObjectStore store, string location, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        Stream file = await store.OpenReadAsync(location, cancel).ConfigureAwait(false);
        await using (file.ConfigureAwait(false)) await file.CopyToAsync(content, cancel).ConfigureAwait(false);
        return TableMetadataJson.Read(content.GetBuffer().AsMemory(0, (int)content.Length), location);
    }

    /// <summary>Writes a new metadata file for a version and returns its location.</summary>
    internal static async Task<string> WriteAsync(IObjectStore store, TableMetadata metadata, long version, CancellationToken cancel)
    {
        bool gzip = IsGzip(metadata);
        string name = string.Create(CultureInfo.InvariantCulture, $"{version:00000}-{Guid.NewGuid()}{(gzip ? GzipSuffix : Suffix)}");
        string location = $"{FolderOf(metadata)}/{name}";
        await store.WriteAsync(location, TableMetadataJson.Write(metadata, gzip), cancel).ConfigureAwait(false);
        return location;
    }

    /// <summary>The version in a file name: 7 in <c>00007-uuid.metadata.json</c> and <c>v7.metadata.json</c>; null when there is none.</summary>
    internal static long? VersionOf(string location)
    {
        string name = NameOf(location);
        int end = EndOfStem(name);
        if (end < 0) return null;
        ReadOnlySpan<char> stem = name.AsSpan(0, end);
        if (stem.StartsWith("v")) stem = stem[1..];
        else if (stem.IndexOf('-') is var dash and > 0) stem = stem[..dash];
        return long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : null;
    }

    /// <summary>The names that version N of a file system table may have.</summary>
    internal static IEnumerable<string> NamesOf(string version) => [$"v{version}{Suffix}", $"v{version}{GzipSuffix}", $"v{version}{OldGzipSuffix}"];

    private static bool IsGzip(TableMetadata metadata)
    {
        string codec = metadata.Properties.GetValueOrDefault(TableProperties.MetadataCompression, "none");
        return codec.ToUpperInvariant() switch
        {
            "GZIP" => true,
            "NONE" => false,
            _ => throw IcebergException.Invalid($"Table property {TableProperties.MetadataCompression} = '{codec}' is neither none nor gzip."),
        };
    }

    private static string NameOf(string location) => location[(location.LastIndexOf('/') + 1)..];

    private static int EndOfStem(string name)
    {
        string? suffix = new[] { GzipSuffix, OldGzipSuffix, Suffix }.FirstOrDefault(s => name.EndsWith(s, StringComparison.Ordinal));
        return suffix is null ? -1 : name.Length - suffix.Length;
    }
}
