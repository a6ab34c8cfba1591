using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Spec.Values;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Benchmarks;

/// <summary>Planning scans of a table of 100 thousand data files, with metrics of ten columns each, in 20 manifests.</summary>
internal sealed class PlanningBenchmark : Benchmark
{
    private const int Files = 100_000;
    private const int Commits = 20;
    private const int Runs = 5;

    public override string Name => "planning";

    public override async Task RunAsync(Workspace workspace, Report report)
    {
        IcebergTable table = await TableAsync(workspace);
        TableMetadata metadata = table.Metadata;
        async Task PlanAsync(ScanOptions options, int least)
        {
            ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, options, default);
            if (plan.Tasks.Length < least) throw new InvalidOperationException($"Only {plan.Tasks.Length} files were planned.");
        }
        Timing all = await Timing.OfAsync(Runs, () => PlanAsync(ScanOptions.All, Files));
        report.Add("planning a scan of 100 k data files", $"{all}; {Report.Rate(Files / all.Median.TotalSeconds, "entries")}", "< 2 s");
        var filter = new ScanOptions { Filter = FilterParser.Parse("c1 = 4242424") };
        Timing filtered = await Timing.OfAsync(Runs, () => PlanAsync(filter, 1));
        report.Add("the same with a filter that metrics decide", $"{filtered}", "");
    }

    private static async Task<IcebergTable> TableAsync(Workspace workspace)
    {
        Schema schema = SchemaText.Parse(string.Join(", ", Enumerable.Range(0, 10).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i} {(i < 5 ? "long" : "string")}"))));
        string name = string.Create(CultureInfo.InvariantCulture, $"bench.files_{Environment.ProcessId}");
        IcebergTable table = await IcebergTable.CreateAsync(workspace.Catalog, TableIdentifier.Parse(name), new NewTable(schema), null, default);
        for (int commit = 0; commit < Commits; commit++)
        {
            int first = commit * (Files / Commits);
            ImmutableArray<DataFile> files = [.. Enumerable.Range(first, Files / Commits).Select(i => File(table.Metadata, schema, i))];
            table = (await table.CommitAsync(new AppendFiles(files), default)).Table;
        }
        return table;
    }

    /// <summary>A file of 1,000 rows that need not exist for planning.</summary>
    private static DataFile File(TableMetadata metadata, Schema schema, int index)
    {
        FieldMap<T> Map<T>(Func<NestedField, T> value) => schema.Fields.Aggregate(FieldMap<T>.Empty, (map, f) => map.SetItem(f.Id, value(f)));
        byte[] Bound(NestedField field, long value) => field.Type.Id == TypeId.Long
            ? SingleValue.ToBytes(IcebergType.Long, value)
            : SingleValue.ToBytes(IcebergType.String, value.ToString("D12", CultureInfo.InvariantCulture));
        return new DataFile
        {
            FilePath = TableLocations.NewDataFile(metadata, string.Create(CultureInfo.InvariantCulture, $"{index:D7}-0c6e9b1f-5a4e-4d0b-9a52-6f3a1f1f8a10.parquet")),
            RecordCount = 1000,
            FileSizeInBytes = 100_000,
            Metrics = new ColumnMetrics
            {
                ColumnSizes = Map(_ => 9_876L),
                ValueCounts = Map(_ => 1000L),
                NullValueCounts = Map(_ => 0L),
                LowerBounds = Map(f => Bound(f, index * 1000L)),
                UpperBounds = Map(f => Bound(f, (index * 1000L) + 999)),
            },
            SplitOffsets = [4],
        };
    }
}
