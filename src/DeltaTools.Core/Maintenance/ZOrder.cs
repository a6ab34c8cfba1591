using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

/// <summary>Places rows along a Z-curve: near in all columns at once, so that the bounds of each file are narrow in every one of them.</summary>
/// <remarks>Columns take part with the rank of their value, not the value itself, so that any type and any distribution fills the curve evenly.</remarks>
internal static class ZOrder
{
    /// <summary>Column of the place on the curve.</summary>
    public const string Column = "_z";
    private const int MostColumns = 8;
    private const int MostBits = 16;

    /// <exception cref="IcebergException">InvalidArgument: no such column, or one without an order.</exception>
    public static ImmutableArray<NestedField> Columns(Schema schema, ImmutableArray<string> names)
    {
        if (names.Length > MostColumns) throw IcebergException.Invalid($"A Z-curve over {names.Length} columns narrows none of them; {MostColumns} are allowed.");
        ImmutableArray<NestedField> columns = [.. names.Select(name => Find(schema, name))];
        return columns.Distinct().Count() == columns.Length ? columns : throw IcebergException.Invalid("-ZOrder names a column twice.");
    }

    /// <summary>A SELECT of the source's columns and <see cref="Column"/>.</summary>
    public static string Select(ImmutableArray<NestedField> columns, string source)
    {
        int bits = Math.Min(MostBits, 63 / columns.Length);
        string cells = (1L << bits).ToString(CultureInfo.InvariantCulture);
        string ranks = string.Join(", ", columns.Select((c, i) =>
            $"((rank() OVER (ORDER BY {Sql.Column(c)} NULLS FIRST) - 1) * {cells} // count(*) OVER ())::BIGINT AS _r{i}"));
        return $"SELECT * EXCLUDE ({string.Join(", ", columns.Select((_, i) => $"_r{i}"))}), {Interleaved(columns.Length, bits)} AS {Column} "
            + $"FROM (SELECT *, {ranks} FROM ({source}))";
    }

    /// <summary>The bits of all ranks, highest first, one of each in turn.</summary>
    private static string Interleaved(int columns, int bits) => string.Join(" | ",
        from bit in Enumerable.Range(0, bits)
        from column in Enumerable.Range(0, columns)
        select string.Create(CultureInfo.InvariantCulture, $"(((_r{column} >> {bit}) & 1) << {(bit * columns) + columns - 1 - column})"));

    private static NestedField Find(Schema schema, string name)
    {
        NestedField? field = schema.FindFieldIgnoreCase(name);
        if (field is null || !schema.Fields.Contains(field))
        {
            throw IcebergException.Invalid($"The table has no column '{name}' to order by. It has: {string.Join(", ", schema.Fields.Select(f => f.Name))}.");
        }
        return field.Type.IsPrimitive && field.Type.Id is not (TypeId.Variant or TypeId.Geometry or TypeId.Geography or TypeId.Unknown)
            ? field : throw IcebergException.Invalid($"Column '{name}' is of type {field.Type}, which has no order.");
    }
}
