using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Names of columns in data files.</summary>
/// <remarks>
/// Readers go by field ids. Those that look at names as well expect what Java's writer makes of them, which are the names that Avro
/// allows; icebird for one.
/// </remarks>
internal static class FileNames
{
    /// <summary>The field's name in a file; made unique when siblings differ only in case, which the engine cannot tell apart.</summary>
    public static string Of(StructType parent, NestedField field)
    {
        string name = AvroNames.Sanitize(field.Name);
        return parent.Fields.Count(f => AvroNames.Sanitize(f.Name).Equals(name, StringComparison.OrdinalIgnoreCase)) == 1
            ? name
            : $"{name}_{Sql.Column(field.Id)}";
    }
}
