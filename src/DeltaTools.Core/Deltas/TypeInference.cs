using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Finds the narrowest type that holds for every value of a text column, for tables that are made from their first delta.</summary>
/// <remarks>
/// Numbers with leading zeros are text ('007' is a code, not seven). Whole numbers are long, so that growing keys never overflow, and decimals
/// without fraction when no long holds them: a double would make different keys one. The
/// letters t, f, y, n and the digits 0, 1 mean a boolean only in the column that flags deletions; elsewhere they are text or numbers.
/// </remarks>
public static class TypeInference
{
    private static readonly IcebergType[] Candidates =
        [IcebergType.Boolean, IcebergType.Long, IcebergType.Decimal(38, 0), IcebergType.Double, IcebergType.Date, IcebergType.Timestamp, IcebergType.TimestampTz];

    /// <param name="rows">SQL of the rows, with text columns called as <see cref="DeltaSource.Column"/> says.</param>
    public static async Task<ImmutableArray<IcebergType>> InferAsync(
        DuckSession session, string rows, ImmutableArray<DeltaColumn> columns, TextCulture culture, CancellationToken cancel)
    {
        var open = columns.Select(_ => new Queue<IcebergType>(Candidates)).ToArray();
        var found = new IcebergType[columns.Length];
        Array.Fill(found, IcebergType.String);
        // Most columns are settled by a small sample; each round then reads the file once for what is left.
        for (string scope = $"(SELECT * FROM ({rows}) LIMIT 1000)"; ; scope = $"({rows})")
        {
            int[] asked = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Type is null && open[i].Count > 0)];
            if (asked.Length == 0) return [.. found.Select((type, i) => columns[i].Type ?? type)];
            bool whole = !scope.Contains("LIMIT 1000", StringComparison.Ordinal);
            IEnumerable<string> tests = asked.Select(i =>
            {
                IEnumerable<string> fits = (whole ? open[i].Take(1) : open[i]).Select(type => Test(DeltaSource.Column(i), columns[i].Name, type, culture));
                return $"[count({DeltaSource.Column(i)}) > 0, {string.Join(", ", fits)}]";
            });
            List<object?[]> answer = await RowReader.ReadAllAsync(
                session, $"SELECT {string.Join(", ", tests)} FROM {scope}", [], ValueForm.Physical, cancel).ConfigureAwait(false);
            for (int k = 0; k < asked.Length; k++) Narrow(open[asked[k]], (object?[])answer[0][k]!, whole, ref found[asked[k]]);
        }
    }

    /// <summary>Keeps the candidates that fit the sample, or settles the first one by the whole file.</summary>
    private static void Narrow(Queue<IcebergType> open, object?[] fits, bool whole, ref IcebergType found)
    {
        bool hasValues = fits[0] is true;
        if (!whole)
        {
            IcebergType[] left = [.. open.Where((_, i) => !hasValues || fits[i + 1] is true)];
            open.Clear();
            foreach (IcebergType type in left) open.Enqueue(type);
        }
        else if (!hasValues)
        {
            open.Clear();
        }
        else if (fits[1] is true)
        {
            found = open.Dequeue();
            open.Clear();
        }
        else
        {
            open.Dequeue();
        }
    }

    /// <summary>Whether a number is written as nothing but a number is.</summary>
    private static string IsPlain(string column) => $"NOT regexp_matches({column}, '^\\s|\\s$|^[+]|^-?0[0-9]|^[+-]?[a-zA-Z]')";

    private static string Test(string column, string name, IcebergType type, TextCulture culture)
    {
        string fits = StrictCast.Of(column, type, culture).Fits;
        bool isFlag = name.Equals(RawColumns.Deleted, StringComparison.OrdinalIgnoreCase);
        string extra = type.Id switch
        {
            TypeId.Boolean when !isFlag => $"lower({column}) IN ('true', 'false')",
            TypeId.Long => IsPlain(column),
            TypeId.Decimal => $"regexp_full_match({column}, '-?[1-9][0-9]*|0')",
            TypeId.Double => $"{IsPlain(column)} AND NOT regexp_full_match({column}, '-?[0-9]{{18,}}')",
            _ => "true",
        };
        return $"coalesce(bool_and({column} IS NULL OR (({fits}) AND {extra})), true)";
    }
}
