using System.Collections.Immutable;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Importing;

/// <summary>Finds Parquet files by a path, as Hive and Spark lay them out.</summary>
public static class DataFolder
{
    /// <returns>The file itself, or all Parquet files below the folder, sorted. Files and folders whose names begin with a dot or an
    /// underscore (<c>_SUCCESS</c>, <c>_temporary</c>) are no data; folders such as <c>_day=1</c> are.</returns>
    /// <exception cref="IcebergException">InvalidArgument: nothing there.</exception>
    public static async Task<ImmutableArray<string>> FilesAsync(IObjectStore store, string path, CancellationToken cancel)
    {
        string location = store.Resolve(path).TrimEnd('/');
        if (await store.FindAsync(location, cancel).ConfigureAwait(false) is not null) return [location];
        var files = new List<string>();
        await foreach (ObjectInfo file in store.ListAsync(location + "/", cancel).ConfigureAwait(false))
        {
            if (IsData(file.Location[(location.Length + 1)..])) files.Add(file.Location);
        }
        if (files.Count == 0) throw IcebergException.Invalid($"There is no file {path}, and no folder of that name with Parquet files.");
        files.Sort(StringComparer.Ordinal);
        return [.. files];
    }

    private static bool IsData(string relative)
    {
        string[] parts = relative.Split('/');
        return parts[^1].EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) && !IsHidden(parts[^1])
            && parts[..^1].All(p => !IsHidden(p) || p.Contains('='));
    }

    private static bool IsHidden(string name) => name is ['.' or '_', ..];
}
