using System.Globalization;
using CsCheck;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class CultureCastTests : IAsyncLifetime
{
    private static readonly string[] Cultures =
    [
        "en-US", "en-GB", "en-CA", "en-IN", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CA", "fr-CH", "it-IT", "es-ES", "es-MX", "pt-BR", "pt-PT", "nl-NL", "sv-SE", "nb-NO",
        "da-DK", "fi-FI", "pl-PL", "cs-CZ", "sk-SK", "hu-HU", "ru-RU", "uk-UA", "bg-BG", "ro-RO", "el-GR", "tr-TR", "ja-JP", "zh-CN", "zh-TW", "ko-KR", "hi-IN",
        "he-IL", "ar-EG", "lt-LT", "hr-HR", "id-ID", "sq-AL",
    ];

    private readonly DuckSession _session = DuckSession.Open();

    [Theory]
    [InlineData("en-US", "12/31/2023 11:59:58 PM", "2023-12-31 23:59:58")]
    [InlineData("en-US", "12/31/2023 11:59:58\u202fPM", "2023-12-31 23:59:58")]
    [InlineData("en-US", "12/31/2023 11:59:58\u00a0pm", "2023-12-31 23:59:58")]
    [InlineData("en-US", "12/31/2023 11:59 PM", "2023-12-31 23:59:00")]
    [InlineData("en-US", "12/31/2023 11:59PM", "2023-12-31 23:59:00")]
    [InlineData("en-US", "1/2/2023 12:05 AM", "2023-01-02 00:05:00")]
    [InlineData("en-US", "12/31/2023 11:59:58.123 PM", "2023-12-31 23:59:58.123")]
    [InlineData("en-US", "2023-12-31T23:59:58", "2023-12-31 23:59:58")]
    [InlineData("en-US", " 12/31/2023 ", "2023-12-31 00:00:00")]
    [InlineData("en-US", "12/31/2023 13:00 PM", null)]
    [InlineData("en-US", "12/31/2023 0:30 AM", null)]
    [InlineData("en-US", "12/31/2023 11:59", null)]
    [InlineData("en-US", "12/31/2023 11:5 PM", null)]
    [InlineData("en-US", "12/31/2023 11 PM", null)]
    [InlineData("en-US", "12/31/2023 PM", null)]
    [InlineData("en-US", "12/31/2023 11:59 PM PM", null)]
    [InlineData("en-US", "31/12/2023 11:59 PM", null)]
    [InlineData("en-US", "12/31/23 11:59 PM", null)]
    [InlineData("en-CA", "12/31/2023 11:59 p.m.", "2023-12-31 23:59:00")]
    [InlineData("en-CA", "12/31/2023 11:59 PM", "2023-12-31 23:59:00")]
    [InlineData("zh-TW", "2023/12/31 下午11:59", "2023-12-31 23:59:00")]
    [InlineData("de-DE", "31.12.2023 23:59", "2023-12-31 23:59:00")]
    [InlineData("de-DE", "31.12.2023T23:59:58,5", "2023-12-31 23:59:58.5")]
    [InlineData("de-DE", "31.12.2023 23:59:58.123456", "2023-12-31 23:59:58.123456")]
    [InlineData("de-DE", "31.12.2023 23:59:58.1234567", null)]
    [InlineData("de-DE", "31.12.2023 24:00", null)]
    [InlineData("de-DE", "31.12.2023 23:59:60", null)]
    [InlineData("de-DE", "31.12.2023 11:59 PM", null)]
    [InlineData("de-DE", "31.12.23 23:59", null)]
    [InlineData("de-DE", "31.12.2023 23:59 x", null)]
    [InlineData("de-DE", "epoch", null)]
    [InlineData("de-DE", "infinity", null)]
    public async Task Timestamps_AreReadAsTheCultureWritesThem(string culture, string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Timestamp, culture));

    [Theory]
    [InlineData("en-US", "11:59:58 PM", "23:59:58")]
    [InlineData("en-US", "23:59", "23:59:00")]
    [InlineData("en-US", "13:00 PM", null)]
    [InlineData("fi-FI", "23.59", "23:59:00")]
    [InlineData("de-DE", "24:00:00", null)]
    public async Task Times_AreReadAsTheCultureWritesThem(string culture, string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Time, culture));

    [Fact]
    public async Task Timestamps_HaveNanosecondsAndZones()
    {
        Assert.Equal("2023-12-31 23:59:58.123456789", await CastAsync("12/31/2023 11:59:58.123456789 PM", IcebergType.TimestampNs, "en-US"));
        Assert.Equal("2023-12-31 21:59:58+00", await CastAsync("12/31/2023 11:59:58 PM +02:00", IcebergType.TimestampTz, "en-US"));
        Assert.Equal("2023-12-31 21:59:00+00", await CastAsync("31.12.2023 23:59+0200", IcebergType.TimestampTz, "de-DE"));
        Assert.Null(await CastAsync("31.12.2023 23:59", IcebergType.TimestampTz, "de-DE"));
    }

    [Theory]
    [InlineData("fr-FR", "1 234,5", "1234.50")]
    [InlineData("fr-FR", "1\u00a0234,5", "1234.50")]
    [InlineData("fr-FR", "1\u202f234,5", "1234.50")]
    [InlineData("fr-FR", " -12 345 678,5 ", "-12345678.50")]
    [InlineData("fr-FR", " 42 ", "42.00")]
    [InlineData("fr-FR", "1 23,4", null)]
    [InlineData("fr-FR", "1234 567,5", null)]
    [InlineData("fr-FR", "1  234", null)]
    [InlineData("fr-FR", "0 123", null)]
    [InlineData("fr-FR", "1 234.5", null)]
    [InlineData("fr-FR", "- 1 234", null)]
    [InlineData("de-AT", "1 234,5", "1234.50")]
    [InlineData("pl-PL", "1 234,5", "1234.50")]
    [InlineData("ru-RU", "1\u202f234,5", "1234.50")]
    [InlineData("sv-SE", "\u22121 234,5", "-1234.50")]
    [InlineData("sv-SE", "-1\u00a0234,5", "-1234.50")]
    [InlineData("sv-SE", "1\u22122", null)]
    [InlineData("de-CH", "1'234.5", "1234.50")]
    [InlineData("de-CH", "1\u2019234.5", "1234.50")]
    [InlineData("de-CH", "12'34", null)]
    [InlineData("de-CH", "1 234", null)]
    public async Task Numbers_AreReadAsTheCultureWritesThem(string culture, string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Decimal(12, 2), culture));

    /// <summary>What .NET writes in a culture is read back, and is the same.</summary>
    [Fact]
    public void Of_ReadsBackWhatTheCultureWrites()
    {
        Gen<DateTime> moments = Gen.Long[DateTime.MinValue.AddYears(999).Ticks / TimeSpan.TicksPerMillisecond, DateTime.MaxValue.AddDays(-2).Ticks / TimeSpan.TicksPerMillisecond]
            .Select(ms => new DateTime(ms * TimeSpan.TicksPerMillisecond));
        Gen<decimal> numbers = Gen.Select(Gen.Long[-999_999_999_999, 999_999_999_999], Gen.Int[0, 12], (n, digits) => n % (long)Math.Pow(10, digits) / 100m);
        Gen.Select(moments.Array[20], numbers.Array[20]).Sample((times, values) => Assert.Empty(Cultures.SelectMany(c => Misread(CultureInfo.GetCultureInfo(c), times, values))), iter: 1, threads: 1);
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("fa-IR")]
    [InlineData("ar-SA")]
    public void Of_RefusesCalendarsWithOtherYears(string culture) =>
        Assert.Contains(culture, Assert.Throws<IcebergException>(() => TextCulture.Of(CultureInfo.GetCultureInfo(culture))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ger")]
    [InlineData("xx-QQ")]
    public void Of_RefusesNamesThatAreNoCulture(string culture)
    {
        IcebergException error = Assert.Throws<IcebergException>(() => TextCulture.Of(CultureInfo.GetCultureInfo(culture)));
        Assert.Equal((IcebergErrorKind.InvalidArgument, $"There is no culture '{culture}'. Name a language and a country, such as de-DE."), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("hh:mm")]
    [InlineData("h:mm t")]
    public void Of_RefusesHoursOfWhichHalf(string time)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo("en-US").Clone();
        culture.DateTimeFormat.LongTimePattern = culture.DateTimeFormat.ShortTimePattern = time;
        Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => TextCulture.Of(culture)).Kind);
    }

    public async Task InitializeAsync() => await EngineFunctions.EnsureAsync(_session, default);

    public Task DisposeAsync()
    {
        _session.Dispose();
        return Task.CompletedTask;
    }

    private IEnumerable<string> Misread(CultureInfo culture, DateTime[] times, decimal[] values)
    {
        string date = culture.DateTimeFormat.ShortDatePattern, exact = culture.DateTimeFormat.LongTimePattern.Replace("ss", "ss.fff", StringComparison.Ordinal);
        (IcebergType Type, string Text, string Value)[] tests =
        [
            .. times.SelectMany(t => new (IcebergType, string, string)[]
            {
                (IcebergType.Date, t.ToString("d", culture), $"{t:yyyy-MM-dd}"),
                (IcebergType.Time, t.ToString("t", culture), $"{t:HH:mm}"),
                (IcebergType.Time, t.ToString("T", culture), $"{t:HH:mm:ss}"),
                (IcebergType.Timestamp, t.ToString("g", culture), $"{t:yyyy-MM-dd HH:mm}"),
                (IcebergType.Timestamp, t.ToString("G", culture), $"{t:yyyy-MM-dd HH:mm:ss}"),
                (IcebergType.Timestamp, t.ToString($"{date} {exact}", culture), $"{t:yyyy-MM-dd HH:mm:ss.fff}"),
            }),
            .. values.SelectMany(v => new (IcebergType, string, string)[]
            {
                (IcebergType.Decimal(14, 2), v.ToString("N2", culture), v.ToString(CultureInfo.InvariantCulture)),
                (IcebergType.Double, v.ToString("N2", culture), v.ToString(CultureInfo.InvariantCulture)),
                (IcebergType.Long, decimal.Truncate(v).ToString("N0", culture), decimal.Truncate(v).ToString(CultureInfo.InvariantCulture)),
                (IcebergType.Long, decimal.Truncate(v).ToString(culture), decimal.Truncate(v).ToString(CultureInfo.InvariantCulture)),
            }),
        ];
        IEnumerable<string> queries = tests.GroupBy(t => t.Type).Select(type =>
        {
            var cast = StrictCast.Of("x", type.Key, TextCulture.Of(culture));
            return $"SELECT concat(x, ' is ', y, ' and was read as ', {cast.Value}) FROM (VALUES {string.Join(", ", type.Select(t => $"({Sql.Text(t.Text)}, {Sql.Text(t.Value)})"))}) t(x, y) "
                + $"WHERE NOT ({cast.Fits}) OR ({cast.Value}) <> CAST(y AS {DuckTypes.Of(type.Key)})";
        });
        List<object?[]> wrong = RowReader.ReadAllAsync(_session, string.Join(" UNION ALL ", queries), [], ValueForm.Physical, default).GetAwaiter().GetResult();
        return wrong.Select(w => $"{culture.Name}: {w[0]}");
    }

    /// <summary>The value's text in the engine, or null when the text does not fit.</summary>
    private async Task<string?> CastAsync(string text, IcebergType type, string culture)
    {
        var cast = StrictCast.Of("x", type, TextCulture.Of(CultureInfo.GetCultureInfo(culture)));
        List<object?[]> rows = await RowReader.ReadAllAsync(
            _session, $"SELECT {cast.Fits}, CAST({cast.Value} AS VARCHAR) FROM (SELECT {Sql.Text(text)} AS x)", [], ValueForm.Physical, default);
        return rows[0][0] is true ? (string?)rows[0][1] : null;
    }
}
