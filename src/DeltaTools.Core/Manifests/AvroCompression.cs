namespace DeltaTools.Core.Manifests;

/// <summary>How the blocks of manifests and manifest lists are compressed. All Iceberg readers know deflate.</summary>
public enum AvroCompression { Deflate, None, Snappy, Zstandard }

internal static class AvroCompressionNames
{
    /// <summary>The codec's name in an Avro header.</summary>
    public static string Codec(this AvroCompression compression) => compression switch
    {
        AvroCompression.None => "null",
        AvroCompression.Snappy => "snappy",
        AvroCompression.Zstandard => "zstandard",
        _ => "deflate",
    };
}
