using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>What an import adds to its snapshot's summary.</summary>
internal static class ImportSummary
{
    /// <summary>JSON array with name, hash, rows, rejected rows and date of each delta.</summary>
    public const string Deltas = "deltatools.deltas";

    public static ImmutableSortedDictionary<string, string> Entries(ImmutableArray<PendingImport> imports) =>
        StringMap.Empty.Add(Deltas, JsonSerializer.Serialize(imports.Select(i => new
        {
            name = Path.GetFileName(i.Delta.Name),
            sha256 = i.Delta.ContentHash,
            rows = i.Rows,
            rejected = i.Rejected,
            date = i.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        })));
}
