namespace DeltaTools.Core;

/// <summary>Finds the names that somebody may have meant, for error messages.</summary>
public static class NearestNames
{
    /// <summary>Up to <paramref name="count"/> of the known names that are close to the given one, closest first; none when nothing is.</summary>
    /// <remarks>Close: the same but for case, one part of the other, or few letters changed, swapped, missing or too many.</remarks>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known, int count = 3)
    {
        string wanted = name.ToUpperInvariant();
        return [.. known.Distinct()
            .Select(candidate => (Name: candidate, Distance: Distance(wanted, candidate.ToUpperInvariant())))
            .Where(c => c.Distance <= Math.Max(1, Math.Max(wanted.Length, c.Name.Length) / 3) || Contains(wanted, c.Name.ToUpperInvariant()))
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(count).Select(c => c.Name)];
    }

    private static bool Contains(string a, string b) =>
        Math.Min(a.Length, b.Length) >= 3 && (a.Contains(b, StringComparison.Ordinal) || b.Contains(a, StringComparison.Ordinal));

    /// <summary>Edit distance in which swapping two neighbours counts as one edit.</summary>
    private static int Distance(string a, string b)
    {
        int[] beforePrevious = new int[b.Length + 1], previous = [.. Enumerable.Range(0, b.Length + 1)], current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int best = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                best = Math.Min(best, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = Math.Min(best, beforePrevious[j - 2] + 1);
                current[j] = best;
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }
        return previous[b.Length];
    }
}
