using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>The equality delete files of one partition, or of the whole table.</summary>
internal sealed class EqualityDeletes
{
    private readonly List<EqualityDelete> _withoutBounds = [];

    /// <summary>Those whose first column holds values between bounds and nothing else, by that column.</summary>
    private readonly Dictionary<int, (NestedField Field, IntervalIndex<object, EqualityDelete> Index)> _byColumn = [];

    public void Add(EqualityDelete delete)
    {
        if (delete.FirstColumn is not { } column || column.Range is not { MayHaveNull: false, MayHaveNaN: false, Lower: { } lower, Upper: { } upper }
            || column.Field.Type.Id == TypeId.Uuid || ValueTest.Order(lower, upper) > 0)
        {
            _withoutBounds.Add(delete);
            return;
        }
        if (!_byColumn.TryGetValue(column.Field.Id, out (NestedField, IntervalIndex<object, EqualityDelete> Index) known))
        {
            _byColumn[column.Field.Id] = known = (column.Field, new IntervalIndex<object, EqualityDelete>((a, b) => ValueTest.Order(a, b) ?? 0));
        }
        known.Index.Add(lower, upper, delete);
    }

    public void Freeze()
    {
        foreach ((_, IntervalIndex<object, EqualityDelete> index) in _byColumn.Values) index.Freeze();
    }

    /// <summary>Adds the deletes that the metrics do not rule out.</summary>
    public void Find(EqualityMetrics data, List<EqualityDelete> found)
    {
        int first = found.Count;
        found.AddRange(_withoutBounds);
        foreach ((NestedField field, IntervalIndex<object, EqualityDelete> index) in _byColumn.Values)
        {
            ColumnRange range = data.RangeOf(field);
            bool isOrdered = !(range is { Lower: { } lower, Upper: { } upper } && ValueTest.Order(lower, upper) > 0);
            index.FindOverlapping(isOrdered ? range.Lower : null, isOrdered ? range.Upper : null, found);
        }
        for (int i = found.Count - 1; i >= first; i--)
        {
            if (!found[i].MayDeleteFrom(data)) found.RemoveAt(i);
        }
    }
}
