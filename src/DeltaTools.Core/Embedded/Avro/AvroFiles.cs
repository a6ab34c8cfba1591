using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Avro;

/// <summary>Reads data files in Avro, which are rare, by making a Parquet file of the same rows in the same order with the same field ids.</summary>
internal static class AvroFiles
{
    private const int LargestFile = int.MaxValue / 2, SmallestObjectLimit = 16 << 20;

    /// <returns>Path of the Parquet file, which is deleted with the scan.</returns>
    public static async Task<string> ConvertAsync(ScanContext context, DataFile file, CancellationToken cancel)
    {
        string source = await context.Store.ReadPathAsync(file.FilePath, cancel).ConfigureAwait(false);
        if (new FileInfo(source).Length > LargestFile)
            throw IcebergException.Unsupported($"{file.FilePath} is an Avro file of more than 1 GB; rewrite the table with Parquet files.");
        string json = context.NewFile(".json"), parquet = context.NewFile(".parquet");
        try
        {
            byte[] content = await File.ReadAllBytesAsync(source, cancel).ConfigureAwait(false);
            AvroFile avro = AvroFile.Open(content);
            AvroSql.Check(avro.Schema, file.FilePath);
            long longest = await Task.Run(() => AvroJson.Write(avro, json, cancel), cancel).ConfigureAwait(false);
            await context.Session.ExecuteAsync(
                AvroSql.Copy(avro.Schema, json, parquet, Math.Max(SmallestObjectLimit, 2 * longest)), cancel).ConfigureAwait(false);
            return parquet;
        }
        catch (InvalidDataException e)
        {
            throw IcebergException.Corrupt($"The Avro file {file.FilePath} is damaged: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw IcebergException.Unsupported($"The Avro file {file.FilePath} cannot be read: {e.Message}");
        }
        finally
        {
            File.Delete(json);
        }
    }
}
