namespace DeltaTools.Core.Embedded.Query;

/// <summary>A copy of a query for the engine's parser, of the same length: what it says about a place is true of the query too.</summary>
/// <remarks>
/// The parser tells places in bytes, so the copy is ASCII. It knows names of at most three parts, so each name of parts is one word of underscores.
/// The clauses it does not know are spaces.
/// </remarks>
internal static class QueryMask
{
    public static string Of(QueryText query, IEnumerable<NameChain> names, IEnumerable<TravelClause> unknown)
    {
        char[] mask = query.Sql.ToCharArray();
        int gap = 0;
        foreach (QueryToken token in query.Tokens)
        {
            Blank(mask, gap, token.Start);
            gap = token.End;
            for (int i = token.Start; i < token.End; i++)
            {
                // No keyword has an underscore in front or a digit inside.
                if (!char.IsAscii(mask[i]) || mask[i] == '\0') mask[i] = i == token.Start ? '_' : '0';
            }
        }
        foreach (NameChain name in names)
        {
            if (name.Parts.Length > 1) Array.Fill(mask, '_', name.Start, name.End - name.Start);
        }
        foreach (TravelClause clause in unknown) Blank(mask, clause.Start, clause.End);
        return new string(mask);
    }

    /// <summary>A name as it stands in the copy, unless it begins beyond ASCII.</summary>
    public static string Name(string name) => string.Concat(name.Select(c => char.IsAscii(c) ? c : '0'));

    private static void Blank(char[] mask, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (mask[i] != '\n') mask[i] = ' ';
        }
    }
}
