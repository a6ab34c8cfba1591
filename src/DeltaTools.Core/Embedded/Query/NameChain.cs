using System.Collections.Immutable;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A name of one or more parts in a query's text, such as <c>a.b.t1</c>, which may be a table's or a column's.</summary>
/// <param name="First">Index of its first token.</param>
/// <param name="IsStarred">Whether <c>.*</c> follows.</param>
internal sealed record NameChain(ImmutableArray<QueryToken> Parts, int First, bool IsStarred)
{
    public int Start => Parts[0].Start;

    public int End => Parts[^1].End;

    /// <summary>Index of the token behind it.</summary>
    public int Next => First + 2 * Parts.Length - 1;

    /// <summary>All of a query, but for the names of functions.</summary>
    public static IEnumerable<NameChain> All(ImmutableArray<QueryToken> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if (!tokens[i].IsName || (i > 0 && tokens[i - 1].Is("."))) continue;
            int last = i;
            while (last + 2 < tokens.Length && tokens[last + 1].Is(".") && tokens[last + 2].IsName) last += 2;
            bool isStarred = last + 2 < tokens.Length && tokens[last + 1].Is(".") && tokens[last + 2].Is("*");
            bool isFunction = last > i && last + 1 < tokens.Length && tokens[last + 1].Is("(");
            if (!isFunction) yield return new([.. Enumerable.Range(0, (last - i) / 2 + 1).Select(n => tokens[i + 2 * n])], i, isStarred);
            i = last;
        }
    }

    /// <summary>Whether the table's namespace and name begin it, so that the rest is a column.</summary>
    /// <returns>How many parts they take, or 0.</returns>
    public int PartsOf(TableName table)
    {
        for (int count = 2; count < Parts.Length; count++)
        {
            if (string.Join('.', Parts[..(count - 1)].Select(p => p.Text)).Equals(table.Namespace, StringComparison.OrdinalIgnoreCase)
                && Parts[count - 1].Text.Equals(table.Name, StringComparison.OrdinalIgnoreCase)) return count;
        }
        return 0;
    }
}
