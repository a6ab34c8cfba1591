using System.Collections.Frozen;
using System.Text.RegularExpressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>Finds and deletes files below a table's location that no snapshot, metadata file or statistics entry of it leads to.</summary>
/// <remarks>
/// Such files are left by commits that failed and processes that died. Young files may belong to a commit that is under way, so they are
/// never taken. Nor are files whose age the store does not know, hidden ones (names that begin with <c>_</c> or <c>.</c>), and hints of
/// the current version.
/// </remarks>
public sealed partial class OrphanFiles(IcebergTable table)
{
    private const int Conflicts = 3;

    /// <param name="olderThan">Files changed at this time or later are left alone.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="IcebergException">
    /// InvalidArgument: <c>gc.enabled</c> is false; the folder holds another table; locations in the metadata differ from those of the files
    /// by scheme or authority only, so that nobody can tell what belongs to the table. Corrupt: a manifest cannot be read.
    /// </exception>
    public async Task<IReadOnlyList<ObjectInfo>> FindAsync(DateTimeOffset olderThan, CancellationToken cancel)
    {
        if (!TableProperties.Bool(table.Metadata.Properties, TableProperties.GcEnabled, true))
        {
            throw IcebergException.Invalid(
                $"Table property {TableProperties.GcEnabled} of {table.Name} is false: other tables may use the same files, so none are deleted.");
        }
        string root = table.Store.Resolve(table.Metadata.Location.TrimEnd('/') + "/");
        List<ObjectInfo> there = [];
        await foreach (ObjectInfo file in table.Store.ListAsync(root, cancel).ConfigureAwait(false)) there.Add(file);
        // The list first: what is committed in between is then known to be needed.
        IReadOnlySet<string> needed = await NeededAsync(cancel).ConfigureAwait(false);
        List<ObjectInfo> unknown = [.. there.Where(f => !needed.Contains(f.Location))];
        CheckOtherTables(unknown, needed);
        List<ObjectInfo> orphans = [.. unknown.Where(f => f.LastModified < olderThan && !IsHidden(f.Location[root.Length..]))];
        CheckPrefixes(orphans, needed);
        return orphans;
    }

    /// <summary>Deletes orphans, except those that the table has come to need since they were found.</summary>
    /// <returns>What was deleted.</returns>
    public async Task<IReadOnlyList<ObjectInfo>> DeleteAsync(IReadOnlyList<ObjectInfo> orphans, CancellationToken cancel)
    {
        IReadOnlySet<string> needed = await NeededAsync(cancel).ConfigureAwait(false);
        ObjectInfo[] still = [.. orphans.Where(o => !needed.Contains(o.Location))];
        await table.Store.DeleteAsync([.. still.Select(o => o.Location)], cancel).ConfigureAwait(false);
        return still;
    }

    /// <summary>All that the table needs now, as the store spells it.</summary>
    private async Task<IReadOnlySet<string>> NeededAsync(CancellationToken cancel)
    {
        IcebergTable now = await table.RefreshAsync(cancel).ConfigureAwait(false);
        IReadOnlySet<string> files = await TableFiles.OfAsync(now.Metadata, now.MetadataLocation, now.Store, cancel).ConfigureAwait(false);
        return files.Select(Spelled).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>As the store spells it; what the store cannot reach stays as it is, and is compared so.</summary>
    private string Spelled(string location)
    {
        if (ObjectStores.SchemeOf(location) == "file") return table.Store.Resolve(location);
        try
        {
            return table.Store.Resolve(location) is var resolved && ObjectStores.SchemeOf(resolved) != "file" ? resolved : location;
        }
        catch (IcebergException e) when (e.Kind is IcebergErrorKind.Unsupported or IcebergErrorKind.InvalidArgument)
        {
            return location;
        }
    }

    private void CheckOtherTables(List<ObjectInfo> unknown, IReadOnlySet<string> needed)
    {
        HashSet<string> own = [.. needed.Where(IsMetadata).Select(FolderOf)];
        if (unknown.FirstOrDefault(f => IsMetadata(f.Location) && !own.Contains(FolderOf(f.Location))) is not { } other) return;
        throw IcebergException.Invalid(
            $"{other.Location} lies below the location of {table.Name}, but is the metadata of another table, whose files would be taken for orphans. "
            + "Nothing is deleted. Move one of the tables to a location of its own.");
    }

    /// <summary>A file whose path is needed under another scheme or authority may well be the one that is meant.</summary>
    private void CheckPrefixes(List<ObjectInfo> orphans, IReadOnlySet<string> needed)
    {
        Dictionary<string, string> byPath = [];
        foreach (string location in needed) byPath.TryAdd(PathOf(location), location);
        (string There, string Meant)[] conflicts =
            [.. orphans.Where(o => byPath.ContainsKey(PathOf(o.Location))).Select(o => (o.Location, byPath[PathOf(o.Location)]))];
        if (conflicts.Length == 0) return;
        throw IcebergException.Invalid(
            $"{conflicts.Length} files below the location of {table.Name} are known to it by another scheme or authority, so that it cannot be told whether they are needed: "
            + string.Join(", ", conflicts.Take(Conflicts).Select(c => $"{c.There} (in the metadata {c.Meant})")) + (conflicts.Length > Conflicts ? ", ..." : "")
            + ". Nothing is deleted. Connect to the storage under the name that the metadata uses.");
    }

    /// <summary>The location without scheme and authority.</summary>
    private static string PathOf(string location)
    {
        int scheme = location.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return location.IndexOf(":/", StringComparison.Ordinal) is > 1 and var colon ? location[(colon + 1)..] : location;
        int path = location.IndexOf('/', scheme + 3);
        return path < 0 ? "" : location[path..];
    }

    /// <param name="path">Below the table's location.</param>
    private static bool IsHidden(string path)
    {
        string[] parts = path.Split('/');
        // Our own half-written files begin with a point; folders of partitions may begin with anything.
        return parts[^1] == "version-hint.text"
            || parts[..^1].Any(p => p.StartsWith('.') || (p.StartsWith('_') && !p.Contains('=', StringComparison.Ordinal)))
            || parts[^1].StartsWith('_') || (parts[^1].StartsWith('.') && !HalfWritten().IsMatch(parts[^1]));
    }

    private static bool IsMetadata(string location) =>
        location.EndsWith(".metadata.json", StringComparison.Ordinal) || location.EndsWith(".metadata.json.gz", StringComparison.Ordinal);

    private static string FolderOf(string location) => location[..(location.LastIndexOf('/') + 1)];

    [GeneratedRegex(@"^\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex HalfWritten();
}
