using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>The columns of a raw table that is made from its first delta: the delta's, and the date received.</summary>
internal static class RawTableSchema
{
    /// <param name="deltas">The first with rows decides: a header alone does not tell what its columns hold.</param>
    /// <exception cref="IcebergException">DeltaFileInvalid, DeltaRowInvalid: none has rows, or rows that can be read.</exception>
    public static async Task<Schema> OfAsync(DuckSession session, IReadOnlyList<DeltaSource> deltas, CancellationToken cancel)
    {
        foreach (DeltaSource delta in deltas)
        {
            if (delta.Columns.All(c => c.Type is not null) || await delta.HasRowsAsync(session, cancel).ConfigureAwait(false))
                return await OfAsync(session, delta, cancel).ConfigureAwait(false);
        }
        if (await deltas[0].BrokenRowsAsync(session, 1, cancel).ConfigureAwait(false) is [{ } broken, ..])
            throw new IcebergException(IcebergErrorKind.DeltaRowInvalid, $"Nothing of '{deltas[0].Name}' was imported: none of its rows fits its header. The first is {broken}.");
        throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
            $"'{deltas[0].Name}' has no rows, so the types of its columns cannot be told. Make the table with New-IcebergTable first, or begin with a delta that has rows.");
    }

    private static async Task<Schema> OfAsync(DuckSession session, DeltaSource delta, CancellationToken cancel)
    {
        ImmutableArray<IcebergType> types = await delta.InferTypesAsync(session, cancel).ConfigureAwait(false);
        var fields = delta.Columns.Select((c, i) => new NestedField(i + 1, c.Name, types[i])).ToList();
        int named = fields.FindIndex(f => f.Name.Equals(RawColumns.Date, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) fields[named] = fields[named] with { Name = RawColumns.Date, Type = IcebergType.Date };
        else fields.Add(new NestedField(fields.Count + 1, RawColumns.Date, IcebergType.Date));
        // Ids inside nested types are provisional too and must not meet those of the columns.
        int next = fields.Count;
        return new Schema(0, new StructType([.. fields.Select(f => f with { Type = Numbered(f.Type, ref next) })]), []);
    }

    private static IcebergType Numbered(IcebergType type, ref int next)
    {
        switch (type)
        {
            case StructType s:
                var fields = ImmutableArray.CreateBuilder<NestedField>();
                foreach (NestedField field in s.Fields) fields.Add(Numbered(field, ref next));
                return new StructType(fields.ToImmutable());
            case ListType l:
                return new ListType(Numbered(l.Element, ref next));
            case MapType m:
                NestedField key = Numbered(m.Key, ref next);
                return new MapType(key, Numbered(m.Value, ref next));
            default:
                return type;
        }
    }

    private static NestedField Numbered(NestedField field, ref int next)
    {
        int id = ++next;
        return field with { Id = id, Type = Numbered(field.Type, ref next) };
    }
}
