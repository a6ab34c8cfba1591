using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Counts the NaNs of float columns by reading them, and finds the bounds of the numbers beside them.</summary>
internal static class NaNCounts
{
    public static async Task<ColumnMetrics> AddAsync(
        DuckSession session,
        string path,
        PhysicalSchema schema,
        ImmutableArray<LeafColumn> leaves,
        ColumnMetrics metrics,
        CancellationToken cancel)
    {
        ImmutableArray<(LeafColumn Leaf, string Values)> lists = [.. leaves.Select(l => (l, Values(schema, l.Id))).Where(p => p.Item2 is not null)!];
        if (lists.IsEmpty) return metrics;
        string columns = string.Join(", ", schema.Columns.Select((_, i) => $"c{i}"));
        string items = string.Join(", ", lists.Select(p =>
            $"sum(len(list_filter({p.Values}, lambda v: isnan(v)))), min(list_min(list_filter({p.Values}, lambda v: NOT isnan(v)))), "
            + $"max(list_max(list_filter({p.Values}, lambda v: NOT isnan(v))))"));
        List<object?[]> rows = await RowReader.ReadAllAsync(
            session, $"SELECT {items} FROM read_parquet({Sql.Path(path)}, hive_partitioning = false) AS d({columns})", [], ValueForm.Physical, cancel)
            .ConfigureAwait(false);
        for (int i = 0; i < lists.Length; i++)
        {
            LeafColumn leaf = lists[i].Leaf;
            long count = Convert.ToInt64(rows[0][3 * i] ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
            metrics = metrics with { NanValueCounts = metrics.NanValueCounts.SetItem(leaf.Id, count) };
            if (leaf.IsRepeated) continue;
            if (Bounds.Lower(leaf.Type!, ParquetMetrics.Zero(rows[0][3 * i + 1], negative: true)) is { } lower)
                metrics = metrics with { LowerBounds = metrics.LowerBounds.SetItem(leaf.Id, lower) };
            if (Bounds.Upper(leaf.Type!, ParquetMetrics.Zero(rows[0][3 * i + 2], negative: false)) is { } upper)
                metrics = metrics with { UpperBounds = metrics.UpperBounds.SetItem(leaf.Id, upper) };
        }
        return metrics;
    }

    /// <summary>SQL of the list of a row's values in the leaf.</summary>
    private static string? Values(PhysicalSchema schema, int id)
    {
        for (int i = 0; i < schema.Columns.Length; i++)
        {
            if (Values(schema.Columns[i], id, $"c{i}", 0) is { } sql) return sql;
        }
        return null;
    }

    private static string? Values(PhysicalField field, int id, string source, int depth)
    {
        if (field.Id == id && field.Kind == PhysicalKind.Primitive) return $"[{source}]";
        return field.Kind switch
        {
            PhysicalKind.Struct => field.Children
                .Select(c => Values(c, id, $"struct_extract({source}, {Sql.Text(c.EngineName)})", depth)).FirstOrDefault(s => s is not null),
            PhysicalKind.List => Flat(Values(field.Element, id, $"x{depth}", depth + 1), source, depth),
            PhysicalKind.Map => Flat(Values(field.Children[0], id, $"x{depth}", depth + 1), $"map_keys({source})", depth)
                ?? Flat(Values(field.Children[1], id, $"x{depth}", depth + 1), $"map_values({source})", depth),
            _ => null,
        };
    }

    private static string? Flat(string? inner, string source, int depth) =>
        inner is null ? null : $"flatten(list_transform({source}, lambda x{depth}: {inner}))";
}
