using System.Collections.Frozen;

namespace DeltaTools.Core.Athena;

/// <summary>Words that Athena keeps for itself: as names in queries and changes they stand in quotes.</summary>
internal static class AthenaKeywords
{
    private static readonly FrozenSet<string> s_words = (
        "alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_role current_schema current_time current_timestamp "
        + "current_user deallocate delete describe distinct drop else end escape except execute exists extract false first for from full group grouping having in inner insert "
        + "intersect into is join json_array json_exists json_object json_query json_table json_value last left like listagg localtime localtimestamp natural normalize not "
        + "null on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string name) => s_words.Contains(name);
}
