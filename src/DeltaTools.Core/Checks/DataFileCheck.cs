using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Checks;

/// <summary>Reads a data or equality delete file and compares it with what the manifest tells of it.</summary>
internal sealed class DataFileCheck(DuckSession session, IObjectStore store, TableMetadata metadata)
{
    private readonly NameMapping? _mapping = NameMappingJson.Of(metadata);

    /// <exception cref="IcebergException">Corrupt: the file cannot be read; Unsupported.</exception>
    public async Task<ImmutableArray<Finding>> RunAsync(DataFile file, CancellationToken cancel)
    {
        List<Finding> findings = [];
        HashSet<int>? present = file.Format == FileFormat.Parquet ? await FooterAsync(file, findings, cancel).ConfigureAwait(false) : null;
        Schema schema = metadata.CurrentSchema;
        ImmutableArray<NestedField> columns = file.Content == DataFileContent.EqualityDeletes
            ? [.. schema.Fields.Where(f => file.EqualityIds.Contains(f.Id))] : schema.Fields;
        if (columns.IsEmpty) return [.. findings];
        Column[] checkedColumns = [.. schema.AllFields.Where(f => IsTold(file, f.Id)).Select(f => ColumnPath.Find(schema, f.Id)).OfType<ColumnPath>()
            .Where(p => Bound.IsOrdered(p.Field.Type) && columns.Contains(p.Fields[0])).Select(p => new Column(p))];
        (int Index, PartitionColumn Key)[] keys = Keys(file, schema, columns, present);
        object?[] row = await AskAsync(file, columns, checkedColumns, keys, cancel).ConfigureAwait(false);

        long rows = Number(row[^1]);
        if (rows != file.RecordCount && findings.TrueForAll(f => f.Check != CheckKind.RecordCount)) findings.Add(WrongCount(file, rows));
        for (int i = 0; i < checkedColumns.Length; i++) findings.AddRange(Compare(file, checkedColumns[i].Field, row.AsMemory(4 * i, 4), rows));
        for (int i = 0; i < keys.Length; i++) findings.AddRange(ComparePartition(file, keys[i].Index, row.AsSpan((4 * checkedColumns.Length) + (3 * i), 3).ToArray(), rows));
        return [.. findings];
    }

    /// <summary>Checks row count and field ids.</summary>
    /// <returns>Ids of all columns and fields that the file has.</returns>
    private async Task<HashSet<int>> FooterAsync(DataFile file, List<Finding> findings, CancellationToken cancel)
    {
        ParquetFooter footer = ParquetFooter.Read(await store.ReadPathAsync(file.FilePath, cancel).ConfigureAwait(false));
        if (footer.RowCount != file.RecordCount) findings.Add(WrongCount(file, footer.RowCount));
        int[] ids = [.. footer.Schema.Select(e => e.FieldId).OfType<int>()];
        if (ids.Length == 0)
        {
            if (_mapping is null)
            {
                findings.Add(new(
                    FindingSeverity.Warning, CheckKind.FieldIds, file.FilePath,
                    "The file has no field ids and the table no name mapping: readers take its columns by their position, or refuse it."));
            }
            return [.. LeafColumn.Of(footer, metadata.CurrentSchema, _mapping ?? NameMapping.Of(metadata.CurrentSchema)).Select(l => l.Id)];
        }
        if (ids.GroupBy(i => i).FirstOrDefault(g => g.Count() > 1) is { } twice)
            findings.Add(new(FindingSeverity.Error, CheckKind.FieldIds, file.FilePath, $"Field id {twice.Key} stands at {twice.Count()} columns of the file."));
        else if (!metadata.Schemas.Any(s => s.AllFields.Any(f => ids.Contains(f.Id))))
            findings.Add(new(FindingSeverity.Error, CheckKind.FieldIds, file.FilePath, "No field id of the file is one of the table: all its columns are read as NULL."));
        return [.. ids];
    }

    /// <summary>Partition fields whose sources the file holds itself.</summary>
    private (int Index, PartitionColumn Key)[] Keys(DataFile file, Schema schema, ImmutableArray<NestedField> columns, HashSet<int>? present)
    {
        PartitionSpec spec = metadata.Spec(file.SpecId);
        bool CanCompute(PartitionField f) => f.Transform is not (UnknownTransform or VoidTransform) && f.SourceIds.Length == 1
            && present?.Contains(f.SourceId) == true && ColumnPath.Find(schema, f.SourceId) is { } path && columns.Contains(path.Fields[0]);
        if (file.Content != DataFileContent.Data || spec.Fields.IsEmpty || file.Partition.Values.Length < spec.Fields.Length) return [];
        return
        [
            .. spec.Fields.Index().Where(p => CanCompute(p.Item)).Select(p => (p.Index, PartitionColumn.Of(new WriteTarget
            {
                Schema = schema,
                Spec = spec with { Fields = [p.Item] },
                DataLocation = metadata.Location,
            })[0])),
        ];
    }

