using System.Globalization;
using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes a DateTimeOffset of dates, times and ISO text. What says no offset is local time.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InstantTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        .. from separator in (string[])["'T'", "' '"]
           from time in (string[])["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"]
           from offset in (string[])["K", " K"]
           select $"yyyy-MM-dd{separator}{time}{offset}",
    ];

    /// <summary>Whether a span is taken too, counted back from now.</summary>
    public bool AllowAge { get; init; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (Parse(input) is { } instant) return instant;
        if (AllowAge && Age.Parse(input) is { } age) return DateTimeOffset.Now - age;
        string spans = AllowAge ? $" Spans are taken too: {Age.Spellings}." : "";
        throw new ArgumentTransformationMetadataException(
            $"'{input}' is no point in time. Give a date, or text such as 2023-06-08 16:26:05Z, 2023-06-08T16:26:05+02:00 or 2023-06-08 (local).{spans}");
    }

    internal static DateTimeOffset? Parse(object? input) => input switch
    {
        DateTimeOffset instant => instant,
        DateTime time => new DateTimeOffset(time),
        DateOnly date => new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Local)),
        string text when DateTimeOffset.TryParseExact(
            text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset instant) => instant,
        _ => null,
    };
}
