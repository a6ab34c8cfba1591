using System.Globalization;
using CsCheck;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Spec.Values;

public class SingleValueTests
{
    public static TheoryData<IcebergType, object, string> Cases => new()
    {
        { IcebergType.Boolean, false, "00" },
        { IcebergType.Boolean, true, "01" },
        { IcebergType.Int, 34, "22000000" },
        { IcebergType.Date, -1, "FFFFFFFF" },
        { IcebergType.Long, 34L, "2200000000000000" },
        { IcebergType.TimestampTz, -2L, "FEFFFFFFFFFFFFFF" },
        { IcebergType.Float, -0f, "00000080" },
        { IcebergType.Double, 1d, "000000000000F03F" },
        { IcebergType.String, "ä€", "C3A4E282AC" },
        { IcebergType.String, "", "" },
        { IcebergType.Uuid, Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), "F79C3E09677C4BBDA4793F349CB785E7" },
        { IcebergType.Fixed(2), new byte[] { 1, 2 }, "0102" },
        { IcebergType.Binary, Array.Empty<byte>(), "" },
        { IcebergType.Decimal(9, 2), Decimal("14.20"), "058C" },
        { IcebergType.Decimal(9, 2), Decimal("0.00"), "00" },
        { IcebergType.Decimal(9, 2), Decimal("-1.28"), "80" },
        { IcebergType.Decimal(9, 2), Decimal("1.28"), "0080" },
        { IcebergType.Decimal(38, 0), Decimal(new string('9', 38)), "4B3B4CA85A86C47A098A223FFFFFFFFF" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToBytes_WritesAppendixD(IcebergType type, object value, string hex)
    {
        Assert.Equal(hex, Convert.ToHexString(SingleValue.ToBytes(type, value)));
        Assert.Equal(value, SingleValue.FromBytes(type, Convert.FromHexString(hex)), ValueComparer.Instance);
    }

    public static TheoryData<IcebergType, string, object> Promoted => new()
    {
        { IcebergType.Long, "FEFFFFFF", -2L },
        { IcebergType.Double, "0000C03F", 1.5 },
        { IcebergType.Timestamp, "FFFFFFFF", -86_400_000_000L },
        { IcebergType.TimestampNs, "01000000", 86_400_000_000_000L },
        // A wider number than needed is the same number.
        { IcebergType.Decimal(9, 2), "FFFFFF80", Decimal("-1.28") },
    };

    [Theory]
    [MemberData(nameof(Promoted))]
    public void FromBytes_ReadsValuesOfTheTypeBeforePromotion(IcebergType type, string hex, object expected) =>
        Assert.Equal(expected, SingleValue.FromBytes(type, Convert.FromHexString(hex)));

    [Fact]
    public void FromBytes_OfAnyBytesIsAValueOrCorrupt()
    {
        IcebergType[] types = [
            IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Date, IcebergType.TimestampNs,
            IcebergType.String, IcebergType.Uuid, IcebergType.Decimal(38, 3), IcebergType.Unknown];
        Gen.Select(Gen.Int[0, types.Length - 1], Gen.Byte.Array[0, 40]).Sample((type, bytes) =>
        {
            try
            {
                Assert.NotNull(SingleValue.FromBytes(types[type], bytes));
            }
            catch (IcebergException e)
            {
                Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
            }
        });
    }

    [Fact]
    public void ToBytes_RefusesAValueOfAnotherType()
    {
        Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => SingleValue.ToBytes(IcebergType.Long, 1)).Kind);
        Assert.Equal(IcebergErrorKind.InvalidArgument, Assert.Throws<IcebergException>(() => SingleValue.ToBytes(IcebergType.Decimal(9, 3), Decimal("1.28"))).Kind);
    }

    private static DecimalValue Decimal(string text) =>
        DecimalValue.TryParse(text, out DecimalValue value) ? value : throw new FormatException(text.ToString(CultureInfo.InvariantCulture));
}
