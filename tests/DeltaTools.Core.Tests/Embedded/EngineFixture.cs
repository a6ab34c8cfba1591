using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>An engine and a folder for one test.</summary>
public abstract class EngineFixture : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("deltatools-test-").FullName;

    protected DuckSession Session { get; } = DuckSession.Open(new DuckOptions { MemoryLimit = 1L << 30, Threads = 2 });

    protected static IObjectStore Store => LocalObjectStore.Instance;

    public void Dispose()
    {
        Session.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a Parquet file with the engine itself.</summary>
    protected async Task<FileScanTask> FileAsync(
        string name, string select, string fieldIds, PartitionSpec? spec = null, PartitionTuple? partition = null, long sequence = 1)
    {
        string ids = fieldIds.Length == 0 ? "" : $", FIELD_IDS {{{fieldIds}}}";
        long rows = await Session.ExecuteAsync($"COPY ({select}) TO {Sql.Text(PathOf(name))} (FORMAT parquet{ids})", default);
        return new FileScanTask(Data(name, rows, spec, partition), sequence, spec ?? PartitionSpec.Unpartitioned, []);
    }

    protected DataFile Data(
        string name, long rows, PartitionSpec? spec = null, PartitionTuple? partition = null, DataFileContent content = DataFileContent.Data) => new()
        {
            Content = content,
            FilePath = new Uri(PathOf(name)).AbsoluteUri,
            RecordCount = rows,
            FileSizeInBytes = new FileInfo(PathOf(name)).Length,
            SpecId = spec?.SpecId ?? 0,
            Partition = partition ?? PartitionTuple.Empty,
        };

    protected async Task<List<object?[]>> ReadAsync(ScanInput input, ValueForm form = ValueForm.Physical)
    {
        var rows = new List<object?[]>();
        await using PreparedScan scan = await PreparedScan.OpenAsync(Session, Store, input, default);
        await foreach (RowBatch batch in scan.ReadAsync(form, default))
            for (int row = 0; row < batch.Count; row++) rows.Add(batch.Row(row));
        return rows;
    }

    protected Task<List<object?[]>> ReadAsync(ImmutableArray<FileScanTask> tasks, params ImmutableArray<NestedField> columns) =>
        ReadAsync(new ScanInput { Tasks = tasks, Columns = columns });

    /// <summary>Rows as text, for short assertions.</summary>
    protected static string Show(IEnumerable<object?[]> rows) => string.Join("; ", rows.Select(r => string.Join(",", r.Select(Show))));

    private static string Show(object? value) => value switch
    {
        null => "-",
        object?[] items => $"[{string.Join(",", items.Select(Show))}]",
        KeyValuePair<object?, object?>[] pairs => $"{{{string.Join(",", pairs.Select(p => $"{Show(p.Key)}={Show(p.Value)}"))}}}",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