    private async Task<object?[]> AskAsync(
        DataFile file, ImmutableArray<NestedField> columns, Column[] checkedColumns, (int, PartitionColumn Key)[] keys, CancellationToken cancel)
    {
        await EngineFunctions.EnsureAsync(session, cancel).ConfigureAwait(false);
        var input = new ScanInput
        {
            Tasks = [new FileScanTask(file with { Content = DataFileContent.Data }, 0, metadata.Spec(file.SpecId), [])],
            Columns = columns,
            Schemas = metadata.Schemas,
            NameMapping = _mapping,
        };
        // A hash of every column makes the engine read every value.
        string select = string.Join(", ",
            checkedColumns.Select(c => c.Sql).Concat(keys.Select(k => $"min({k.Key.Sql}), max({k.Key.Sql}), count({k.Key.Sql})"))
                .Append($"bit_xor(hash({string.Join(", ", columns.Select(Sql.Column))}))").Append("count(*)"));
        ImmutableArray<NestedField> types =
        [
            .. checkedColumns.SelectMany(c => (NestedField[])[c.Field, c.Field, Count, Count]),
            .. keys.SelectMany(k => (NestedField[])[k.Key.Field, k.Key.Field, Count]),
        ];
        PreparedScan scan = await PreparedScan.OpenAsync(session, store, input, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            try
            {
                return (await RowReader.ReadAllAsync(session, $"SELECT {select} FROM ({scan.Sql})", types, ValueForm.Physical, cancel).ConfigureAwait(false))[0];
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }

    private static readonly NestedField Count = new(1, "count", IcebergType.Long);

    /// <param name="found">Least and greatest value, not NULL, NaN.</param>
    private static IEnumerable<Finding> Compare(DataFile file, NestedField column, ReadOnlyMemory<object?> found, long rows)
    {
        (object? min, object? max, long nulls, long nans) = (found.Span[0], found.Span[1], rows - Number(found.Span[2]), Number(found.Span[3]));
        ColumnMetrics metrics = file.Metrics;
        if (Bound.Below(min, Bound.Of(column.Type, metrics.LowerBounds.GetValueOrDefault(column.Id))))
            yield return Wrong(file, FindingSeverity.Error, $"Column {column.Name} holds values below its lower bound. Filters may leave rows out.");
        if (Bound.Above(max, Bound.Of(column.Type, metrics.UpperBounds.GetValueOrDefault(column.Id))))
            yield return Wrong(file, FindingSeverity.Error, $"Column {column.Name} holds values above its upper bound. Filters may leave rows out.");
        if (metrics.NullValueCounts.TryGetValue(column.Id, out long toldNulls) && toldNulls != nulls)
            yield return Wrong(file, Severity(toldNulls, nulls, rows), $"Column {column.Name} is NULL in {nulls} rows, and the manifest tells {toldNulls}.");
        if (metrics.NanValueCounts.TryGetValue(column.Id, out long toldNans) && toldNans != nans)
            yield return Wrong(file, Severity(toldNans, nans, rows), $"Column {column.Name} is NaN in {nans} rows, and the manifest tells {toldNans}.");
    }

    private IEnumerable<Finding> ComparePartition(DataFile file, int index, object?[] found, long rows)
    {
        PartitionField field = metadata.Spec(file.SpecId).Fields[index];
        object? value = file.Partition[index];
        long nulls = rows - Number(found[2]);
        bool wrong = value is null ? nulls < rows : nulls > 0 || Bound.Above(value, found[0]) || Bound.Below(value, found[1]) || Bound.Below(value, found[0]) || Bound.Above(value, found[1]);
        if (rows > 0 && wrong)
            yield return new(FindingSeverity.Error, CheckKind.Partition, file.FilePath, $"The file holds rows that do not belong to its partition, by field {field.Name}. Filters may leave them out.");
    }

    /// <summary>A wrong count is harmless unless it tells that there are none, or nothing else.</summary>
    private static FindingSeverity Severity(long told, long actual, long rows) =>
        (told == 0 && actual > 0) || (told == rows && actual < rows) ? FindingSeverity.Error : FindingSeverity.Warning;

    private static bool IsTold(DataFile file, int id) =>
        file.Metrics.LowerBounds.ContainsKey(id) || file.Metrics.UpperBounds.ContainsKey(id) || file.Metrics.NullValueCounts.ContainsKey(id) || file.Metrics.NanValueCounts.ContainsKey(id);

    private static Finding WrongCount(DataFile file, long rows) => new(
        FindingSeverity.Error, CheckKind.RecordCount, file.FilePath, $"The file has {rows} rows, and the manifest tells {file.RecordCount}.");

    private static Finding Wrong(DataFile file, FindingSeverity severity, string message) => new(severity, CheckKind.Metrics, file.FilePath, message);

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private sealed class Column(ColumnPath path)
    {
        public NestedField Field => path.Field;

        public string Sql
        {
            get
            {
                string value = Embedded.Sql.Column(path.Fields[0]);
                for (int i = 1; i < path.Fields.Length; i++)
                    value = $"struct_extract({value}, {Embedded.Sql.Text(Embedded.Sql.FieldName((StructType)path.Fields[i - 1].Type, path.Fields[i]))})";
                bool isFloat = Field.Type.Id is TypeId.Float or TypeId.Double;
                string numbers = isFloat ? $" FILTER (NOT isnan({value}))" : "";
                return $"min({value}){numbers}, max({value}){numbers}, count({value}), {(isFloat ? $"count(*) FILTER (isnan({value}))" : "0::BIGINT")}";
            }
        }
    }
}
