using System.Text;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A place of a query and what is to stand there instead.</summary>
/// <param name="Start">Where it begins; it ends before <paramref name="End"/>.</param>
internal readonly record struct QueryEdit(int Start, int End, string Text)
{
    /// <summary>The query with all changes made; the rest stays as it was written.</summary>
    /// <param name="edits">In any order; no two are of the same place.</param>
    public static string Apply(string sql, IEnumerable<QueryEdit> edits)
    {
        var text = new StringBuilder();
        int copied = 0;
        foreach (QueryEdit edit in edits.OrderBy(e => e.Start))
        {
            text.Append(sql, copied, edit.Start - copied).Append(edit.Text);
            copied = edit.End;
        }
        return text.Append(sql, copied, sql.Length - copied).ToString();
    }
}
