using System.Management.Automation;
using System.Text;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes an Encoding of its name (utf-8, utf-16, latin1, ascii).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncodingTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is Encoding encoding) return encoding;
        string name = Convert.ToString(given, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        try
        {
            return name.ToLowerInvariant() switch
            {
                "utf8" => Encoding.UTF8,
                "unicode" or "utf16" => Encoding.Unicode,
                "latin1" => Encoding.Latin1,
                var other => Encoding.GetEncoding(other),
            };
        }
        catch (ArgumentException e)
        {
            throw new ArgumentTransformationMetadataException($"'{name}' is no text encoding. Use utf-8, utf-16, latin1 or ascii.", e);
        }
    }
}
