using System.Text;
using DeltaTools.Core.Manifests.Avro;

namespace DeltaTools.Core.Tests.Manifests;

/// <summary>Looks into the headers of Avro files and changes them.</summary>
internal static class AvroHeader
{
    public static Dictionary<string, string> Read(byte[] file) => Read(file, out _);

    public static string Schema(byte[] file) => Read(file)["avro.schema"];

    /// <summary>The file with another schema text; the blocks stay as they are.</summary>
    public static byte[] WithSchema(byte[] file, Func<string, string> change)
    {
        Dictionary<string, string> header = Read(file, out int blocks);
        header["avro.schema"] = change(header["avro.schema"]);
        var encoder = new AvroEncoder();
        encoder.WriteFixed("Obj\u0001"u8);
        encoder.WriteLong(header.Count);
        foreach ((string key, string value) in header)
        {
            encoder.WriteString(key);
            encoder.WriteString(value);
        }
        encoder.WriteLong(0);
        return [.. encoder.Written, .. file.AsSpan(blocks - 16)];
    }

    private static Dictionary<string, string> Read(byte[] file, out int blocks)
    {
        var decoder = new AvroDecoder(file.AsSpan(4));
        var header = new Dictionary<string, string>();
        for (int count = decoder.ReadItemCount(empty: false); count != 0; count = decoder.ReadItemCount(empty: false))
        {
            for (; count > 0; count--)
            {
                string key = decoder.ReadString();
                header[key] = Encoding.UTF8.GetString(decoder.ReadBytes());
            }
        }
        blocks = 4 + decoder.Position + 16;
        return header;
    }
}
