using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A file with a JSON object on each line. A key that a line lacks means "unchanged"; null means NULL.</summary>
public sealed class JsonLinesDelta : DeltaSource
{
    internal const string Need = "Each line must be one object, such as {\"id\": 1, \"name\": \"Ada\"}.";

    private const int LongestLine = 1 << 26;

    private readonly TextFile _file;
    private readonly TextCulture _culture;

    private JsonLinesDelta(TextFile file, TextCulture culture)
    {
        _file = file;
        _culture = culture;
    }

    private IEnumerable<string> Items =>
        Columns.Select((c, i) => $"json_extract_string(j, {Pointer(c.Name)}) AS {Column(i)}, NOT json_exists(j, {Pointer(c.Name)}) AS {Missing(i)}");

    public override string Rows =>
        $"SELECT {string.Join(", ", Items)} FROM (SELECT CASE WHEN {IsObject} THEN j ELSE error('broken row') END AS j FROM {Lines})";

    public override string NumberedRows =>
        $"SELECT ord, j, {string.Join(", ", Items)} FROM (SELECT row_number() OVER () AS ord, j FROM {Lines} WHERE {IsObject})";

    /// <summary>The line itself: a key that it lacks must stay absent.</summary>
    public override string RowJson => "j";

    public override string? IsAbsent(int index) => Missing(index);

    private const string IsObject = "CASE WHEN json_valid(j) THEN json_type(j) = 'OBJECT' ELSE false END";

    // A byte that no JSON text may hold unescaped separates "fields", so that each line is one.
    private string Lines =>
        $"(SELECT j FROM read_csv({Sql.Path(_file.Path)}, auto_detect = false, header = false, columns = {{j: 'VARCHAR'}}, delim = '\x01', quote = '', "
        + $"escape = '', nullstr = '\x02', strict_mode = false{_file.EngineOptions(LongestLine)}) WHERE j IS NOT NULL AND trim(j) <> '')";

    /// <param name="types">Types that are known from elsewhere (pipeline objects); empty when the values decide.</param>
    /// <exception cref="IcebergException">DeltaFileInvalid: no line holds an object, or the engine cannot read the lines as text.</exception>
    public static async Task<JsonLinesDelta> OpenAsync(
        DuckSession session, string name, TextFile file, string contentHash, TextCulture culture,
        IReadOnlyDictionary<string, IcebergType> types, CancellationToken cancel)
    {
        var probe = new JsonLinesDelta(file, culture) { Name = name, ContentHash = contentHash, Size = file.Size, Columns = [] };
        List<object?[]> keys = await probe.KeysAsync(session, cancel).ConfigureAwait(false);
        return keys.Count > 0
            ? new JsonLinesDelta(file, culture)
            {
                Name = name,
                ContentHash = contentHash,
                Size = file.Size,
                Columns = [.. keys.Select(k => (string)k[0]!).Select(k => new DeltaColumn(k, types.GetValueOrDefault(k)))],
            }
            : throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
                $"The delta file '{name}' holds no JSON object. {Need}");
    }

    public override IcebergException? Explain(IcebergException error) => CsvFailure.Of(Name, _file, "JSON lines", error);

    public override StrictCast Cast(int index, IcebergType type) => StrictCast.Of(Column(index), type, _culture);

    public override Task<ImmutableArray<IcebergType>> InferTypesAsync(DuckSession session, CancellationToken cancel) =>
        JsonTypeInference.InferAsync(session, NumberedRows, $"SELECT j::JSON AS j FROM {Lines} WHERE {IsObject}", Columns, _culture, cancel);

    public override async Task<IReadOnlyList<BadRow>> BrokenRowsAsync(DuckSession session, long limit, CancellationToken cancel)
    {
        List<object?[]> rows = await QueryAsync(session,
            $"SELECT ord, left(j, {BadRow.MaxValueLength}), json_valid(j), j FROM (SELECT row_number() OVER () AS ord, j FROM {Lines}) "
            + $"WHERE NOT ({IsObject}) ORDER BY ord LIMIT {limit}", cancel).ConfigureAwait(false);
        IReadOnlyList<long> lines = LinesOf([.. rows.Select(r => Convert.ToInt64(r[0], CultureInfo.InvariantCulture))], ImmutableHashSet<long>.Empty);
        return [.. rows.Select((r, i) => new BadRow(Name, lines[i], null, (string)r[1]!, r[2] is true ? "is not a JSON object" : "is not valid JSON") { Text = (string)r[3]! })];
    }

    public override IReadOnlyList<long> LinesOf(IReadOnlyList<long> numbers, IReadOnlySet<long> broken)
    {
        var lines = new List<long>();
        using StreamReader text = _file.OpenText();
        long number = 0;
        for (long line = 1; lines.Count < numbers.Count && text.ReadLine() is { } content; line++)
        {
            if (!string.IsNullOrWhiteSpace(content) && !broken.Contains(line) && ++number == numbers[lines.Count]) lines.Add(line);
        }
        return lines;
    }

    /// <summary>The names of the columns, in the order in which they first come.</summary>
    private async Task<List<object?[]>> KeysAsync(DuckSession session, CancellationToken cancel)
    {
        try
        {
            return await QueryAsync(session,
                $"SELECT k, min(ord), arg_min(i, ord) FROM (SELECT ord, unnest(json_keys(j)) AS k, generate_subscripts(json_keys(j), 1) AS i FROM "
                + $"(SELECT row_number() OVER () AS ord, j FROM {Lines} WHERE {IsObject})) GROUP BY k ORDER BY 2, 3", cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    private static string Missing(int index) => "a" + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>JSON pointer of a key, as a SQL text.</summary>
    private static string Pointer(string key) =>
        Sql.Text("/" + key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
}
