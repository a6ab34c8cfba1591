using System.Globalization;
using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes a DateOnly of dates and of text such as 2021-01-03. A time of day is dropped, an offset does not move the date.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DateTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            DateOnly date => date,
            DateTime time => DateOnly.FromDateTime(time),
            DateTimeOffset instant => DateOnly.FromDateTime(instant.DateTime),
            string text when DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) => date,
            var other => throw new ArgumentTransformationMetadataException($"'{other}' is no date. Give a date, or text such as 2021-01-03."),
        };
}
