using System.Collections;
using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes dates of a date, of several, and of ranges such as 2021-01-01..2021-01-31, both ends included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReportDatesTransformationAttribute : ArgumentTransformationAttribute
{
    private const int MostDays = 36_600;
    private static readonly DateTransformationAttribute s_date = new();

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Dates(engineIntrinsics, inputData).Distinct().Order().ToArray();

    private static IEnumerable<DateOnly> Dates(EngineIntrinsics engine, object data)
    {
        object value = data is PSObject wrapped ? wrapped.BaseObject : data;
        if (value is string text && text.IndexOf("..", StringComparison.Ordinal) is > 0 and var dots)
        {
            var first = (DateOnly)s_date.Transform(engine, text[..dots]);
            var last = (DateOnly)s_date.Transform(engine, text[(dots + 2)..]);
            int days = last.DayNumber - first.DayNumber + 1;
            return days is > 0 and <= MostDays ? Enumerable.Range(0, days).Select(first.AddDays) : throw new ArgumentTransformationMetadataException(
                $"'{text}' is no range of dates. Give the earlier date first, such as 2021-01-01..2021-01-31.");
        }
        return value is IEnumerable several and not string
            ? several.Cast<object>().SelectMany(item => Dates(engine, item)) : [(DateOnly)s_date.Transform(engine, value)];
    }
}
