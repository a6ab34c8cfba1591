using System.Globalization;
using CsCheck;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class StrictCastTests : IAsyncLifetime
{
    private readonly DuckSession _session = DuckSession.Open();

    public static TheoryData<IcebergType, string, string?> Cases => new()
    {
        { IcebergType.Int, "42", "42" },
        { IcebergType.Int, " 42 ", "42" },
        { IcebergType.Int, "+7", "7" },
        { IcebergType.Int, "007", "7" },
        { IcebergType.Int, "-2147483648", "-2147483648" },
        { IcebergType.Int, "2147483648", null },
        { IcebergType.Int, "1.5", null },
        { IcebergType.Int, "1e3", null },
        { IcebergType.Int, "0x10", null },
        { IcebergType.Int, "1_000", null },
        { IcebergType.Int, "", null },
        { IcebergType.Long, "9223372036854775807", "9223372036854775807" },
        { IcebergType.Long, "9223372036854775808", null },
        { IcebergType.Double, "1.5", "1.5" },
        { IcebergType.Double, "-1e-3", "-0.001" },
        { IcebergType.Double, "nan", "nan" },
        { IcebergType.Double, "1_0.5", null },
        { IcebergType.Double, "abc", null },
        { IcebergType.Float, "1e300", null },
        { IcebergType.Decimal(6, 2), "1234.5", "1234.50" },
        { IcebergType.Decimal(6, 2), "1234.500", "1234.50" },
        { IcebergType.Decimal(6, 2), "1.999", null },
        { IcebergType.Decimal(6, 2), "12345.67", null },
        { IcebergType.Decimal(6, 2), "1e2", null },
        { IcebergType.Boolean, "T", "true" },
        { IcebergType.Boolean, "no", "false" },
        { IcebergType.Boolean, "0", "false" },
        { IcebergType.Boolean, "maybe", null },
        { IcebergType.Date, "2024-02-29", "2024-02-29" },
        { IcebergType.Date, "2024-2-9", "2024-02-09" },
        { IcebergType.Date, "2023-02-29", null },
        { IcebergType.Date, "01/02/2024", null },
        { IcebergType.Date, "2024-02-29 10:00:00", null },
        { IcebergType.Date, "infinity", null },
        { IcebergType.Time, "08:30:00.25", "08:30:00.25" },
        { IcebergType.Time, "24:00:00", null },
        { IcebergType.Time, "25:00", null },
        { IcebergType.Timestamp, "2024-02-29T08:30:00", "2024-02-29 08:30:00" },
        { IcebergType.Timestamp, "2024-02-29", "2024-02-29 00:00:00" },
        { IcebergType.Timestamp, "2024-02-29T08:30:00+02:00", null },
        { IcebergType.Timestamp, "2024-02-29 08:30:00.1234567", null },
        { IcebergType.Timestamp, "-infinity", null },
        { IcebergType.TimestampTz, "infinity", null },
        { IcebergType.TimestampTz, "2024-02-29T08:30:00+02:00", "2024-02-29 06:30:00+00" },
        { IcebergType.TimestampTz, "2024-02-29T08:30:00Z", "2024-02-29 08:30:00+00" },
        { IcebergType.TimestampTz, "2024-02-29T08:30:00", null },
        { IcebergType.TimestampNs, "2024-02-29 08:30:00.123456789", "2024-02-29 08:30:00.123456789" },
        { IcebergType.Uuid, "f79c3e09-677c-4bbd-a479-3f349cb785e7", "f79c3e09-677c-4bbd-a479-3f349cb785e7" },
        { IcebergType.Uuid, "f79c3e09677c4bbda4793f349cb785e7", null },
        { IcebergType.Binary, "0aFF", "\\x0A\\xFF" },
        { IcebergType.Binary, "0aF", null },
        { IcebergType.Fixed(2), "0aff", "\\x0A\\xFF" },
        { IcebergType.Fixed(2), "0a", null },
        { IcebergType.String, "007", "007" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Of_TextFitsOnlyWhenNothingIsLost(IcebergType type, string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, type, TextCulture.Invariant));

    [Fact]
    public async Task Of_NullFitsEveryType()
    {
        foreach (IcebergType type in new IcebergType[] { IcebergType.Int, IcebergType.Date, IcebergType.Boolean, IcebergType.Decimal(5, 1), IcebergType.Double })
        {
            StrictCast cast = StrictCast.Of("CAST(NULL AS VARCHAR)", type, TextCulture.Invariant);
            List<object?[]> rows = await RowReader.ReadAllAsync(_session, $"SELECT {cast.Fits}, {cast.Value}", [], ValueForm.Physical, default);
            Assert.Equal([true, null], rows[0]);
        }
    }

    [Theory]
    [InlineData("1.234,5", "1234.50")]
    [InlineData("1,999", null)]
    [InlineData("12,34", "12.34")]
    [InlineData("1234,5", "1234.50")]
    [InlineData(" 1.234 ", "1234.00")]
    [InlineData("1.23", null)]
    [InlineData("12.34,5", null)]
    [InlineData("0.123", null)]
    [InlineData("1234.567", null)]
    [InlineData("1,234.567", null)]
    [InlineData("1.", null)]
    [InlineData(".123", null)]
    public async Task Of_GermanNumbers(string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Decimal(6, 2), TextCulture.Of(CultureInfo.GetCultureInfo("de-DE"))));

    [Theory]
    [InlineData("de-DE", "-1.234.567", "-1234567")]
    [InlineData("de-DE", "1.23", null)]
    [InlineData("de-DE", "12.34.567", null)]
    [InlineData("de-DE", "1234567", "1234567")]
    [InlineData("de-CH", "1’234", "1234")]
    [InlineData("hi-IN", "12,34,567", "1234567")]
    [InlineData("hi-IN", "12,34", null)]
    public async Task Culture_GroupsAreOfThreeDigits(string culture, string text, string? expected)
    {
        foreach (IcebergType type in new[] { IcebergType.Int, IcebergType.Long, IcebergType.Decimal(9, 0) })
            Assert.Equal(expected, await CastAsync(text, type, TextCulture.Of(CultureInfo.GetCultureInfo(culture))));
        Assert.Equal(expected is null ? null : expected + ".0", await CastAsync(text, IcebergType.Double, TextCulture.Of(CultureInfo.GetCultureInfo(culture))));
    }

    [Fact]
    public async Task Culture_NullFits()
    {
        foreach (IcebergType type in new[] { IcebergType.Int, IcebergType.Decimal(9, 2), IcebergType.Double })
        {
            StrictCast cast = StrictCast.Of("CAST(NULL AS VARCHAR)", type, TextCulture.Of(CultureInfo.GetCultureInfo("de-DE")));
            Assert.Equal([true, null], (await RowReader.ReadAllAsync(_session, $"SELECT {cast.Fits}, {cast.Value}", [], ValueForm.Physical, default))[0]);
        }
    }

    [Theory]
    [InlineData("29.02.2024", "2024-02-29")]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData("30.02.2024", null)]
    [InlineData("02/29/2024", null)]
    public async Task Of_GermanDates(string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Date, TextCulture.Of(CultureInfo.GetCultureInfo("de-DE"))));

    [Fact]
    public async Task Of_NestedTypesFromJson()
    {
        var type = new StructType([new(1, "city", IcebergType.String), new(2, "zip", IcebergType.Int)]);
        Assert.Equal("{'city': Bonn, 'zip': 53111}", await CastAsync("""{"city": "Bonn", "zip": 53111}""", type, TextCulture.Invariant));
        Assert.Null(await CastAsync("""{"city": "Bonn", "zip": "x"}""", type, TextCulture.Invariant));
        Assert.Equal("[1, 2]", await CastAsync("[1,2]", ListType.Of(1, IcebergType.Int), TextCulture.Invariant));
    }

    /// <summary>The reading in front of a cast is never another than the cast's; and it is there for the usual spellings.</summary>
    [Fact]
    public void Plain_IsTheCastsValueOrNull()
    {
        IcebergType[] types = [IcebergType.Int, IcebergType.Long, IcebergType.Date, IcebergType.Boolean];
        Gen<string> digits = Gen.Char["0123456789"].Array[1, 20].Select(c => new string(c));
        Gen<string> dates = Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 13], Gen.Int[0, 32], (y, m, d) => string.Create(CultureInfo.InvariantCulture, $"{y:0000}-{m:00}-{d:00}"));
        Gen<string> odd = Gen.OneOf("", " ", "+", "-", "--1", "1-", "0x1", "1_0", "1e3", "1.0", "2024-02-30", "2023-02-29", "2000-02-29", "1900-02-29", "2024-1-1",
            "2024-01-01 ", "-024-01-01", "2024/01/01", "9223372036854775807", "-9223372036854775808", "2147483648", "t", "f", "T", "true", "false", "True", "yes", "1", "é", "٣");
        Gen<string> text = Gen.Frequency((3, digits), (2, digits.Select(d => "-" + d)), (1, digits.Select(d => "+" + d)), (3, dates), (4, odd), (1, Gen.String[0, 15]));
        text.Array[200].Sample(texts =>
        {
            string values = string.Join(", ", texts.Where(t => !t.Contains('\0', StringComparison.Ordinal) && !t.Any(char.IsSurrogate)).Select(t => $"({Sql.Text(t)})").Append("(NULL)"));
            foreach (IcebergType type in types)
            {
                StrictCast cast = StrictCast.Of("x", type, TextCulture.Invariant);
                string wrong = $"SELECT x FROM (VALUES {values}) t(x) WHERE {cast.Plain} IS NOT NULL AND NOT ({cast.Fits} AND {cast.Plain} = {cast.Value})";
                Assert.Empty(RowReader.ReadAllAsync(_session, wrong, [], ValueForm.Physical, default).GetAwaiter().GetResult());
            }
        }, iter: 20, threads: 1);
    }

    public static TheoryData<IcebergType, string> UsualSpellings => new()
    {
        { IcebergType.Int, "2147483647" },
        { IcebergType.Int, "-5" },
        { IcebergType.Long, "999999999999999999" },
        { IcebergType.Date, "2024-02-29" },
        { IcebergType.Date, "0001-01-01" },
        { IcebergType.Date, "9999-12-31" },
        { IcebergType.Boolean, "t" },
        { IcebergType.Boolean, "false" },
    };

    [Theory]
    [MemberData(nameof(UsualSpellings))]
    public async Task Plain_ReadsTheUsualSpellings(IcebergType type, string text)
    {
        StrictCast cast = StrictCast.Of(Sql.Text(text), type, TextCulture.Invariant);
        Assert.Equal([true], (await RowReader.ReadAllAsync(_session, $"SELECT {cast.Plain} = {cast.Value}", [], ValueForm.Physical, default))[0]);
    }

    public async Task InitializeAsync() => await EngineFunctions.EnsureAsync(_session, default);

    public Task DisposeAsync()
    {
        _session.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The value's text in the engine, or null when the text does not fit.</summary>
    private async Task<string?> CastAsync(string text, IcebergType type, TextCulture culture)
    {
        StrictCast cast = StrictCast.Of("x", type, culture);
        string value = cast.Plain is { } plain ? $"coalesce({plain}, {cast.Value})" : cast.Value;
        List<object?[]> rows = await RowReader.ReadAllAsync(
            _session, $"SELECT {cast.Fits}, CAST({value} AS VARCHAR) FROM (SELECT {Sql.Text(text)} AS x)", [], ValueForm.Physical, default);
        return rows[0][0] is true ? (string?)rows[0][1] : null;
    }
}
