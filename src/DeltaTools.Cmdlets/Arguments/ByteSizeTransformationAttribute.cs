using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes a number of bytes of <c>512MB</c>, <c>'1.5 GB'</c> and plain numbers; units are powers of 1024, as in PowerShell.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByteSizeTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Prefixes = "KMGTPE";

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        double? bytes = input is string text ? Parse(text) : LanguagePrimitives.TryConvertTo(input, out double number) ? number : null;
        return bytes is >= 1 and < long.MaxValue
            ? (long)bytes
            : throw new ArgumentTransformationMetadataException($"'{input}' is no size. Give a number of bytes, or text such as 512MB or '1.5 GB'.");
    }

    private static double? Parse(string text)
    {
        if (Quantity.Parse(text) is not { } size) return null;
        string unit = size.Unit.Replace("IB", "B", StringComparison.Ordinal);
        string prefix = unit.EndsWith('B') ? unit[..^1] : unit;
        if (prefix.Length == 0) return size.Number;
        int power = prefix.Length == 1 ? Prefixes.IndexOf(prefix[0], StringComparison.Ordinal) : -1;
        return power < 0 ? null : size.Number * Math.Pow(1024, power + 1);
    }
}
