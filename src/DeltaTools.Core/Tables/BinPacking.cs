namespace DeltaTools.Core.Tables;

/// <summary>Splits a list into runs of bounded weight, keeping its order.</summary>
internal static class BinPacking
{
    /// <summary>Fills from the end, so that the run left short is the first one: the one that the next items come to.</summary>
    public static List<List<T>> PackEnd<T>(IReadOnlyList<T> items, long target, Func<T, long> weight)
    {
        List<List<T>> bins = [];
        List<T> bin = [];
        long total = 0;
        for (int i = items.Count - 1; i >= 0; i--)
        {
            long next = weight(items[i]);
            if (bin.Count > 0 && total + next > target)
            {
                bins.Add(bin);
                bin = [];
                total = 0;
            }
            bin.Add(items[i]);
            total += next;
        }
        if (bin.Count > 0) bins.Add(bin);
        foreach (List<T> filled in bins) filled.Reverse();
        bins.Reverse();
        return bins;
    }
}
