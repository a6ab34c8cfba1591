using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Equality delete files as anti-joins: a row goes when a delete with a greater sequence number, of the same partition or of none,
/// has the same values; NULL equals NULL ("Equality Delete Files").</summary>
/// <remarks>One table for each set of compared columns and scope, with the newest sequence number for each distinct value, so the
/// cost does not grow with the number of commits.</remarks>
internal sealed class EqualityDeletes
{
    private readonly ImmutableArray<Rule> _rules;
    private readonly Dictionary<(int SpecId, PartitionTuple Partition), int> _scopes;

    private EqualityDeletes(ImmutableArray<Rule> rules, Dictionary<(int, PartitionTuple), int> scopes)
    {
        _rules = rules;
        _scopes = scopes;
    }

    public static readonly EqualityDeletes None = new([], []);

    public static async Task<EqualityDeletes> LoadAsync(
        ScanContext context, ImmutableArray<FileScanTask> tasks, ImmutableArray<Schema> schemas, CancellationToken cancel)
    {
        var deletes = tasks
            .SelectMany(t => t.Deletes.Where(d => d.File.Content == DataFileContent.EqualityDeletes).Select(d => (Delete: d, IsGlobal: IsGlobal(d, t))))
            .DistinctBy(p => p.Delete.File.FilePath)
            .ToList();
        Dictionary<(int, PartitionTuple), int> scopes = deletes
            .Where(p => !p.IsGlobal)
            .Select(p => (p.Delete.File.SpecId, p.Delete.File.Partition))
            .Distinct()
            .Index()
            .ToDictionary(p => p.Item, p => p.Index);
        var rules = new List<Rule>();
        foreach (var group in deletes.GroupBy(p => (Ids: string.Join(',', p.Delete.File.EqualityIds.Order()), p.IsGlobal)))
        {
            ImmutableArray<DeleteFile> files = [.. group.Select(p => p.Delete)];
            rules.Add(await LoadRuleAsync(context, files, group.Key.IsGlobal, schemas, scopes, cancel).ConfigureAwait(false));
        }
        return new([.. rules], scopes);
    }

    /// <summary>The anti-joins for a group of data files.</summary>
    public IEnumerable<string> Joins(FileGroup group)
    {
        foreach (Rule rule in _rules)
        {
            string sequence = group.PerFile(f => $"{f.Task.SequenceNumber}::BIGINT");
            IEnumerable<string> conditions = rule.Columns.Select((column, i) =>
                $"{rule.Table}.k{i} IS NOT DISTINCT FROM {Leaf(GroupSql.Expression(group, column.Root), column)}");
            conditions = conditions.Append($"{rule.Table}.seq > {sequence}");
            if (!rule.IsGlobal)
                conditions = conditions.Append($"{rule.Table}.scope = {group.PerFile(f => $"{ScopeOf(f)}::BIGINT")}");
            yield return $"ANTI JOIN {rule.Table} ON {string.Join(" AND ", conditions)}";
        }
    }

    private int ScopeOf(ScanFile file) => _scopes.GetValueOrDefault((file.Task.File.SpecId, file.Task.File.Partition), -1);

    /// <summary>A delete of an unpartitioned spec applies everywhere; as it applies to the task, a spec that is not the task's must be one.</summary>
    private static bool IsGlobal(DeleteFile delete, FileScanTask task) =>
        delete.File.SpecId != task.File.SpecId || task.Spec.IsUnpartitioned;

    private static async Task<Rule> LoadRuleAsync(
        ScanContext context,
        ImmutableArray<DeleteFile> deletes,
        bool isGlobal,
        ImmutableArray<Schema> schemas,
        Dictionary<(int, PartitionTuple), int> scopes,
        CancellationToken cancel)
    {
        ImmutableArray<EqualityColumn> columns = [.. deletes[0].File.EqualityIds.Order().Select(id => EqualityColumn.Find(id, schemas, deletes[0].File.FilePath))];
        ImmutableArray<NestedField> roots = [.. columns.Select(c => c.Root).DistinctBy(r => r.Id)];
        string keys = string.Join(", ", columns.Select((c, i) => $"{Leaf(Sql.Column(c.Root), c)} AS k{i}"));
        string names = string.Join(", ", columns.Select((_, i) => $"k{i}"));
        string sequences = PerDelete(deletes, d => d.SequenceNumber);
        string scope = isGlobal ? "0" : PerDelete(deletes, d => scopes[(d.File.SpecId, d.File.Partition)]);
        string table = context.NewTable("eq");
        await DeleteFileSql.ExecuteAsync(
            context, [.. deletes.Select(d => d.File)], roots,
            source => $"CREATE TABLE {table} AS SELECT {names}, scope, max(seq) AS seq FROM (SELECT {keys}, {sequences} AS seq, {scope} AS scope FROM ({source})) GROUP BY ALL",
            cancel).ConfigureAwait(false);
        return new(table, columns, isGlobal);
    }

    private static string PerDelete(ImmutableArray<DeleteFile> deletes, Func<DeleteFile, long> value) =>
        $"list_extract([{string.Join(',', deletes.Select(d => value(d).ToString(CultureInfo.InvariantCulture)))}]::BIGINT[], _delete + 1)";

    private static string Leaf(string root, EqualityColumn column) =>
        column.Path.Aggregate(root, (sql, name) => $"struct_extract({sql}, {Sql.Text(name)})");

    private sealed record Rule(string Table, ImmutableArray<EqualityColumn> Columns, bool IsGlobal);
}
