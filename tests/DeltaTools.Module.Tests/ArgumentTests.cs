using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>How texts become times, spans, dates and sizes, by the attributes that all cmdlets use.</summary>
public sealed class ArgumentTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Theory]
    [InlineData("12h", 12 * 60)]
    [InlineData("30m", 30)]
    [InlineData("1.5 d", 36 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("90s", 1.5)]
    [InlineData("1.12:00:00", 36 * 60)]
    public void Age_ReadsSpans(string text, double minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Transform("Age", $"'{text}'"));

    [Theory]
    [InlineData("3d", 3 * 24 * 60)]
    [InlineData("([timespan]::FromHours(2))", 120)]
    public void Age_ReadsWhatPowerShellMakesOfIt(string expression, double minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Transform("Age", expression));

    [Theory]
    [InlineData("3")]
    [InlineData("'soon'")]
    [InlineData("'-3d'")]
    [InlineData("'3y'")]
    [InlineData("'9999999999w'")]
    [InlineData("$null")]
    public void Age_RefusesTheRest(string expression) =>
        Assert.Contains("is no span of time", Refusal("Age", expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("'2023-06-08 16:26:05Z'", "2023-06-08T16:26:05+00:00")]
    [InlineData("'2023-06-08T16:26:05.123+02:00'", "2023-06-08T16:26:05.123+02:00")]
    [InlineData("'2023-06-08 16:26 -05:00'", "2023-06-08T16:26:00-05:00")]
    [InlineData("([datetime]::new(2023, 6, 8, 1, 2, 3, [System.DateTimeKind]::Utc))", "2023-06-08T01:02:03+00:00")]
    [InlineData("([datetimeoffset]::new(2023, 6, 8, 1, 2, 3, [timespan]::FromHours(3)))", "2023-06-08T01:02:03+03:00")]
    public void Instant_KeepsTheOffset(string expression, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Transform("Instant", expression));

    [Theory]
    [InlineData("'2023-06-08 16:26:05'")]
    [InlineData("'2023-06-08T16:26:05'")]
    [InlineData("([datetime]::new(2023, 6, 8, 16, 26, 5))")]
    public void Instant_WithoutOffsetIsLocal(string expression) =>
        Assert.Equal(new DateTimeOffset(new DateTime(2023, 6, 8, 16, 26, 5, DateTimeKind.Local)), Transform("Instant", expression));

    [Theory]
    [InlineData("'2023-06-08'")]
    [InlineData("([System.DateOnly]::new(2023, 6, 8))")]
    public void Instant_OfADateIsItsLocalStart(string expression) =>
        Assert.Equal(new DateTimeOffset(new DateTime(2023, 6, 8, 0, 0, 0, DateTimeKind.Local)), Transform("Instant", expression));

    [Theory]
    [InlineData("'08.06.2023'")]
    [InlineData("'6/8/2023'")]
    [InlineData("'yesterday'")]
    [InlineData("12")]
    [InlineData("'3d'")]
    public void Instant_RefusesTheRest(string expression) =>
        Assert.Contains("is no point in time", Refusal("Instant", expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("'2021-01-03'")]
    [InlineData("([datetime]::new(2021, 1, 3, 23, 59, 0))")]
    [InlineData("([datetimeoffset]::new(2021, 1, 3, 23, 0, 0, [timespan]::FromHours(-11)))")]
    [InlineData("([System.DateOnly]::new(2021, 1, 3))")]
    public void Date_ReadsDates(string expression) => Assert.Equal(new DateOnly(2021, 1, 3), Transform("Date", expression));

    [Theory]
    [InlineData("'03.01.2021'")]
    [InlineData("'2021-02-30'")]
    [InlineData("20210103")]
    public void Date_RefusesTheRest(string expression) =>
        Assert.Contains("is no date", Refusal("Date", expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("512MB", 536_870_912)]
    [InlineData("'512 MB'", 536_870_912)]
    [InlineData("'1.5GiB'", 1_610_612_736)]
    [InlineData("'2k'", 2048)]
    [InlineData("'1000'", 1000)]
    [InlineData("'7 B'", 7)]
    [InlineData("1000", 1000)]
    public void ByteSize_ReadsSizes(string expression, long bytes) => Assert.Equal(bytes, Transform("ByteSize", expression));

    [Theory]
    [InlineData("'many'")]
    [InlineData("'12 XB'")]
    [InlineData("'MB'")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("'99999999999 EB'")]
    public void ByteSize_RefusesTheRest(string expression) =>
        Assert.Contains("is no size", Refusal("ByteSize", expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("Bytes(0)", "0 B")]
    [InlineData("Bytes(1023)", "1023 B")]
    [InlineData("Bytes(1024)", "1.0 KB")]
    [InlineData("Bytes(1048575)", "1.0 MB")]
    [InlineData("Bytes(12897484)", "12.3 MB")]
    [InlineData("Count(1204)", "1,204")]
    [InlineData("Duration([timespan]::FromSeconds(0.42))", "0.42 s")]
    [InlineData("Duration([timespan]::FromSeconds(21))", "21.0 s")]
    [InlineData("Duration([timespan]::FromSeconds(245))", "4:05 min")]
    [InlineData("Duration([timespan]::FromSeconds(7207))", "2:00:07 h")]
    [InlineData("Age([timespan]::FromDays(5.5))", "5 d")]
    [InlineData("Age([timespan]::FromMinutes(90))", "1 h")]
    [InlineData("Change(7, 6)", "+7/-6")]
    public void ViewFormat_WritesForPeople(string call, string expected) =>
        Assert.Equal(expected, session.Single($"[DeltaTools.Cmdlets.ViewFormat]::{call}").BaseObject);

    private object Transform(string name, string expression) =>
        session.Single($"[DeltaTools.Cmdlets.Arguments.{name}TransformationAttribute]::new().Transform($null, {expression})").BaseObject;

    private string Refusal(string name, string expression) =>
        session.Error($"[DeltaTools.Cmdlets.Arguments.{name}TransformationAttribute]::new().Transform($null, {expression})").Exception.Message;
}
