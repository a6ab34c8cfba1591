using CsCheck;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Spec;

public class FieldMapTests
{
    [Fact]
    public void ToFieldMap_HoldsTheLastValueOfEachIdInOrder() =>
        Gen.Select(Gen.Int[0, 20], Gen.Long).Array[0, 30].Sample(pairs =>
        {
            var expected = new SortedDictionary<int, long>();
            foreach ((int id, long value) in pairs) expected[id] = value;

            FieldMap<long> map = pairs.Select(p => KeyValuePair.Create(p.Item1, p.Item2)).ToFieldMap();

            Assert.Equal(expected, map);
            Assert.All(Enumerable.Range(0, 22), id => Assert.Equal(expected.ContainsKey(id), map.ContainsKey(id)));
        });

    [Fact]
    public void Equals_ComparesBytesByValue()
    {
        FieldMap<byte[]> a = FieldMap<byte[]>.Empty.SetItem(2, [1, 2]).SetItem(1, []);
        FieldMap<byte[]> b = FieldMap<byte[]>.Empty.SetItem(1, []).SetItem(2, [1, 2]);

        Assert.Equal<FieldMap<byte[]>>(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual<FieldMap<byte[]>>(a, b.SetItem(2, [1, 3]));
    }
}
