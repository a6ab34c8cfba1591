using System.Collections.Concurrent;
using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Avro;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Brings the files of a scan to this machine and looks at their schemas.</summary>
internal static class ScanFiles
{
    /// <summary>The files in the order of the tasks. Files with equal physical schemas share one <see cref="PhysicalSchema"/>.</summary>
    public static async Task<ImmutableArray<ScanFile>> OpenAsync(
        ScanContext context, ImmutableArray<FileScanTask> tasks, NameMapping? mapping, ImmutableArray<NestedField> columns, CancellationToken cancel)
    {
        var schemas = new ConcurrentDictionary<ReadOnlyMemory<byte>, PhysicalSchema>(SchemaBytes.Instance);
        var files = new ScanFile[tasks.Length];
        var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Math.Max(4, Environment.ProcessorCount) };
        await Parallel.ForAsync(0, tasks.Length, options, async (i, token) =>
        {
            DataFile file = tasks[i].File;
            string path = await LocalPathAsync(context, file, token).ConfigureAwait(false);
            ParquetFooter footer = ParquetFooter.ReadSchema(path);
            if (!schemas.TryGetValue(footer.SchemaBytes, out PhysicalSchema? schema))
            {
                PhysicalSchema made = FieldIds.Assign(Parse(footer, file.FilePath), mapping);
                schema = schemas.GetOrAdd(made.Bytes, made);
            }
            files[i] = new ScanFile(i, tasks[i], UtcNanos.MakeReadable(context, path, schema, columns), schema);
        }).ConfigureAwait(false);
        return ImmutableArray.Create(files);
    }

    private static Task<string> LocalPathAsync(ScanContext context, DataFile file, CancellationToken cancel) =>
        file.Format switch
        {
            FileFormat.Parquet => context.Store.ReadPathAsync(file.FilePath, cancel),
            FileFormat.Avro => AvroFiles.ConvertAsync(context, file, cancel),
            _ => throw IcebergException.Unsupported(
                $"{file.FilePath} is an {file.Format.ToString().ToUpperInvariant()} file. Data and delete files are read in Parquet and Avro; "
                + "rewrite the table with the engine that wrote it."),
        };

    private static PhysicalSchema Parse(ParquetFooter footer, string location)
    {
        try
        {
            return PhysicalSchema.Of(footer);
        }
        catch (InvalidDataException e)
        {
            throw IcebergException.Corrupt($"The Parquet file {location} is damaged: {e.Message}.", e);
        }
    }

    private sealed class SchemaBytes : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static readonly SchemaBytes Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes.Span);
            return hash.ToHashCode();
        }
    }
}
