using System.Globalization;
using System.Text.Json;
using CsCheck;
using DeltaTools.Core.Puffin.Roaring;

namespace DeltaTools.Core.Tests.Puffin;

public class RoaringBitmap64Tests
{
    /// <summary>Positions that make arrays, bitsets and runs, in several 32-bit parts.</summary>
    internal static readonly Gen<long[]> Positions = Gen.OneOf(
        Gen.Long[0, long.MaxValue].Array[0, 20],
        Gen.Long[0, 300_000].Array[0, 200],
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Int[1, 70_000], Gen.Int[1, 5]).Select((start, count, step) =>
            Enumerable.Range(0, count).Select(i => start + ((long)i * step)).ToArray()),
        Gen.Select(Gen.Long[0, 1L << 33], Gen.Int[0, 9_000], Gen.Int).Select((start, count, seed) =>
        {
            var random = new Random(seed);
            return Enumerable.Range(0, count).Select(_ => start + random.Next(131_072)).ToArray();
        })).Array[1, 3].Select(parts => parts.SelectMany(p => p).ToArray());

    [Fact]
    public void Add_HoldsAnySetOfPositions() => Positions.Sample(positions =>
    {
        var expected = new SortedSet<long>(positions);
        RoaringBitmap64 bitmap = Of(positions);

        Assert.Equal(expected.Count, bitmap.Count);
        Assert.True(expected.SequenceEqual(bitmap.Positions()));
        Assert.All(positions.Take(50), position => Assert.True(bitmap.Contains(position)));
        Assert.All(positions.Take(50).Select(p => p ^ 1), position => Assert.Equal(expected.Contains(position), bitmap.Contains(position)));
    }, iter: 60);

    [Fact]
    public void Write_ReadsBackEqualWithAndWithoutRuns() => Positions.Sample(positions =>
    {
        RoaringBitmap64 bitmap = Of(positions);
        long[] expected = [.. bitmap.Positions()];
        byte[] plain = Written(bitmap);
        bitmap.RunOptimize();
        byte[] optimized = Written(bitmap);

        Assert.True(optimized.Length <= plain.Length);
        foreach (byte[] bytes in new[] { plain, optimized })
        {
            RoaringBitmap64 read = RoaringBitmap64.Read(bytes, out int used);
            Assert.Equal(bytes.Length, used);
            Assert.True(expected.AsSpan().SequenceEqual([.. read.Positions()]));
            Assert.Equal(bytes, Written(read));
            Assert.All(expected.Take(20), position => Assert.True(read.Contains(position)));
        }
    }, iter: 60);

    [Fact]
    public void UnionWith_GivesThePositionsOfBoth() => Gen.Select(Positions, Positions, Gen.Bool).Sample((a, b, runs) =>
    {
        RoaringBitmap64 left = Of(a), right = Of(b);
        if (runs)
        {
            left.RunOptimize();
            right.RunOptimize();
        }
        long[] before = [.. right.Positions()];

        left.UnionWith(right);
        left.Add(a.Append(0).First());

        Assert.True(new SortedSet<long>(a.Concat(b).Append(a.Append(0).First())).SequenceEqual(left.Positions()));
        Assert.True(before.AsSpan().SequenceEqual([.. right.Positions()]));
    }, iter: 50);

    public static TheoryData<string> Bitmaps => [.. FixtureFiles.In("puffin/roaring64")];

    [Theory]
    [MemberData(nameof(Bitmaps))]
    public void Read_RoundTripsGoldens(string name)
    {
        byte[] bytes = File.ReadAllBytes(FixtureFiles.At($"puffin/roaring64/{name}"));

        RoaringBitmap64 bitmap = RoaringBitmap64.Read(bytes, out int used);

        PuffinGoldens.CheckPositions(PuffinGoldens.Expected($"roaring64/{name}"), bitmap.Count, [.. bitmap.Positions()]);
        Assert.Equal(bytes.Length, used);
        Assert.Equal(bytes, Written(bitmap));
    }

    [Fact]
    public void Read_RoundTripsGoldenWithRuns()
    {
        byte[] bytes = File.ReadAllBytes(FixtureFiles.At("puffin/roaring32/bitmapwithruns.bin"));
        byte[] wrapped = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. bytes];

        RoaringBitmap64 bitmap = RoaringBitmap64.Read(wrapped, out int used);

        PuffinGoldens.CheckPositions(PuffinGoldens.Expected("roaring32/bitmapwithruns.bin"), bitmap.Count, [.. bitmap.Positions()]);
        Assert.Equal(wrapped.Length, used);
        Assert.Equal(wrapped, Written(bitmap));
    }

    [Fact]
    public void Read_KeepsEmptyPartsAsJavaWritesThem()
    {
        // Java fills the gaps between parts with empty bitmaps.
        byte[] empty = [0x3A, 0x30, 0, 0, 0, 0, 0, 0];
        byte[] bytes = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. empty, 1, 0, 0, 0, .. empty];

        Assert.Equal(bytes, Written(RoaringBitmap64.Read(bytes, out _)));
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("0100000000000000")]
    [InlineData("01000000000000000000000000000000")]
    // A container count beyond 65536, a part beyond 2^63, and a run that goes past the container.
    [InlineData("0100000000000000000000003A300000FFFFFF7F")]
    [InlineData("0100000000000000000000803A30000000000000")]
    [InlineData("0100000000000000000000003B3000000100000900" + "0100F8FF0900")]
    public void Read_RefusesWhatIsNoBitmap(string hex) =>
        Assert.Throws<InvalidDataException>(() => RoaringBitmap64.Read(Convert.FromHexString(hex), out _));

    private static RoaringBitmap64 Of(IEnumerable<long> positions)
    {
        var bitmap = new RoaringBitmap64();
        foreach (long position in positions) bitmap.Add(position);
        return bitmap;
    }

    private static byte[] Written(RoaringBitmap64 bitmap)
    {
        byte[] bytes = new byte[bitmap.Size];
        bitmap.Write(bytes);
        return bytes;
    }
}

/// <summary>What <c>expected.json</c> beside the goldens says.</summary>
internal static class PuffinGoldens
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(FixtureFiles.At("puffin/expected.json"))).RootElement;

    public static JsonElement Expected(string name) => Root.GetProperty(name);

    public static void CheckPositions(JsonElement expected, long count, long[] positions)
    {
        Assert.Equal(expected.GetProperty("cardinality").GetInt64(), count);
        Assert.Equal(count, positions.Length);
        if (expected.TryGetProperty("positions", out JsonElement all)) Assert.Equal(Longs(all), positions);
        if (expected.TryGetProperty("first", out JsonElement first)) Assert.Equal(Longs(first), positions.Take(first.GetArrayLength()));
        if (expected.TryGetProperty("last", out JsonElement last)) Assert.Equal(Longs(last), positions.TakeLast(last.GetArrayLength()));
    }

    private static long[] Longs(JsonElement json) => [.. json.EnumerateArray().Select(e => long.Parse(e.GetString()!, CultureInfo.InvariantCulture))];
}
