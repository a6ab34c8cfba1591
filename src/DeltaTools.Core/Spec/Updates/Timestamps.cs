namespace DeltaTools.Core.Spec.Updates;

/// <summary>Metadata know times to the millisecond.</summary>
internal static class Timestamps
{
    public static DateTimeOffset CutToMillis(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
