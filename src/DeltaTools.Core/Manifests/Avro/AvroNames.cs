using System.Globalization;
using System.Text;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Names that Avro allows, made of column names that may be anything.</summary>
internal static class AvroNames
{
    /// <summary>The name Java's writer gives a field: letters, digits and underscores stay, a leading digit gets an underscore before it,
    /// every other UTF-16 unit becomes <c>_x</c> and its number in hexadecimal.</summary>
    public static string Sanitize(string name)
    {
        if (name.Length > 0 && !char.IsDigit(name[0]) && name.All(Allowed)) return name;
        var text = new StringBuilder(name.Length + 8);
        foreach (char c in name)
        {
            if (text.Length == 0 && char.IsDigit(c)) text.Append('_').Append(c);
            else if (Allowed(c)) text.Append(c);
            else text.Append("_x").Append(((int)c).ToString("X", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private static bool Allowed(char c) => char.IsLetterOrDigit(c) || c == '_';
}
