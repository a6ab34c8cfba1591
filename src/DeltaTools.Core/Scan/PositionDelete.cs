using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>A position delete file with the bounds of the locations that it refers to.</summary>
internal sealed record PositionDelete(DeleteFile Delete, string? Lower, string? Upper)
{
    private static readonly int _pathId = MetadataColumns.DeleteFilePath.Id;

    /// <summary>The one data file that all its deletes refer to, as the manifest spells it; null when there are several.</summary>
    public string? OnlyPath => Delete.File.ReferencedDataFile ?? (Lower is not null && Lower == Upper ? Lower : null);

    /// <summary>The folder that both bounds lie in, with its final slash; everything between them lies in it too. Empty without bounds.</summary>
    public string Folder => Lower is null || Upper is null ? ""
        : Lower[..(Lower.AsSpan(0, Lower.AsSpan().CommonPrefixLength(Upper)).LastIndexOf('/') + 1)];

    public static PositionDelete Of(DeleteFile delete) =>
        new(delete, Text(delete.File.Metrics.LowerBounds.GetValueOrDefault(_pathId)), Text(delete.File.Metrics.UpperBounds.GetValueOrDefault(_pathId)));

    private static string? Text(byte[]? bound) => bound is null ? null : Encoding.UTF8.GetString(bound);
}
