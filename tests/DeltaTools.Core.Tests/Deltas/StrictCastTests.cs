using System.Globalization;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class StrictCastTests : IDisposable
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
        { IcebergType.Time, "08:30:00.25", "08:30:00.25" },
        { IcebergType.Time, "24:00:00", null },
        { IcebergType.Time, "25:00", null },
        { IcebergType.Timestamp, "2024-02-29T08:30:00", "2024-02-29 08:30:00" },
        { IcebergType.Timestamp, "2024-02-29", "2024-02-29 00:00:00" },
        { IcebergType.Timestamp, "2024-02-29T08:30:00+02:00", null },
        { IcebergType.Timestamp, "2024-02-29 08:30:00.1234567", null },
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
    public async Task Of_GermanNumbers(string text, string? expected) =>
        Assert.Equal(expected, await CastAsync(text, IcebergType.Decimal(6, 2), TextCulture.Of(CultureInfo.GetCultureInfo("de-DE"))));

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

    public void Dispose() => _session.Dispose();

    /// <summary>The value's text in the engine, or null when the text does not fit.</summary>
    private async Task<string?> CastAsync(string text, IcebergType type, TextCulture culture)
    {
        StrictCast cast = StrictCast.Of("x", type, culture);
        List<object?[]> rows = await RowReader.ReadAllAsync(
            _session, $"SELECT {cast.Fits}, CAST({cast.Value} AS VARCHAR) FROM (SELECT {Sql.Text(text)} AS x)", [], ValueForm.Physical, default);
        return rows[0][0] is true ? (string?)rows[0][1] : null;
    }
}
