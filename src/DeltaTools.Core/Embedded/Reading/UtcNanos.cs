using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Makes <c>timestamptz_ns</c> columns readable with all their digits.</summary>
internal static class UtcNanos
{
    /// <summary>The path itself, or that of a copy in which nanosecond timestamps are not marked as UTC when a wanted column is one.</summary>
    public static string MakeReadable(ScanContext context, string path, PhysicalSchema schema, ImmutableArray<NestedField> columns)
    {
        if (!schema.Columns.Any(c => c.AnyUtcNanos && columns.Any(wanted => wanted.Id == c.Id))) return path;
        string copy = context.NewFile(".parquet");
        File.Copy(path, copy);
        UtcFlags.Set(copy, utc: false, _ => true);
        return copy;
    }
}
