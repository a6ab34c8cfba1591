using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

internal static class AvroFiles
{
    public static Task<string> ConvertAsync(ScanContext context, DataFile file, ImmutableArray<NestedField> columns, CancellationToken cancel) =>
        throw IcebergException.Unsupported($"{file.FilePath} is an Avro file; data files are read in Parquet.");
}
