using System.Globalization;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Transforms as metadata spells them: <c>identity</c>, <c>bucket[16]</c>, <c>truncate[4]</c>, <c>day</c> ... (print: <c>ToString</c>).</summary>
public static partial class TransformText
{
    /// <summary>Case does not matter. A name that is not known gives an <see cref="UnknownTransform"/>.</summary>
    /// <exception cref="IcebergException">InvalidArgument: a bucket count or width that is not 1 to 2^31 - 1.</exception>
    public static Transform Parse(string text)
    {
        if (Width().Match(text) is { Success: true } match)
        {
            bool bucket = match.Groups[1].Value.Equals("bucket", StringComparison.OrdinalIgnoreCase);
            bool valid = int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0;
            if (!valid) throw IcebergException.Invalid($"Transform {text}: the number must be 1 to {int.MaxValue}.");
            return bucket ? Transform.Bucket(width) : Transform.Truncate(width);
        }
        return text.ToLowerInvariant() switch
        {
            "identity" => Transform.Identity,
            "year" => Transform.Year,
            "month" => Transform.Month,
            "day" => Transform.Day,
            "hour" => Transform.Hour,
            "void" => Transform.Void,
            _ => new UnknownTransform(text),
        };
    }

    [GeneratedRegex(@"^(bucket|truncate)\[([0-9]+)\]\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Width();
}
