using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded;

/// <summary>What is read of a state of a table.</summary>
/// <param name="Snapshot">The state; null for a table without any: no rows.</param>
/// <param name="Schema">What it is read with.</param>
public sealed record TableRead(Snapshot? Snapshot, Schema Schema)
{
    /// <summary>Names of the wanted columns in their order, in any case; none means all.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Rows that are wanted.</summary>
    public Predicate Filter { get; init; } = Predicate.True;

    /// <summary>Rows to stop after; null reads all.</summary>
    public long? Limit { get; init; }
}

/// <summary>Reads the rows of a table for people and programs: plans the scan, and lets the embedded engine run it.</summary>
public static class TableReader
{
    /// <summary>The columns that rows will have.</summary>
    /// <exception cref="IcebergException">InvalidArgument: no such column.</exception>
    public static ImmutableArray<NestedField> ColumnsOf(TableRead read) => read.Columns.IsEmpty ? read.Schema.Fields
        : [.. read.Columns.Select(name => Column(read.Schema, name)).Distinct()];

    /// <summary>Streams the rows, column by column in batches.</summary>
    /// <exception cref="IcebergException">InvalidArgument: a column or the filter does not fit; Corrupt: a file is missing or broken; Unsupported.</exception>
    public static async IAsyncEnumerable<RowBatch> ReadAsync(
        IObjectStore store, TableMetadata metadata, TableRead read, DuckOptions engine, [EnumeratorCancellation] CancellationToken cancel)
    {
        ImmutableArray<NestedField> columns = ColumnsOf(read);
        ScanPlan plan = await ScanPlanner.PlanAsync(
            store, metadata, read.Snapshot, read.Schema, new ScanOptions { Filter = read.Filter }, cancel).ConfigureAwait(false);
        if (plan.Tasks.IsEmpty) yield break;
        bool all = plan.Filter == Predicate.True;
        ScanInput input = new()
        {
            // Oldest rows first, so that rows come as they were written.
            Tasks = [.. plan.Tasks.OrderBy(t => t.SequenceNumber).ThenBy(t => t.File.FilePath, StringComparer.Ordinal)],
            Columns = all ? columns : [.. columns, .. Tested(plan.Filter, read.Schema).Except(columns)],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
            FilterSql = all ? null : Sql.Filter(plan.Filter, read.Schema),
        };
        using DuckSession session = DuckSession.Open(engine);
        PreparedScan scan = await PreparedScan.OpenAsync(session, store, input, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            await foreach (RowBatch batch in scan.ReadAsync(ValueForm.User, columns, read.Limit, cancel).ConfigureAwait(false)) yield return batch;
        }
    }

    private static NestedField Column(Schema schema, string name)
    {
        if (schema.FindFieldIgnoreCase(name) is { } field && schema.Fields.Contains(field)) return field;
        string[] names = [.. schema.Fields.Select(f => f.Name)];
        throw IcebergException.Invalid(NearestNames.Of(name, names) is { Count: > 0 } near
            ? $"The table has no column '{name}'. Did you mean {string.Join(" or ", near)}?"
            : $"The table has no column '{name}'. It has: {string.Join(", ", names)}.");
    }

    /// <summary>Top-level columns that the predicate looks at.</summary>
    private static IEnumerable<NestedField> Tested(Predicate predicate, Schema schema) => predicate switch
    {
        AndPredicate and => and.Operands.SelectMany(p => Tested(p, schema)).Distinct(),
        OrPredicate or => or.Operands.SelectMany(p => Tested(p, schema)).Distinct(),
        NotPredicate not => Tested(not.Operand, schema),
        ColumnPredicate test when ColumnPath.Find(schema, test.FieldId) is { } path => [path.Fields[0]],
        _ => [],
    };
}
