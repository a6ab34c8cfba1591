namespace DeltaTools.Core.Scan;

/// <summary>Finds those of many intervals that overlap one, without looking at the others where intervals lie apart.</summary>
/// <param name="order">Order of the ends; both ends belong to an interval.</param>
internal sealed class IntervalIndex<TKey, TItem>(Comparison<TKey> order) where TKey : class
{
    private readonly List<(TKey Lower, TKey Upper, TItem Item)> _intervals = [];

    /// <summary>The greatest upper end up to each interval, in the order of their lower ends.</summary>
    private TKey[]? _greatestUpper;

    public void Add(TKey lower, TKey upper, TItem item)
    {
        _intervals.Add((lower, upper, item));
        _greatestUpper = null;
    }

    /// <summary>Sorts; until then nothing is found. After it any number of threads may ask.</summary>
    public void Freeze()
    {
        _intervals.Sort((a, b) => order(a.Lower, b.Lower));
        _greatestUpper = new TKey[_intervals.Count];
        for (int i = 0; i < _greatestUpper.Length; i++)
        {
            TKey upper = _intervals[i].Upper;
            _greatestUpper[i] = i > 0 && order(_greatestUpper[i - 1], upper) > 0 ? _greatestUpper[i - 1] : upper;
        }
    }

    /// <param name="low">Null is without end.</param>
    /// <param name="high">Null is without end.</param>
    public void FindOverlapping(TKey? low, TKey? high, List<TItem> found)
    {
        for (int i = CountNotAbove(high) - 1; i >= 0; i--)
        {
            if (low is not null && order(_greatestUpper![i], low) < 0) return;
            if (low is null || order(_intervals[i].Upper, low) >= 0) found.Add(_intervals[i].Item);
        }
    }

    /// <summary>How many intervals start at or before the value.</summary>
    private int CountNotAbove(TKey? high)
    {
        if (high is null) return _intervals.Count;
        int first = 0, end = _intervals.Count;
        while (first < end)
        {
            int middle = (first + end) / 2;
            if (order(_intervals[middle].Lower, high) <= 0) first = middle + 1;
            else end = middle;
        }
        return first;
    }
}
