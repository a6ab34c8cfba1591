using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs;

/// <summary>The error for a table that a catalog does not have.</summary>
internal static class TableNotFound
{
    /// <summary>Names the tables that may have been meant: those of that name in other namespaces, and those spelled alike.</summary>
    public static IcebergException Error(TableIdentifier wanted, IReadOnlyCollection<TableIdentifier> tables)
    {
        IEnumerable<string> namesakes = tables
            .Where(t => t.Name.Equals(wanted.Name, StringComparison.OrdinalIgnoreCase)).Select(t => t.ToString());
        string[] near = [.. namesakes.Concat(NearestNames.Of(wanted.ToString(), tables.Select(t => t.ToString()))).Distinct().Take(3)];
        string hint = near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}?"
            : tables.Count > 0 ? "Get-IcebergTable lists the tables."
            : "The catalog has no tables yet.";
        return new(IcebergErrorKind.TableNotFound, $"Table {wanted} does not exist. {hint}")
        {
            Context = new Dictionary<string, string> { ["table"] = wanted.ToString() },
        };
    }
}
