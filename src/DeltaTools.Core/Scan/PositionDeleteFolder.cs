using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>Those of them whose bounds share a folder, and so a spelling of locations.</summary>
/// <remarks>
/// Bounds compare as text, so only within one spelling: that of the manifest when the folder is spelled the same way, or else that of the
/// store. Where neither is certain, bounds prove nothing, as the delete file may spell the data file's location in a third way.
/// </remarks>
internal sealed class PositionDeleteFolder(string folder, Func<string, string> resolve)
{
    private readonly List<PositionDelete> _deletes = [];
    private readonly IntervalIndex<string, DeleteFile> _asWritten = new(ValueComparer.Instance.Compare);
    private readonly string? _resolvedFolder = TryResolve(folder, resolve);

    /// <summary>By bounds in the store's spelling; null when they do not lie in the folder there.</summary>
    private IntervalIndex<string, DeleteFile>? _resolved;

    public void Add(PositionDelete delete)
    {
        _deletes.Add(delete);
        _asWritten.Add(delete.Lower!, delete.Upper!, delete.Delete);
    }

    public void Freeze()
    {
        _asWritten.Freeze();
        if (_resolvedFolder is null) return;
        var resolved = new IntervalIndex<string, DeleteFile>(ValueComparer.Instance.Compare);
        foreach (PositionDelete delete in _deletes)
        {
            string? lower = TryResolve(delete.Lower!, resolve), upper = TryResolve(delete.Upper!, resolve);
            if (lower?.StartsWith(_resolvedFolder, StringComparison.Ordinal) != true || upper?.StartsWith(_resolvedFolder, StringComparison.Ordinal) != true) return;
            resolved.Add(lower, upper, delete.Delete);
        }
        resolved.Freeze();
        _resolved = resolved;
    }

    public void Find(in SpelledLocation file, List<DeleteFile> found)
    {
        if (file.Written.StartsWith(folder, StringComparison.Ordinal) || file.IsSpelledLike(folder, _resolvedFolder))
        {
            _asWritten.FindOverlapping(file.Written, file.Written, found);
        }
        else if (_resolved is not null && file.Resolved.StartsWith(_resolvedFolder!, StringComparison.Ordinal))
        {
            _resolved.FindOverlapping(file.Resolved, file.Resolved, found);
        }
        else found.AddRange(_deletes.Select(d => d.Delete));
    }

    /// <summary>Null for what is no whole location, such as a bound that was cut.</summary>
    private static string? TryResolve(string location, Func<string, string> resolve)
    {
        try
        {
            return resolve(location);
        }
        catch (IcebergException)
        {
            return null;
        }
    }
}
