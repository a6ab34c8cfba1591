namespace DeltaTools.Core.Scan;

/// <summary>The position delete files of one partition that may refer to several data files.</summary>
internal sealed class PositionDeletes
{
    private readonly List<DeleteFile> _withoutBounds = [];
    private readonly Dictionary<string, PositionDeleteFolder> _folders = new(StringComparer.Ordinal);

    public void Add(PositionDelete delete, Func<string, string> resolve)
    {
        string folder = delete.Folder;
        if (folder.Length == 0) _withoutBounds.Add(delete.Delete);
        else if (_folders.TryGetValue(folder, out PositionDeleteFolder? known)) known.Add(delete);
        else (_folders[folder] = new PositionDeleteFolder(folder, resolve)).Add(delete);
    }

    public void Freeze()
    {
        foreach (PositionDeleteFolder folder in _folders.Values) folder.Freeze();
    }

    /// <summary>Adds the deletes whose bounds do not rule the data file out.</summary>
    public void Find(in SpelledLocation file, List<DeleteFile> found)
    {
        found.AddRange(_withoutBounds);
        foreach (PositionDeleteFolder folder in _folders.Values) folder.Find(file, found);
    }
}
