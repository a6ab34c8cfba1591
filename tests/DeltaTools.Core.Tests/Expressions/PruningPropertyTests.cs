using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Expressions;

public class PruningPropertyTests
{
    [Fact]
    public void Prune_NeverDropsAFileThatHoldsAMatchingRow()
    {
        int pruned = 0, kept = 0;
        RandomFilters.Schemas.SelectMany(schema => Gen.Select(
                Gen.Const(schema), RandomFiles.Specs(schema), RandomFilters.Row(schema).Array[1, 4], RandomFilters.Predicates(schema, depth: 2).Array[1, 8]))
            .SelectMany((schema, spec, rows, predicates) =>
            {
                var partitions = rows.GroupBy(r => RandomFiles.Partition(spec, schema, r)).ToArray();
                return Gen.Select(Gen.Const((schema, spec, partitions, predicates)), RandomFiles.Metrics(schema, [.. partitions[0]]));
            })
            .Sample((table, metrics) =>
            {
                (Schema schema, PartitionSpec spec, var partitions, Predicate[] predicates) = table;
                ImmutableDictionary<int, object?>[] rows = [.. partitions[0]];
                var file = new DataFile { FilePath = "f", RecordCount = rows.Length, FileSizeInBytes = 1, Partition = partitions[0].Key, Metrics = metrics };
                ImmutableArray<FieldSummary> summaries = RandomFiles.Summaries(spec, schema, [.. partitions.Select(p => p.Key)]);
                foreach (Predicate predicate in predicates)
                {
                    Predicate bound = Binder.Bind(predicate, schema);
                    var partition = PartitionFilter.Of(bound, spec);
                    bool byPartition = partition.MayMatch(file.Partition), bySummary = partition.MayMatch(summaries), byMetrics = new MetricsFilter(bound).MayMatch(file);
                    Interlocked.Add(ref pruned, byPartition && byMetrics ? 0 : 1);
                    Interlocked.Add(ref kept, byPartition && byMetrics ? 1 : 0);
                    Assert.True(bySummary || !byPartition, $"The summaries drop what the partition keeps: {bound} as {partition.Projected}");
                    if (!rows.Any(r => RowFilter.Matches(bound, id => r[id]))) continue;
                    Assert.True(byPartition, $"Dropped by partition {file.Partition}: {bound} as {partition.Projected}");
                    Assert.True(byMetrics, $"Dropped by metrics: {bound}");
                }
            }, iter: 5_000);

        Assert.True(pruned > kept / 5, $"Only {pruned} files were pruned and {kept} kept: the test shows little.");
    }
}
