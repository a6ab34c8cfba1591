using System.Text.Json;
using CsCheck;
using DeltaTools.Core.Puffin;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Puffin;

public class DeletionVectorTests
{
    public static TheoryData<string> Blobs => [.. FixtureFiles.In("puffin/dv-blob")];

    [Theory]
    [MemberData(nameof(Blobs))]
    public void Deserialize_RoundTripsGoldens(string name)
    {
        byte[] blob = File.ReadAllBytes(FixtureFiles.At($"puffin/dv-blob/{name}"));

        DeletionVector vector = DeletionVector.Deserialize(blob);

        PuffinGoldens.CheckPositions(PuffinGoldens.Expected($"dv-blob/{name}"), vector.Count, vector.ToArray());
        Assert.Equal(blob, vector.Serialize());
        Assert.Equal(blob, DeletionVector.Of(vector.Positions).Serialize());
    }

    [Fact]
    public void Serialize_ReadsBackEqual() => RoaringBitmap64Tests.Positions.Sample(positions =>
    {
        DeletionVector read = DeletionVector.Deserialize(DeletionVector.Of(positions).Serialize());

        Assert.True(new SortedSet<long>(positions).SequenceEqual(read.ToArray()));
        Assert.True(read.ToArray().AsSpan().SequenceEqual([.. read.Positions]));
    }, iter: 30);

    [Fact]
    public void Serialize_OfConsecutivePositionsIsSmall() =>
        Assert.True(DeletionVector.Of(Enumerable.Range(0, 1_000_000).Select(i => (long)i)).Serialize().Length < 400);

    [Fact]
    public void UnionWith_MergesAnOlderVector()
    {
        DeletionVector vector = DeletionVector.Of([5, 1L << 40]);

        vector.UnionWith(DeletionVector.Of([1, 5, 70_000]));

        Assert.Equal([1, 5, 70_000, 1L << 40], vector.Positions);
        Assert.True(vector.Contains(70_000));
        Assert.False(vector.Contains(-1));
    }

    [Fact]
    public void Add_RefusesNegativePositions() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeletionVector().Add(-1));

    [Fact]
    public void Deserialize_RefusesEveryChangedBit()
    {
        byte[] blob = DeletionVector.Of([1, 3, 5, 7, 9]).Serialize();
        for (int bit = 0; bit < blob.Length * 8; bit++)
        {
            byte[] changed = [.. blob];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(IcebergErrorKind.Corrupt, Assert.Throws<IcebergException>(() => DeletionVector.Deserialize(changed)).Kind);
        }
        for (int length = 0; length < blob.Length; length++)
        {
            Assert.Equal(IcebergErrorKind.Corrupt, Assert.Throws<IcebergException>(() => DeletionVector.Deserialize(blob.AsSpan(0, length))).Kind);
        }
    }

    [Fact]
    public void Deserialize_OfBrokenBitmapsUnderGoodChecksumsIsCorrupt()
    {
        byte[] blob = File.ReadAllBytes(FixtureFiles.At("puffin/dv-blob/all-container-types-position-index.bin"));
        int refused = 0;
        for (int seed = 0; seed < 2_000; seed++)
        {
            byte[] changed = Mutations.Of(blob, seed, from: 8, to: blob.Length - 4);
            Mutations.FixDeletionVector(changed);
            try
            {
                DeletionVector vector = DeletionVector.Deserialize(changed);
                Assert.Equal(vector.Count, vector.Positions.LongCount());
            }
            catch (IcebergException e)
            {
                Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
                refused++;
            }
        }
        Assert.InRange(refused, 200, 2_000);
    }

    [Fact]
    public async Task ReadAsync_TakesTheBlobThatTheManifestTellsOf()
    {
        JsonElement blob = PuffinGoldens.Expected("puffin/single-blob-dv.puffin").GetProperty("footer").GetProperty("blobs")[0];
        var file = new DataFile
        {
            Content = DataFileContent.PositionDeletes,
            Format = FileFormat.Puffin,
            FilePath = FixtureFiles.At("puffin/puffin/single-blob-dv.puffin"),
            RecordCount = 5,
            FileSizeInBytes = 384,
            ContentOffset = blob.GetProperty("offset").GetInt64(),
            ContentSizeInBytes = blob.GetProperty("length").GetInt64(),
        };

        Assert.Equal([1, 3, 5, 7, 9], (await DeletionVectorReader.ReadAsync(LocalObjectStore.Instance, file, default)).Positions);
        foreach (DataFile wrong in new[]
        {
            file with { RecordCount = 4 }, file with { ContentOffset = 5 }, file with { ContentOffset = null },
            file with { ContentSizeInBytes = 49 }, file with { ContentSizeInBytes = 5000 }, file with { ContentOffset = long.MaxValue },
        })
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => DeletionVectorReader.ReadAsync(LocalObjectStore.Instance, wrong, default));
            Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
            Assert.Contains("single-blob-dv.puffin", error.Message, StringComparison.Ordinal);
        }
    }
}
