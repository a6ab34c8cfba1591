using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>A position delete file, and the data files that it may refer to.</summary>
internal sealed class PositionDelete
{
    private static readonly int _pathId = MetadataColumns.DeleteFilePath.Id;

    private readonly Func<string, string> _resolve;
    private readonly string? _lower;
    private readonly string? _upper;
    private readonly string _folder = "";

    public PositionDelete(DeleteFile delete, Func<string, string> resolve)
    {
        Delete = delete;
        _resolve = resolve;
        _lower = Text(delete.File.Metrics.LowerBounds.GetValueOrDefault(_pathId));
        _upper = Text(delete.File.Metrics.UpperBounds.GetValueOrDefault(_pathId));
        OnlyPath = delete.File.ReferencedDataFile ?? (_lower is not null && _lower == _upper ? _lower : null);
        if (_lower is not null && _upper is not null) _folder = CommonFolder(_lower, _upper);
    }

    public DeleteFile Delete { get; }

    /// <summary>The one data file that all its deletes refer to, as the manifest spells it; null when there are several.</summary>
    public string? OnlyPath { get; }

    /// <summary>False only when the bounds rule the data file out.</summary>
    /// <remarks>
    /// Bounds compare as text, so only within one spelling: of the manifest, or else of the store. When the data file lies in the folder
    /// that both bounds share in neither spelling, they prove nothing: the delete file may spell locations in a third way.
    /// </remarks>
    /// <param name="path">Location of the data file as its manifest spells it.</param>
    /// <param name="resolved">The same in the store's spelling.</param>
    public bool MayReferTo(string path, string resolved)
    {
        if (_folder.Length == 0) return true;
        if (path.StartsWith(_folder, StringComparison.Ordinal)) return IsInside(path, _lower!, _upper!);
        string folder = _resolve(_folder), lower = _resolve(_lower!), upper = _resolve(_upper!);
        bool comparable = resolved.StartsWith(folder, StringComparison.Ordinal)
            && lower.StartsWith(folder, StringComparison.Ordinal) && upper.StartsWith(folder, StringComparison.Ordinal);
        return !comparable || IsInside(resolved, lower, upper);
    }

    private static bool IsInside(string path, string lower, string upper) =>
        ValueComparer.Instance.Compare(lower, path) <= 0 && ValueComparer.Instance.Compare(path, upper) <= 0;

    private static string CommonFolder(string a, string b) => a[..(a.AsSpan(0, a.AsSpan().CommonPrefixLength(b)).LastIndexOf('/') + 1)];

    private static string? Text(byte[]? bound) => bound is null ? null : Encoding.UTF8.GetString(bound);
}
