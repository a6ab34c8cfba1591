namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>A set of unsigned 32-bit values: containers by their high halves, ascending.</summary>
internal sealed class RoaringBitmap32
{
    private readonly List<ushort> _keys = [];
    private readonly List<Container> _containers = [];

    public long Count => _containers.Sum(container => (long)container.Count);

    public IReadOnlyList<ushort> Keys => _keys;

    public IReadOnlyList<Container> Containers => _containers;

    public bool Contains(uint value) => Find((ushort)(value >> 16)) is >= 0 and int index && _containers[index].Contains((ushort)value);

    public void Add(uint value)
    {
        ushort key = (ushort)(value >> 16);
        int index = Find(key);
        if (index >= 0) _containers[index] = _containers[index].Add((ushort)value);
        else Insert(~index, key, new ArrayContainer([], 0).Add((ushort)value));
    }

    /// <summary>Takes in the other's values; the other stays as it is.</summary>
    public void UnionWith(RoaringBitmap32 other)
    {
        for (int i = 0; i < other._keys.Count; i++)
        {
            int index = Find(other._keys[i]);
            if (index >= 0) _containers[index] = _containers[index].Union(other._containers[i]);
            else Insert(~index, other._keys[i], other._containers[i].Clone());
        }
    }

    public void RunOptimize()
    {
        for (int i = 0; i < _containers.Count; i++) _containers[i] = _containers[i].RunOptimize();
    }

    /// <summary>Adds a container with a key above all others.</summary>
    public void Append(ushort key, Container container) => Insert(_keys.Count, key, container);

    private int Find(ushort key) => _keys.Count > 0 && _keys[^1] < key ? ~_keys.Count : _keys.BinarySearch(key);

    private void Insert(int index, ushort key, Container container)
    {
        _keys.Insert(index, key);
        _containers.Insert(index, container);
    }
}
